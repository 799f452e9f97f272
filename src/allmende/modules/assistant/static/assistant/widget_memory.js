// SPDX-FileCopyrightText: 2026 Allmende contributors
// SPDX-License-Identifier: EUPL-1.2
// The conversation's token, kept for this tab. It runs before the page is drawn: a conversation that has begun is opened at once, so
// that nobody writes into a page about to be replaced.

const STORE = "allmende-widget";
const inside = window.parent !== window;

// The tab's own storage is kept apart for each site around the frame, and is empty again when the tab is closed.
const stored = (value) => {
  try {
    if (value) sessionStorage.setItem(STORE, value);
    return sessionStorage.getItem(STORE);
  } catch {
    return null; // the browser allows none: the conversation then lasts as long as the page
  }
};
const token = () => (document.getElementById("token-ask") ?? document.querySelector("input[name=t]"))?.value;

const address = new URL(location.href);
const before = stored();
if (inside && before && !address.searchParams.has("t") && address.pathname.endsWith("/widget/")) {
  document.documentElement.hidden = true;
  address.searchParams.set("t", before);
  location.replace(address);
}
