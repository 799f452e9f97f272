// SPDX-FileCopyrightText: 2026 Allmende contributors
// SPDX-License-Identifier: EUPL-1.2
// Shows the progress of jobs as it happens. A screen reader hears the state when it changes and every quarter, no more.

function watch(box) {
  const part = (name) => box.querySelector(`[data-jobs="${name}"]`);
  const source = new EventSource(box.dataset.jobsEvents);
  let state = part("status").textContent;
  let spoken = "";
  let quarter = null;

  function speak(text) {
    if (text !== spoken) {
      spoken = text;
      part("live").textContent = text;
    }
  }

  function show(job) {
    part("status").textContent = job.status_title;
    part("badge").className = `kern-badge kern-badge--${job.kind} kern-badge--small`;
    part("count").textContent = job.count;
    part("message").textContent = job.message;
    part("message").hidden = !job.message;
    part("error").textContent = job.error;
    part("failure").hidden = !job.error;
    if (job.percent !== null) part("bar").value = job.percent;
    else if (job.finished) part("bar").value = 0;
    const now = Math.floor((job.percent ?? 0) / 25);
    if (job.finished || (quarter !== null && now > quarter) || job.status_title !== state) speak(`${job.status_title}. ${job.count}`);
    quarter = Math.max(quarter ?? now, now);
    state = job.status_title;
  }

  source.addEventListener("progress", (event) => show(JSON.parse(event.data)));
  source.addEventListener("finished", (event) => {
    source.close();
    show(JSON.parse(event.data));
    document.querySelectorAll('[data-jobs-while="unfinished"]').forEach((element) => { element.hidden = true; });
    box.dispatchEvent(new CustomEvent("jobs:finished", { bubbles: true, detail: JSON.parse(event.data) }));
  });
  source.addEventListener("error", () => {
    if (source.readyState === EventSource.CLOSED) speak(box.dataset.jobsLost);
  });
}

document.querySelectorAll("[data-jobs-events]").forEach((box) => {
  if (box.dataset.jobsEvents) watch(box);
});
