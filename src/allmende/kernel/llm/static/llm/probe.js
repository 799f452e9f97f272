// SPDX-FileCopyrightText: 2026 Allmende contributors
// SPDX-License-Identifier: EUPL-1.2
// Reads the answer of a test along while it is written. Without scripts the form leads to the same findings.

const part = (name) => document.querySelector(`[data-llm="${name}"]`);

function show(name, value) {
  const element = part(name);
  element.textContent = value ?? "";
  const row = element.closest(".kern-description-list-item") ?? element;
  row.hidden = value === null || value === "";
}

function verdict(sound, title) {
  part("verdict").hidden = false;
  part("verdict").className = `kern-alert kern-alert--${sound ? "success" : "danger"}`;
  part("icon").className = `kern-icon kern-icon--${sound ? "success" : "danger"} kern-icon--default`;
  part("title").textContent = title;
  part("more").hidden = part("problem").textContent === "";
  part("live").textContent = `${title}. ${part("problem").textContent}`;
}

function finished(findings) {
  for (const name of ["first_ms", "total_ms", "embeddings_ms", "dimensions", "warning", "problem"]) show(name, findings[name]);
  if (findings.text) show("text", findings.text);
  show("offered_names", findings.offered.join(", "));
  part("offered").hidden = findings.offered.length === 0;
  part("figures").hidden = false;
  verdict(findings.sound, findings.sound ? part("title").dataset.sound : part("title").dataset.failed);
}

function take(block) {
  const field = (name) => block.split("\n").filter((line) => line.startsWith(`${name}: `)).map((line) => line.slice(name.length + 2)).join("\n");
  const data = JSON.parse(field("data"));
  if (field("event") === "findings") {
    finished(data);
    return true;
  }
  part("text").hidden = part("note").hidden = false;
  part("text").textContent += data;
  return false;
}

async function read(form) {
  const answer = await fetch(form.dataset.llmProbe, { method: "POST", body: new FormData(form), redirect: "error" });
  if (!answer.ok) throw new Error(String(answer.status));
  const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  for (;;) {
    const { value, done } = await reader.read();
    if (done) throw new Error("ended early");
    text += value;
    const blocks = text.split("\n\n");
    text = blocks.pop();
    for (const block of blocks) if (take(block)) return;
  }
}

document.querySelectorAll("[data-llm-probe]").forEach((form) => {
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const button = form.querySelector("button");
    button.disabled = true;
    part("result").hidden = false;
    part("verdict").hidden = part("figures").hidden = part("note").hidden = part("offered").hidden = true;
    for (const name of ["text", "warning", "problem"]) show(name, "");
    try {
      await read(form);
    } catch {
      verdict(false, part("title").dataset.lost);
    }
    button.disabled = false;
    button.focus();
  });
});
