// SPDX-FileCopyrightText: 2026 Allmende contributors
// SPDX-License-Identifier: EUPL-1.2
// Up and down in the list lead from case to case. Everything works without: the links are ordinary links.

const rows = document.querySelector("[data-cases-rows]");

rows?.addEventListener("keydown", (event) => {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (!step || event.target.matches("select, textarea")) return;
  const links = [...rows.querySelectorAll("a")];
  const here = links.findIndex((link) => link.closest("li").contains(event.target));
  const next = links[here + step];
  if (next) {
    event.preventDefault();
    next.focus();
  }
});
