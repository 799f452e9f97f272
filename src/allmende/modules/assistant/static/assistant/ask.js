// SPDX-FileCopyrightText: 2026 Allmende contributors
// SPDX-License-Identifier: EUPL-1.2
// Comfort for the conversation; without it everything works by full pages.

// Enter sends, Shift+Enter begins a new line.
document.addEventListener("keydown", (event) => {
  if (event.target.id === "id_q" && event.key === "Enter" && !event.shiftKey && !event.isComposing) {
    event.preventDefault();
    event.target.form.requestSubmit();
  }
});

// A fresh answer takes the focus, so that keyboard and screen reader go on from it. What was wrong with the question before is over.
document.addEventListener("htmx:afterSettle", (event) => {
  const fresh = event.target.querySelector("[data-fresh]");
  if (fresh) {
    fresh.removeAttribute("data-fresh");
    document.getElementById("id_q_error")?.remove();
    document.getElementById("id_q")?.closest(".kern-form-input").classList.remove("kern-form-input--error");
    fresh.closest(".ask-turn").scrollIntoView({ block: "start" });
    fresh.focus({ preventScroll: true });
  }
});

// What is wrong with a question comes with its own status and replaces the form.
document.addEventListener("htmx:beforeSwap", (event) => {
  if (event.detail.xhr.responseText.includes('id="ask-form"')) {
    event.detail.target = document.getElementById("ask-form");
    event.detail.swapOverride = "outerHTML";
  }
});

// When no answer comes, people learn it and keep their question.
const failed = (text) => {
  const place = document.getElementById("ask-failed");
  if (place) place.textContent = text ?? place.dataset.text;
};
document.addEventListener("htmx:beforeRequest", () => failed(""));
document.addEventListener("htmx:sendError", () => failed());
document.addEventListener("htmx:responseError", (event) => {
  if (event.detail.xhr.status >= 500) failed();
});
