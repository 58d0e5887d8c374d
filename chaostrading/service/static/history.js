// Eight weeks: score, coverage and age, verdict strips, recovery, effectiveness, flaky tests.

import { $, day, h, known, number, s, say, seconds, words } from "./dom.js";

const VERDICTS = ["passed", "deviated", "inconclusive", "refused", "interrupted", "error"];
const CELL = 10;
const GAP = 2;
const FLAKY_SHOWN = 5;

export function drawHistory(history, open) {
  say($("history-title"), history.weeks === 8 ? "Eight weeks" : `${history.weeks} weeks`);
  drawTriple(history);
  drawFlaky(history.flaky);
  drawTests(history, open);
}

export function drawKey() {
  $("strip-key").replaceChildren(
    ...VERDICTS.flatMap((name) => [
      s(
        "svg",
        { class: "swatch cell", viewBox: `0 0 ${CELL} 14`, "aria-hidden": "true" },
        ...cell(name, 0),
      ),
      `${name} `,
    ]),
  );
}

function drawTriple({ triple, triple_change: change, score_weeks: weeks }) {
  say($("score-now"), known(triple.score) ? `${number(triple.score, 0)} of 100` : "no score yet");
  say(
    $("score-change"),
    !known(change)
      ? "Score of the newest conclusive runs; nothing to compare with a week ago."
      : `${change > 0 ? "+" : ""}${number(change, 1)} against a week ago, from the newest conclusive runs.`,
  );
  say(
    $("coverage-now"),
    `${triple.covered} of ${triple.tests} tests${known(triple.oldest_days) ? `, oldest ${number(triple.oldest_days, 0)} d` : ""}`,
  );
  trend(
    $("score-chart"),
    weeks,
    "Resilience score",
    (week) => week.score,
    100,
    (value) => `${number(value, 0)}`,
  );
  trend(
    $("coverage-chart"),
    weeks,
    "Tests covered",
    (week) => week.covered,
    triple.tests || 12,
    (value) => `${number(value, 0)} of ${triple.tests}`,
    true,
  );
}

function trend(box, weeks, title, read, high, text, bars = false) {
  const [wide, tall, left, foot] = [320, 104, 4, 16];
  const step = (wide - 2 * left) / weeks.length;
  const x = (at) => left + step * (at + 0.5);
  const y = (value) => 14 + (1 - value / high) * (tall - foot - 14);
  const shown = weeks
    .map((week, at) => ({ at, value: read(week), ends: week.week_ends }))
    .filter((one) => known(one.value));
  const parts = [s("path", { class: "axis", d: `M0 ${tall - foot + 0.5}H${wide}` })];
  if (bars) {
    parts.push(
      ...shown.map((one) =>
        s("rect", {
          class: "column",
          x: x(one.at) - step * 0.3,
          width: step * 0.6,
          y: y(one.value),
          height: Math.max(0.5, tall - foot - y(one.value)),
        }),
      ),
    );
  } else {
    parts.push(
      s("path", {
        class: "stroke line-0",
        d: shown.map((one, at) => `${at ? "L" : "M"}${x(one.at)} ${y(one.value)}`).join(""),
      }),
    );
    parts.push(
      ...shown.map((one) => s("circle", { class: "dot", cx: x(one.at), cy: y(one.value), r: 3 })),
    );
  }
  parts.push(
    ...shown.map((one) =>
      s(
        "text",
        { class: "tick", x: x(one.at), y: y(one.value) - 5, "text-anchor": "middle" },
        number(one.value, 0),
      ),
    ),
  );
  parts.push(
    ...weeks.map((week, at) =>
      s(
        "text",
        { class: "tick", x: x(at), y: tall - 3, "text-anchor": "middle" },
        week.week_ends.slice(5),
      ),
    ),
  );
  const told = shown.map((one) => `week to ${one.ends} ${text(one.value)}`).join(", ");
  box.replaceChildren(
    s(
      "svg",
      {
        role: "img",
        viewBox: `0 0 ${wide} ${tall}`,
        "aria-label": `${title}: ${told || "nothing yet"}`,
      },
      ...parts,
    ),
  );
}

function drawFlaky(rows) {
  const lines = rows
    .slice(0, FLAKY_SHOWN)
    .map((row) =>
      h(
        "li",
        {},
        h("b", {}, row.test),
        row.variant ? `, ${row.variant}` : "",
        h("span", { class: "soft" }, ` passed ${row.passed}, deviated ${row.deviated}`),
      ),
    );
  if (!rows.length) lines.push(h("li", { class: "soft" }, "none"));
  const more = rows.length - FLAKY_SHOWN;
  if (more > 0) lines.push(h("li", { class: "soft" }, `and ${more} more, see the weekly report`));
  $("flaky").replaceChildren(...lines);
}

function drawTests(history, open) {
  const recovery = new Map(history.recovery.map((row) => [row.test, row]));
  const effects = new Map(history.effectiveness.map((row) => [row.test, row]));
  const rows = history.verdicts.map((row) =>
    testRow(row, recovery.get(row.test), effects.get(row.test), open),
  );
  $("tests").tBodies[0].replaceChildren(...rows);
}

