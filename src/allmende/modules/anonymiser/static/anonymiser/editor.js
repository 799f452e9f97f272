// SPDX-FileCopyrightText: 2026 Allmende contributors
// SPDX-License-Identifier: EUPL-1.2
// Masks over a picture, by mouse and by keyboard. The numbers of the form below are the truth; shapes and numbers follow each other.

const SIDES = ["x", "y", "w", "h"];
const LEAST = 4;
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

class Editor {
  constructor(form) {
    this.form = form;
    this.width = Number(form.dataset.width);
    this.height = Number(form.dataset.height);
    this.canvas = form.querySelector("[data-editor-canvas]");
    this.rows = form.querySelector("[data-editor-rows]");
    this.total = form.querySelector("input[name$=TOTAL_FORMS]");
    this.live = form.querySelector("[data-editor-live]");
    this.step = Math.max(1, Math.round(Math.min(this.width, this.height) / 100));
    this.masks = [...this.rows.querySelectorAll("[data-editor-row]")].map((row, number) => new Mask(this, row, number));
    const add = form.querySelector("[data-editor-add]");
    add.hidden = false;
    add.addEventListener("click", () => this.addInTheMiddle());
    form.classList.add("pictures-editor--on");
    form.querySelectorAll("[data-editor-numbers]").forEach((numbers) => { numbers.open = false; });
    this.canvas.addEventListener("pointerdown", (event) => this.draw(event));
  }

  place(event) {
    const frame = this.canvas.getBoundingClientRect();
    const x = ((event.clientX - frame.left) / frame.width) * this.width;
    const y = ((event.clientY - frame.top) / frame.height) * this.height;
    return [Math.min(Math.max(x, 0), this.width), Math.min(Math.max(y, 0), this.height)];
  }

  follow(event, moved, done) {
    const controller = new AbortController();
    const options = { signal: controller.signal };
    this.canvas.setPointerCapture(event.pointerId);
    this.canvas.addEventListener("pointermove", (next) => moved(this.place(next)), options);
    this.canvas.addEventListener("pointerup", () => { controller.abort(); done(); }, options);
    this.canvas.addEventListener("pointercancel", () => { controller.abort(); done(); }, options);
  }

  draw(event) {
    if (event.button !== 0 || event.target !== this.canvas) return;
    event.preventDefault();
    const [x0, y0] = this.place(event);
    let drawn = null;
    this.follow(event, ([x1, y1]) => {
      const box = { x: Math.min(x0, x1), y: Math.min(y0, y1), w: Math.abs(x1 - x0), h: Math.abs(y1 - y0) };
      if (!drawn && Math.max(box.w, box.h) > LEAST) drawn = this.add();
      if (drawn) drawn.set(box);
    }, () => { if (drawn) drawn.focus(); });
  }

  addInTheMiddle() {
    const added = this.add();
    const side = Math.round(Math.min(this.width, this.height) / 8);
    added.set({ x: (this.width - side) / 2, y: (this.height - side) / 2, w: side, h: side });
    added.focus();
  }

  add() {
    const empty = this.masks.find((mask) => mask.isEmpty);
    if (empty) return empty;
    const number = Number(this.total.value);
    const filled = this.form.querySelector("[data-editor-template]").innerHTML.replaceAll("__prefix__", number);
    this.rows.insertAdjacentHTML("beforeend", filled);
    this.total.value = number + 1;
    const mask = new Mask(this, this.rows.lastElementChild, number);
    this.masks.push(mask);
    return mask;
  }

  say(text) {
    this.live.textContent = text;
  }
}

class Mask {
  constructor(editor, row, number) {
    this.editor = editor;
    this.row = row;
    this.number = number;
    this.inputs = Object.fromEntries(SIDES.map((side) => [side, row.querySelector(`input[name$="-${side}"]`)]));
    this.kind = row.querySelector("select");
    this.gone = row.querySelector('input[type="checkbox"]');
    this.shape = editor.canvas.querySelector(`[data-mask="${number}"]`);
    if (!this.isEmpty) this.show(false);
    row.addEventListener("input", () => { if (!this.isEmpty) this.show(this.shape === null || this.isMoved); });
  }

