// SPDX-FileCopyrightText: 2026 Allmende contributors
// SPDX-License-Identifier: EUPL-1.2
// The frame's side of the widget: comfort only, the pages work without it. It tells the page around it how high it is, asks it to
// close on Escape, and keeps the conversation's token as widget_memory.js says, which has run before it.

const PROTOCOL = 1;
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

stored(token());
document.addEventListener("htmx:afterSettle", () => stored(token()));
