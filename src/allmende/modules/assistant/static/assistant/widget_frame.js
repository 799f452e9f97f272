// SPDX-FileCopyrightText: 2026 Allmende contributors
// SPDX-License-Identifier: EUPL-1.2
// The frame's side of the widget: comfort only, the pages work without it. It keeps the conversation's token for this tab, tells the
// page around it how high it is, and asks it to close on Escape.

const PROTOCOL = 1;
const STORE = "allmende-widget";
const inside = window.parent !== window;
const allowed = [location.origin, ...document.body.dataset.origins.split(" ").filter(Boolean)];
const title = document.querySelector("h1");
title.tabIndex = -1; // who opens the window begins here, before the notice that an AI answers
let peer = ""; // the origin of the page around us, once it has spoken

const tell = (message) => {
  if (peer) window.parent.postMessage({ allmende: PROTOCOL, ...message }, peer);
};
const measure = () => tell({ type: "resize", height: document.body.scrollHeight });

window.addEventListener("message", (event) => {
  if (!inside || event.source !== window.parent || !allowed.includes(event.origin) || event.data?.allmende !== PROTOCOL) return;
  if (event.data.type === "hello") {
    peer = event.origin;
    tell({ type: "ready" });
    measure();
  }
  if (event.data.type === "focus" && !document.activeElement?.matches("main *")) title.focus({ preventScroll: true });
});

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") tell({ type: "close" });
});

new ResizeObserver(measure).observe(document.querySelector("main"));

// The tab's own storage is kept apart for each site around the frame, and is empty again when the tab is closed.
const stored = (value) => {
  try {
    if (value) sessionStorage.setItem(STORE, value);
    return sessionStorage.getItem(STORE);
  } catch {
    return null; // the browser allows none: the conversation then lasts as long as the page
  }
};
const address = new URL(location.href);
const token = () => (document.getElementById("token-ask") ?? document.querySelector("input[name=t]"))?.value;
const before = stored();
if (inside && before && !address.searchParams.has("t") && address.pathname.endsWith("/widget/")) {
  address.searchParams.set("t", before);
  location.replace(address);
} else {
  stored(token());
  document.addEventListener("htmx:afterSettle", () => stored(token()));
}