  get isEmpty() {
    return SIDES.some((side) => this.inputs[side].value === "");
  }

  get isMoved() {
    return SIDES.some((side) => this.inputs[side].value !== this.inputs[side].defaultValue);
  }

  get box() {
    return Object.fromEntries(SIDES.map((side) => [side, Number(this.inputs[side].value)]));
  }

  get words() {
    return { label: this.kind.selectedOptions[0].textContent, n: this.number + 1, ...this.box };
  }

  set(box) {
    const { width, height } = this.editor;
    const w = Math.min(Math.max(Math.round(box.w), LEAST), width);
    const h = Math.min(Math.max(Math.round(box.h), LEAST), height);
    const x = Math.min(Math.max(Math.round(box.x), 0), width - w);
    const y = Math.min(Math.max(Math.round(box.y), 0), height - h);
    Object.entries({ x, y, w, h }).forEach(([side, value]) => { this.inputs[side].value = value; });
    this.gone.checked = false;
    this.show(true);
  }

  show(redrawn) {
    if (this.shape === null || !this.shape.hasAttribute("tabindex")) this.makeShape();
    const { x, y, w, h } = this.box;
    if (redrawn) this.shape.setAttribute("points", `${x},${y} ${x + w},${y} ${x + w},${y + h} ${x},${y + h}`);
    this.shape.classList.toggle("pictures-mask--gone", this.gone.checked);
    this.row.classList.toggle("pictures-row--gone", this.gone.checked);
    this.shape.setAttribute("aria-label", filled(this.editor.form.dataset.said, this.words));
  }

  makeShape() {
    if (this.shape === null) {
      this.shape = document.createElementNS("http://www.w3.org/2000/svg", "polygon");
      this.shape.setAttribute("class", "pictures-mask");
      this.editor.canvas.append(this.shape);
    }
    this.shape.setAttribute("tabindex", "0");
    this.shape.setAttribute("role", "button");
    this.shape.setAttribute("aria-describedby", "editor-help");
    this.shape.addEventListener("keydown", (event) => this.key(event));
    this.shape.addEventListener("pointerdown", (event) => this.drag(event));
  }

  focus() {
    this.shape.focus();
    this.editor.say(this.shape.getAttribute("aria-label"));
  }

  key(event) {
    if (event.key === "Delete" || event.key === "Backspace") {
      event.preventDefault();
      this.remove();
      return;
    }
    const arrow = ARROWS[event.key];
    if (!arrow) return;
    event.preventDefault();
    const [dx, dy] = arrow.map((way) => way * (event.ctrlKey ? 1 : this.editor.step));
    const { x, y, w, h } = this.box;
    this.set(event.shiftKey ? { x, y, w: w + dx, h: h + dy } : { x: x + dx, y: y + dy, w, h });
    this.editor.say(this.shape.getAttribute("aria-label"));
  }

  drag(event) {
    if (event.button !== 0) return;
    event.preventDefault();
    this.shape.focus();
    const [x0, y0] = this.editor.place(event);
    const before = this.box;
    this.editor.follow(event, ([x, y]) => this.set({ ...before, x: before.x + x - x0, y: before.y + y - y0 }), () => {});
  }

  remove() {
    const next = this.editor.masks.find((mask) => mask !== this && mask.shape && !mask.gone.checked && !mask.isEmpty);
    this.gone.checked = true;
    this.show(false);
    this.editor.say(filled(this.editor.form.dataset.removed, this.words));
    (next ? next.shape : this.editor.form.querySelector("[data-editor-add]")).focus();
  }
}

function filled(text, words) {
  return text.replace(/\{(\w+)\}/g, (_found, name) => words[name]);
}

document.querySelectorAll("[data-editor]").forEach((form) => new Editor(form));
