// SPDX-FileCopyrightText: 2026 Allmende contributors
// SPDX-License-Identifier: EUPL-1.2
// Copies the browser files the house serves out of node_modules into build/vendor, whole fonts for printing into build/fonts, and axe for
// the browser tests into build/test.
// Fira Sans comes cut into Latin and Latin Extended, each in the three weights KERN uses: a German page loads 50 kB instead of 400.

import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const modules = join(root, "node_modules");
const vendor = join(root, "build", "vendor");
const print = join(root, "build", "fonts");
const tests = join(root, "build", "test");

const WEIGHTS = [400, 500, 600];
const CUTS = ["latin-ext", "latin"];
const PRINTED = ["400Regular", "600SemiBold"];

function copy(from, to) {
  if (!existsSync(from)) throw new Error(`${from} is missing: run "npm ci" first.`);
  mkdirSync(dirname(to), { recursive: true });
  cpSync(from, to);
}

/** The @font-face rules of one cut and weight, pointing only at the woff2 file beside the style sheet. */
function fontFace(cut, weight) {
  const source = readFileSync(join(modules, "@fontsource", "fira-sans", `${weight}.css`), "utf8");
  const block = source.split("@font-face").find((part) => part.includes(`./files/fira-sans-${cut}-${weight}-normal.woff2`));
  const range = /unicode-range:\s*([^;]+);/.exec(block)[1];
  return [
    "@font-face{font-family:'Fira Sans';font-style:normal;font-display:swap;",
    `font-weight:${weight};src:url(./fira-sans-${cut}-${weight}-normal.woff2) format('woff2');unicode-range:${range}}`,
  ].join("");
}

function fonts() {
  const from = join(modules, "@fontsource", "fira-sans");
  const to = join(vendor, "fira-sans");
  const rules = WEIGHTS.flatMap((weight) => CUTS.map((cut) => [cut, weight]));
  for (const [cut, weight] of rules) {
    const name = `fira-sans-${cut}-${weight}-normal.woff2`;
    copy(join(from, "files", name), join(to, name));
  }
  copy(join(from, "LICENSE"), join(to, "LICENSE.txt"));
  writeFileSync(join(to, "fira-sans.css"), `${rules.map(([cut, weight]) => fontFace(cut, weight)).join("\n")}\n`);
}

/** Typesetting needs TrueType, and every character of a name: Latin, Greek, Cyrillic. */
function printingFonts() {
  const from = join(modules, "@expo-google-fonts", "fira-sans");
  for (const style of PRINTED) copy(join(from, style, `FiraSans_${style}.ttf`), join(print, `fira-sans-${style}.ttf`));
  copy(join(from, "LICENSE_FONT"), join(print, "LICENSE.txt"));
}

for (const folder of [vendor, print]) rmSync(folder, { recursive: true, force: true });
copy(join(modules, "@kern-ux", "native", "dist", "kern.min.css"), join(vendor, "kern", "kern.min.css"));
copy(join(modules, "@kern-ux", "native", "LICENSE.md"), join(vendor, "kern", "LICENSE.md"));
fonts();
printingFonts();
if (existsSync(join(modules, "axe-core"))) copy(join(modules, "axe-core", "axe.min.js"), join(tests, "axe.min.js"));
console.log(`Browser files are in ${vendor}, fonts for printing in ${print}`);
