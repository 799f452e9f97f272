// SPDX-FileCopyrightText: 2026 Allmende contributors
// SPDX-License-Identifier: EUPL-1.2
// Lays before and after over each other; the slider decides how much of each is seen. Without this script they stand side by side.

function compare(box) {
  const slider = box.querySelector("[data-compare-slider]");
  const range = slider.querySelector("input");

  function show() {
    box.style.setProperty("--cut", `${range.value}%`);
    range.setAttribute("aria-valuetext", range.dataset.said.replace("{n}", range.value));
  }

  box.classList.add("pictures-compare--on");
  slider.hidden = false;
  range.addEventListener("input", show);
  show();
}

function begin(root) {
  root.querySelectorAll("[data-compare]:not(.pictures-compare--on)").forEach(compare);
}

begin(document);
document.addEventListener("htmx:afterSwap", () => begin(document));
