// SPDX-FileCopyrightText: 2026 Allmende contributors
// SPDX-License-Identifier: EUPL-1.2
// A chat with a person, for citizens and clerks alike: lines appear as they come, a message is sent without a new page, and what is
// half written survives a reload. Without it the same is done by full pages.

const RETRY = 30_000; // milliseconds until a stream is tried again that the server had no room for
const stream = document.querySelector("[data-live-stream]");
const list = document.querySelector("[data-live-lines]");
const form = document.getElementById("live-form");
const part = (name) => document.querySelector(`[data-live-${name}]`);
const numbered = () => [...list.querySelectorAll("[data-number]")];
const last = () => Math.max(0, ...numbered().map((item) => Number(item.dataset.number)));

const ended = () => {
  source?.close();
  for (const gone of [form?.querySelector(".web-actions"), part("end"), part("late")]) gone?.remove();
  const over = part("over");
  if (over) over.hidden = false;
};

// the title is also the name of the section
const accepted = () => {
  const title = part("title");
  if (title) title.textContent = title.dataset.accepted;
};

// in the order of their numbers, each once: one's own message comes with the answer to sending it and in the stream
const add = (line) => {
  const there = numbered().find((item) => Number(item.dataset.number) === line.number);
  if (there) return;
  const item = part(line.by === "house" ? "said" : "line").content.firstElementChild.cloneNode(true);
  item.dataset.number = line.number;
  item.classList.add(`live-line--${line.by}`);
  for (const name of ["who", "time", "text"]) {
    const place = item.querySelector(`[data-${name}]`);
    if (place) place.textContent = line[name];
  }
  list.insertBefore(item, numbered().find((other) => Number(other.dataset.number) > line.number) ?? null);
  if (line.by !== "citizen") part("late")?.setAttribute("hidden", "");
  if (line.accepts) accepted();
  if (line.ends) ended();
};

let source;
const listen = () => {
  part("look")?.setAttribute("hidden", "");
  source = new EventSource(`${stream.dataset.liveStream}?after=${last()}`);
  source.addEventListener("line", (event) => add(JSON.parse(event.data)));
  source.addEventListener("late", () => part("late").removeAttribute("hidden"));
  source.addEventListener("full", () => {
    source.close();
    part("look")?.removeAttribute("hidden");
    setTimeout(listen, RETRY);
  });
};

const tell = (text) => {
  const place = document.getElementById("id_text_error");
  place.hidden = !text;
  place.querySelector(".kern-body").textContent = text;
  form.elements.text.setAttribute("aria-invalid", text ? "true" : "false");
};

const send = async () => {
  const body = new FormData(form);
  body.set("after", last());
  const answer = await fetch(form.action, { method: "POST", body, headers: { Accept: "application/json" }, redirect: "error" });
  const { lines, ticket, problem } = await answer.json();
  lines.forEach(add);
  tell(problem);
  if (!answer.ok) return;
  form.elements.ticket.value = ticket;
  form.elements.text.value = "";
  keep();
};

// kept in this tab alone, until it is sent or the tab is closed
const DRAFT = form ? `allmende-live-${form.dataset.draft}` : "";
const stored = (value) => {
  try {
    if (value === "") sessionStorage.removeItem(DRAFT);
    else if (value) sessionStorage.setItem(DRAFT, value);
    return sessionStorage.getItem(DRAFT);
  } catch {
    return null; // the browser keeps nothing: then a reload costs what is half written
  }
};
const keep = () => stored(form.elements.text.value);

if (form) {
  form.elements.text.value ||= stored() ?? "";
  form.addEventListener("input", keep);
  form.addEventListener("submit", async (event) => {
    if (event.submitter?.name === "look") return;
    event.preventDefault();
    try {
      await send();
    } catch {
      tell(document.getElementById("id_text_error").dataset.lost);
    }
    form.elements.text.focus();
  });
  form.elements.text.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      form.requestSubmit(form.querySelector("button:not([name])"));
    }
  });
}
if (stream) listen();
