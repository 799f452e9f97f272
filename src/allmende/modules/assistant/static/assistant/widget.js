// SPDX-FileCopyrightText: 2026 Allmende contributors
// SPDX-License-Identifier: EUPL-1.2
// A button on somebody else's page that opens the town's questions in a frame. Needs of that page's Content-Security-Policy:
// script-src and frame-src with the town's origin, nothing else. Styles are constructed, no text becomes HTML, nothing is evaluated.
(() => {
  const PROTOCOL = 1;
  const ALLOWED = __ORIGINS__;
  const SMALLEST = 320; // pixels: height of the frame before it has told its own
  const WORDS = {
    de: { label: "Fragen an die Stadt", close: "Schließen" },
    en: { label: "Questions to the town", close: "Close" },
  };
  const STYLE = `
    :host { all: initial; color-scheme: light dark; }
    * { box-sizing: border-box; font: 600 1rem/1.25 system-ui, sans-serif; }
    button { cursor: pointer; border: 2px solid var(--text); background: var(--colour); color: var(--text); }
    button:focus-visible { outline: 3px solid #000; outline-offset: 0; box-shadow: 0 0 0 6px #fff; }
    .open { position: fixed; inset-block-end: 1rem; z-index: 2147483000; display: inline-flex; align-items: center; gap: .5rem; max-inline-size: calc(100vw - 2rem); min-block-size: 3rem; padding: .5rem 1.25rem; border-radius: 1.5rem; }
    .right { inset-inline: auto 1rem; }
    .left { inset-inline: 1rem auto; }
    svg { flex: none; inline-size: 1.5rem; block-size: 1.5rem; fill: none; stroke: currentcolor; stroke-width: 2; stroke-linejoin: round; }
    dialog { position: fixed; inset-block: auto 1rem; margin: 0; padding: 0; inline-size: min(27rem, calc(100vw - 2rem)); max-inline-size: none; block-size: auto; max-block-size: calc(100dvh - 2rem); overflow: hidden; border: 2px solid var(--colour); border-radius: .75rem; background: Canvas; color: CanvasText; }
    dialog[open] { display: flex; flex-direction: column; }
    dialog::backdrop { background: rgb(0 0 0 / 35%); }
    header { flex: none; display: flex; align-items: center; justify-content: space-between; gap: 1rem; padding: .25rem .25rem .25rem 1rem; background: var(--colour); color: var(--text); }
    .close { display: grid; place-content: center; inline-size: 2.75rem; block-size: 2.75rem; border-color: transparent; border-radius: .5rem; }
    iframe { flex: 1 1 auto; display: block; inline-size: 100%; block-size: var(--height); min-block-size: 0; border: 0; }
    @media (max-width: 40rem), (max-height: 30rem) {
      dialog.left, dialog.right { inset: 0; inline-size: 100%; block-size: 100%; max-block-size: none; border: 0; border-radius: 0; }
      iframe { block-size: 100%; }
    }
    @media (forced-colors: active) { button, header { border: 2px solid ButtonText; } }
    @media print { .open { display: none; } }
  `;

  const script = document.currentScript;
  const home = new URL(script.src).origin;
  const notice = (text) => console.warn(`Allmende: ${text}`);
  if (![home, ...ALLOWED].includes(location.origin)) {
    notice(`${location.origin} is not among the sites that may show the window; the town's administrator names them.`);
    return;
  }
  if (document.getElementById("allmende-widget")) return;

  // --- what the page wishes

  const given = script.dataset;
  const language = ["de", "en"].find((known) => (given.language || document.documentElement.lang).startsWith(known)) || "de";
  const words = WORDS[language];
  const label = given.label || words.label;
  const side = given.position === "left" ? "left" : "right";

  // Relative luminance and contrast as WCAG 2.2 defines them (1.4.3).
  const luminance = (colour) => {
    const [red, green, blue] = [1, 3, 5].map((start) => {
      const part = parseInt(colour.slice(start, start + 2), 16) / 255;
      return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  const contrastWithWhite = (colour) => 1.05 / (luminance(colour) + 0.05);

  const colourOf = (wish) => {
    const usual = "#053660";
    if (!wish) return usual;
    if (!/^#([0-9a-f]{3}|[0-9a-f]{6})$/i.test(wish)) {
      notice(`data-color="${wish}" is not a colour written #rgb or #rrggbb; ${usual} is used.`);
      return usual;
    }
    return wish.length === 7 ? wish : `#${[...wish.slice(1)].map((digit) => digit + digit).join("")}`;
  };
  const textOn = (colour) => {
    const contrast = contrastWithWhite(colour);
    if (contrast >= 4.5) return "#ffffff";
    notice(`White text on data-color="${colour}" has a contrast of ${contrast.toFixed(1)} to 1, at least 4.5 is needed; the text is black.`);
    return "#000000";
  };

  // --- button, dialog and frame

  const make = (name, attributes = {}, children = []) => {
    const element = document.createElement(name);
    for (const [attribute, value] of Object.entries(attributes)) element.setAttribute(attribute, value);
    element.append(...children);
    return element;
  };
  const drawing = (path) => {
    const namespace = "http://www.w3.org/2000/svg";
    const svg = document.createElementNS(namespace, "svg");
    svg.setAttribute("viewBox", "0 0 24 24");
    svg.setAttribute("aria-hidden", "true");
    const line = document.createElementNS(namespace, "path");
    line.setAttribute("d", path);
    svg.append(line);
    return svg;
  };

  const host = make("div", { id: "allmende-widget", lang: language });
  const root = host.attachShadow({ mode: "open" });
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(STYLE);
  root.adoptedStyleSheets = [sheet];
  const colour = colourOf(given.color);
  host.style.setProperty("--colour", colour);
  host.style.setProperty("--text", textOn(colour));
  host.style.setProperty("--height", `${SMALLEST}px`);

  const opener = make("button", { type: "button", class: `open ${side}`, "aria-haspopup": "dialog", "aria-expanded": "false" }, [
    drawing("M4 4h16v12H10l-5 4v-4H4z"),
    label,
  ]);
  const closer = make("button", { type: "button", class: "close", "aria-label": words.close }, [drawing("M5 5l14 14M19 5L5 19")]);
  const frame = make("iframe", { title: label, referrerpolicy: "origin" });
  const dialog = make("dialog", { class: side, "aria-label": label }, [make("header", {}, [make("span", {}, [label]), closer]), frame]);
  root.append(opener, dialog);

  // --- talking to the frame: both sides name whom they mean and look at who speaks

  let greeted = false;
  const tell = (type) => frame.contentWindow.postMessage({ allmende: PROTOCOL, type }, home);
  const hear = {
    ready: () => {
      greeted = true;
      if (dialog.open) tell("focus");
    },
    resize: ({ height }) => {
      if (Number.isFinite(height)) host.style.setProperty("--height", `${Math.max(SMALLEST, Math.ceil(height))}px`);
    },
    close: () => dialog.close(),
  };
  addEventListener("message", (event) => {
    const ours = event.origin === home && event.source === frame.contentWindow && event.data?.allmende === PROTOCOL;
    if (ours && Object.hasOwn(hear, event.data.type)) hear[event.data.type](event.data);
  });
  frame.addEventListener("load", () => {
    if (frame.src) tell("hello");
  });

  opener.addEventListener("click", () => {
    if (!frame.src) frame.src = `${home}/fragen/widget/?lang=${language}`;
    dialog.showModal(); // the page behind is inert, Tab stays inside, Escape closes
    opener.setAttribute("aria-expanded", "true");
    frame.focus();
    if (greeted) tell("focus");
  });
  closer.addEventListener("click", () => dialog.close());
  dialog.addEventListener("click", (event) => {
    if (event.target === dialog) dialog.close(); // beside it
  });
  dialog.addEventListener("close", () => {
    opener.setAttribute("aria-expanded", "false");
    opener.focus();
  });

  const show = () => document.body.append(host);
  if (document.body) show();
  else addEventListener("DOMContentLoaded", show);
})();