function testRow(row, back, effect, open) {
  const cells = [
    ["Verdicts", strip(row, open)],
    ["Recovery by week", spark(row.test, back)],
    ["Median", h("span", {}, seconds(back.median_s)), "number"],
    ["Worst", worst(back), "number"],
    ["Change", change(back), "number"],
    [
      "Proves",
      h("span", {}, effect.runs ? `${effect.conclusive} of ${effect.runs}` : "no run"),
      `number${effect.runs && effect.conclusive_ratio < 0.5 ? " doubt" : ""}`,
    ],
    ["Found broken", found(effect), "small"],
  ];
  return h(
    "tr",
    { role: "row", class: row.runs.length ? null : "none" },
    h(
      "th",
      { role: "rowheader", scope: "row" },
      row.test,
      h("span", { class: "soft block small" }, row.category || "not installed"),
    ),
    ...cells.map(([label, content, kind]) =>
      h("td", { role: "cell", "data-label": label, class: kind ?? null }, content),
    ),
  );
}

function strip(row, open) {
  const counts = VERDICTS.map((name) => [
    name,
    row.runs.filter((run) => run.verdict === name).length,
  ]).filter(([, count]) => count);
  const told = counts.map(([name, count]) => `${count} ${name}`).join(", ");
  const newest = row.runs.at(-1);
  const label = newest
    ? `${row.test}, last ${row.runs.length} runs: ${told}; newest ${newest.verdict}`
    : `${row.test}: no run yet`;
  const wide = 24 * (CELL + GAP);
  const from = wide - row.runs.length * (CELL + GAP);
  return s(
    "svg",
    {
      role: "img",
      class: "strip",
      width: wide,
      height: 14,
      viewBox: `0 0 ${wide} 14`,
      "aria-label": label,
    },
    s("path", { class: "axis", d: `M0 13.5H${wide}` }),
    ...row.runs.map((run, at) =>
      s(
        "g",
        { class: "pick", onclick: () => open(run.run_id) },
        s(
          "title",
          {},
          `${run.verdict}, ${day(run.at)}${run.variant ? `, ${run.variant}` : ""}${known(run.recovery_s) ? `, recovery ${seconds(run.recovery_s)}` : ""}`,
        ),
        s("rect", { class: "hit", x: from + at * (CELL + GAP), width: CELL + GAP, height: 14 }),
        ...cell(run.verdict, from + at * (CELL + GAP)),
      ),
    ),
  );
}

// Each verdict has a shape of its own, so that colour is not all that tells them apart.
function cell(verdict, x) {
  switch (verdict) {
    case "passed":
      return [s("rect", { class: "v-passed", x, y: 0, width: CELL, height: 14, rx: 2 })];
    case "deviated":
      return [
        s("rect", { class: "v-deviated", x, y: 0, width: CELL, height: 14, rx: 2 }),
        s("path", { class: "v-cross", d: `M${x + 2.5} 4.5l5 5m0 -5l-5 5` }),
      ];
    case "inconclusive":
      return [s("rect", { class: "v-doubt", x, y: 7, width: CELL, height: 7, rx: 2 })];
    default:
      return [
        s("rect", {
          class: "v-other",
          x: x + 1,
          y: verdict === "refused" ? 10 : 4,
          width: CELL - 2,
          height: verdict === "refused" ? 3 : 9,
          rx: 1.5,
        }),
      ];
  }
}

function spark(test, back) {
  const [wide, tall] = [112, 22];
  const weekly = back.weekly_median_s;
  const high = Math.max(back.bound_s ?? 0, ...weekly.filter(known));
  const shown = weekly.map((value, at) => ({ value, at })).filter((one) => known(one.value));
  const x = (at) => 5 + (at * (wide - 10)) / Math.max(1, weekly.length - 1);
  const y = (value) => tall - 4 - (value / (high || 1)) * (tall - 7);
  const told = shown.map((one) => seconds(one.value)).join(", ");
  const label = shown.length
    ? `${test}, weekly median recovery, oldest first: ${told}; bound ${seconds(back.bound_s)}`
    : `${test}: no recovery measured`;
  return s(
    "svg",
    {
      role: "img",
      class: "spark",
      width: wide,
      height: tall,
      viewBox: `0 0 ${wide} ${tall}`,
      "aria-label": label,
    },
    known(back.bound_s) ? s("path", { class: "bound", d: `M0 ${y(back.bound_s)}H${wide}` }) : null,
    s("path", {
      class: "stroke line-0",
      d: shown.map((one, at) => `${at ? "L" : "M"}${x(one.at)} ${y(one.value)}`).join(""),
    }),
    ...shown.map((one) => s("circle", { class: "dot", cx: x(one.at), cy: y(one.value), r: 2 })),
  );
}

function worst(back) {
  if (back.censored)
    return h("span", { class: "bad" }, `${back.censored} × over ${seconds(back.bound_s)}`);
  return h(
    "span",
    {},
    known(back.worst_s) ? `${number(back.worst_s)} of ${seconds(back.bound_s)}` : "–",
  );
}

// The second half of the weeks against the first: slower is worse.
function change(back) {
  const [before, after] = [back.median_before_s, back.median_after_s];
  if (!known(before) || !known(after)) return h("span", { class: "soft" }, "–");
  const grown = after - before;
  const kind = Math.abs(grown) < 0.5 ? "soft" : grown < 0 ? "good" : "doubt";
  return h(
    "span",
    { class: kind },
    kind === "soft" ? "same" : `${seconds(Math.abs(grown))} ${grown < 0 ? "faster" : "slower"}`,
  );
}

function found(effect) {
  const broken = effect.checks_broken;
  if (!broken.length) return h("span", { class: "soft" }, effect.conclusive ? "nothing" : "–");
  const more = broken.length > 2 ? ` and ${broken.length - 2} more` : "";
  return h(
    "span",
    { title: broken.map(words).join(", ") },
    broken.slice(0, 2).map(words).join(", ") + more,
  );
}
