// SPDX-FileCopyrightText: 2026 Allmende contributors
// SPDX-License-Identifier: EUPL-1.2
// Reads along while a language model rewords an answer. Without it the answer is complete, only without that wording.

const citation = (section, number) => {
  const link = document.createElement("a");
  link.className = "ask-law";
  link.href = `#${section.dataset.anchor}${number}`;
  link.setAttribute("aria-label", `${section.dataset.source} ${number}`);
  link.textContent = `[${number}]`;
  return link;
};

const show = (section, { text, sources }) => {
  const sentence = document.createElement("span");
  sentence.append(text, ...sources.flatMap((number) => [" ", citation(section, number)]));
  section.querySelector(".ask-wording__text").append(sentence, " ");
};

// who wrote it
const sign = (section, { model }) => {
  const note = section.querySelector("[data-wording-note]");
  note.textContent = `${note.dataset.wordingNote} ${model}`;
};

const take = { sentence: show, done: sign };
const field = (block, name) => block.split("\n").find((line) => line.startsWith(`${name}: `))?.slice(name.length + 2);

const read = async (section, address) => {
  const answer = await fetch(address, { method: "POST", body: new FormData(section.querySelector("form")), redirect: "error" });
  if (answer.status !== 200) return;
  const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  for (;;) {
    const { value, done } = await reader.read();
    if (done) return;
    text += value;
    const blocks = text.split("\n\n");
    text = blocks.pop();
    for (const block of blocks) take[field(block, "event")](section, JSON.parse(field(block, "data")));
  }
};

const begin = async (section) => {
  const address = section.dataset.wording;
  delete section.dataset.wording; // once
  section.hidden = false;
  try {
    await read(section, address);
  } catch {
    // the connection is gone: what came so far is supported by its sources and stays
  }
  section.querySelector("form").remove();
  if (!section.querySelector(".ask-wording__text").textContent.trim()) section.remove();
};

const look = () => document.querySelectorAll("[data-wording]").forEach(begin);
document.addEventListener("htmx:afterSettle", look);
look();
