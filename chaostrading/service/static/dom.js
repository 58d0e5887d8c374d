// Makes elements, and says moments and numbers in words. Text is always set as text.

const SVG = "http://www.w3.org/2000/svg";

export const $ = (id) => document.getElementById(id);

export const h = (tag, attributes, ...children) =>
  filled(document.createElement(tag), attributes, children);

export const s = (tag, attributes, ...children) =>
  filled(document.createElementNS(SVG, tag), attributes, children);

function filled(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes ?? {})) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.filter((child) => child !== null && child !== undefined));
  return element;
}

// Sets a text only when it differs, so that a screen reader is not told twice.
export function say(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

export function show(element, shown) {
  element.hidden = !shown;
}

export const known = (value) => typeof value === "number" && Number.isFinite(value);

export function number(value, digits) {
  if (!known(value)) return "–";
  const size = Math.abs(value);
  const fraction = digits ?? (size >= 100 ? 0 : size >= 10 ? 1 : 2);
  return value.toLocaleString("en", { maximumFractionDigits: fraction });
}

export function seconds(value) {
  if (!known(value)) return "–";
  if (value < 120) return `${number(value, value < 10 ? 2 : 0)} s`;
  const rest = Math.round(value % 60);
  return `${Math.floor(value / 60)} min${rest ? ` ${rest} s` : ""}`;
}

export const wall = (event) => Date.parse(event.at) / 1000;

export function clock(text) {
  const moment = new Date(text);
  return Number.isNaN(moment.getTime()) ? "" : moment.toLocaleTimeString("en-GB");
}

export function day(text) {
  const moment = new Date(text);
  if (Number.isNaN(moment.getTime())) return "";
  const today = moment.toDateString() === new Date().toDateString();
  const date = moment.toLocaleDateString("en-GB", { day: "2-digit", month: "short" });
  return today ? clock(text).slice(0, 5) : `${date} ${clock(text).slice(0, 5)}`;
}

export const words = (name) => String(name ?? "").replaceAll("_", " ");

// The outcome in one word: a pass that proves nothing is no pass.
export const verdict = (run) =>
  run.outcome === "passed" && run.conclusive === false
    ? "inconclusive"
    : (run.outcome ?? "running");
