// SPDX-FileCopyrightText: 2026 Allmende contributors
// SPDX-License-Identifier: EUPL-1.2
// The list of those who wait is loaded anew when it changes. Without it one reloads the page.

const queue = document.getElementById("live-queue");
const source = new EventSource(`${queue.dataset.stream}?seen=${encodeURIComponent(queue.dataset.signs)}`);
source.addEventListener("queue", () => htmx.trigger(document.body, "live:queue"));
source.addEventListener("full", () => source.close());
