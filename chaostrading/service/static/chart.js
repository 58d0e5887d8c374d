// A small line chart in SVG: lines over time, fault windows shaded, the usual value dotted.

import { h, known, number, s, say } from "./dom.js";
import { median, points } from "./series.js";

const HEIGHT = 92;
const TOP = 6;
const FOOT = 14;
const SPAN_MIN_S = 60;

export class LineChart {
  constructor(spec, moved) {
    this.spec = spec;
    this.values = spec.lines.map((line, at) =>
      h("span", { class: `line-${at}` }, spec.lines.length > 1 ? `${line.name} –` : "–"),
    );
    this.svg = s("svg", {
      role: "img",
      class: "plot",
      height: HEIGHT,
      "aria-label": `${spec.title}: no readings yet`,
    });
    this.svg.addEventListener("pointermove", (event) => moved(this.moment(event)));
    this.svg.addEventListener("pointerleave", () => moved(null));
    this.element = h(
      "figure",
      { class: "chart", id: `chart-${spec.id}` },
      h(
        "figcaption",
        {},
        h("b", {}, spec.title),
        h("span", { class: "unit" }, spec.unit),
        h("span", { class: "values" }, ...this.values),
      ),
      this.svg,
    );
    this.width = 240;
  }

  // `view`: {samples, windows, zero, recovered, cursor, now, running}, all in wall seconds.
  draw(view) {
    this.width = Math.max(120, this.svg.clientWidth || this.width);
    const lines = this.spec.lines.map((line) => points(view.samples, line));
    const all = lines
      .flat()
      .map((point) => point[1])
      .filter(known);
    const first = view.samples[0]?.wall_s ?? 0;
    const last = Math.max(
      view.samples.at(-1)?.wall_s ?? 0,
      first + (view.running ? SPAN_MIN_S : 1),
    );
    this.scale = { first, last, high: nice(Math.max(...all, 0)) };
    const usual = usualOf(lines[0], view.zero);
    this.svg.setAttribute("viewBox", `0 0 ${this.width} ${HEIGHT}`);
    this.svg.replaceChildren(
      ...this.bands(view),
      ...this.grid(view, all.length),
      ...this.usual(usual),
      ...lines.map((line, at) => this.path(line, at)).reverse(),
      ...this.marks(view),
    );
    this.tell(lines, usual, view);
  }

  x(at) {
    const { first, last } = this.scale;
    return round(((at - first) / (last - first)) * this.width);
  }

  y(value) {
    return round(TOP + (1 - value / this.scale.high) * (HEIGHT - TOP - FOOT));
  }

  moment(event) {
    const box = this.svg.getBoundingClientRect();
    const { first, last } = this.scale ?? { first: 0, last: 1 };
    return first + ((event.clientX - box.left) / box.width) * (last - first);
  }

  bands(view) {
    return view.windows.flatMap((window) => {
      const from = Math.max(0, this.x(window.since));
      const to = this.x(window.until ?? Math.max(window.since, view.now));
      const wide = Math.max(1, Math.min(to, this.width) - from);
      const edges =
        `M${from + 0.5} 0V${HEIGHT - FOOT}` +
        (window.until ? `M${to - 0.5} 0V${HEIGHT - FOOT}` : "");
      return [
        s("rect", { class: "band", x: from, y: 0, width: wide, height: HEIGHT - FOOT }),
        s("path", { class: "band-edge", d: edges }),
      ];
    });
  }

  grid(view, drawn) {
    const { first, last, high } = this.scale;
    const bottom = HEIGHT - FOOT;
    const parts = [s("path", { class: "axis", d: `M0 ${bottom + 0.5}H${this.width}` })];
    if (drawn) parts.push(s("text", { class: "tick", x: 2, y: TOP + 8 }, number(high)));
    const origin = view.zero ?? first;
    const step =
      [10, 15, 30, 60, 120, 300, 600].find((one) => (last - first) / one <= this.width / 45) ?? 900;
    for (let at = Math.ceil((first - origin) / step) * step; at <= last - origin; at += step) {
      const x = this.x(origin + at);
      if (x < 8 || x > this.width - 10) continue;
      parts.push(s("path", { class: "axis", d: `M${x} ${bottom}v3` }));
      parts.push(
        s("text", { class: "tick", x, y: HEIGHT - 2, "text-anchor": "middle" }, String(at)),
      );
    }
    return parts;
  }

  usual(value) {
    return known(value)
      ? [s("path", { class: "usual", d: `M0 ${this.y(value)}H${this.width}` })]
      : [];
  }

  path(line, at) {
    let d = "";
    let pen = false;
    for (const [when, value] of line) {
      if (!known(value)) pen = false;
      else {
        d += `${pen ? "L" : "M"}${this.x(when)} ${this.y(value)}`;
        pen = true;
      }
    }
    return s("path", { class: `stroke line-${at}`, d });
  }

  marks(view) {
    const marks = [];
    const bottom = HEIGHT - FOOT;
    if (known(view.recovered)) {
      marks.push(s("path", { class: "back", d: `M${this.x(view.recovered)} 0V${bottom}` }));
    }
    if (known(view.cursor)) {
      marks.push(s("path", { class: "cursor", d: `M${this.x(view.cursor)} 0V${bottom}` }));
    }
    return marks;
  }

  tell(lines, usual, view) {
    this.spec.lines.forEach((line, at) => {
      const value = known(view.cursor) ? nearest(lines[at], view.cursor) : newest(lines[at]);
      const name = lines.length > 1 ? `${line.name} ` : "";
      say(this.values[at], name + number(value));
    });
    const main = lines[0].map((point) => point[1]);
    const during = lines[0]
      .filter(([at]) => within(at, view))
      .map((point) => point[1])
      .filter(known);
    const parts = [`now ${number(newest(lines[0]))}`];
    if (known(usual)) parts.push(`median before the fault ${number(usual)}`);
    if (during.length) {
      parts.push(
        `during the fault ${number(Math.min(...during))} to ${number(Math.max(...during))}`,
      );
    }
    const unit = this.spec.unit === "/s" ? "per second" : this.spec.unit;
    const told = main.some(known) ? parts.join(", ") : "no readings yet";
    this.svg.setAttribute(
      "aria-label",
      `${this.spec.title}, ${unit}, ${this.spec.lines[0].name}: ${told}`,
    );
  }
}

const round = (value) => Math.round(value * 10) / 10;
const within = (at, view) =>
  view.windows.some((window) => at >= window.since && at <= (window.until ?? Infinity));

function usualOf(line, zero) {
  return zero === null ? null : median(line.filter(([at]) => at < zero).map((point) => point[1]));
}

function newest(line) {
  return line.findLast((point) => known(point[1]))?.[1] ?? null;
}

function nearest(line, at) {
  let best = null;
  for (const point of line) {
    if (known(point[1]) && (!best || Math.abs(point[0] - at) < Math.abs(best[0] - at)))
      best = point;
  }
  return best?.[1] ?? null;
}

// A round number above the highest reading, so that the frame does not jump at every reading.
function nice(value) {
  if (value <= 0) return 1;
  const power = 10 ** Math.floor(Math.log10(value));
  return (
    [1, 1.5, 2, 3, 5, 7.5, 10].map((step) => step * power).find((step) => step >= value * 1.05) ??
    10 * power
  );
}
