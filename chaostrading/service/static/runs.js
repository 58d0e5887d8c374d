// The list of runs, and one run in full: its checks, what was expected and what was seen.

import { call } from "./api.js";
import { $, day, h, known, say, seconds, verdict, words } from "./dom.js";

const SHOWN = 10;
let rows = [];

export const runRows = () => rows;

export async function loadRuns() {
  const test = $("runs-test").value;
  const answer = await call(
    "GET",
    `api/chaos/runs?limit=60${test ? `&test=${encodeURIComponent(test)}` : ""}`,
  );
  rows = answer.runs.filter((row) => row.state === "finished");
  drawRuns();
}

// A run that has just ended: everybody is told by its event, so nobody need ask.
export function addRun(row) {
  const test = $("runs-test").value;
  if (test && row.test !== test) return;
  rows = [
    { ...row, ended_at: row.ended_at ?? row.at },
    ...rows.filter((one) => one.run_id !== row.run_id),
  ];
  drawRuns();
}

function drawRuns() {
  $("runs").replaceChildren(
    ...(rows.length ? rows.slice(0, SHOWN).map(line) : [h("li", { class: "soft" }, "no run yet")]),
  );
}

function line(row) {
  const word = verdict(row);
  return h(
    "li",
    {},
    h(
      "button",
      { type: "button", onclick: () => openRun(row.run_id) },
      h("span", { class: `verdict ${word}` }, word),
      h("b", {}, row.test, row.variant ? h("span", { class: "soft" }, ` ${row.variant}`) : null),
      h("span", { class: "soft" }, day(row.ended_at ?? row.started_at)),
      h("span", { class: "sentence" }, withoutName(row)),
    ),
  );
}

const withoutName = (row) => String(row.sentence ?? "").replace(`${row.test} `, "");

export async function openRun(runId) {
  const box = $("one");
  say($("one-title"), runId);
  box.replaceChildren(h("p", { class: "soft" }, "reading …"));
  if (!$("run").open) $("run").showModal();
  try {
    const told = await call("GET", `api/chaos/runs/${encodeURIComponent(runId)}`);
    say($("one-title"), told.run?.test ?? runId);
    box.replaceChildren(...whole(told, runId));
  } catch (error) {
    box.replaceChildren(h("p", { class: "error" }, error.message));
  }
}

function whole({ run, journal }, runId) {
  const row = run ?? {};
  const facts = [
    ["Verdict", verdict(row)],
    ["Run", runId],
    ["Variant", row.variant ?? "usual"],
    [
      "Recovery",
      known(row.recovery_s)
        ? `${seconds(row.recovery_s)} of ${seconds(row.bound_s)}`
        : row.censored
          ? `not within ${seconds(row.bound_s)}`
          : "–",
    ],
    ["Seed", row.seed ?? "–"],
    ["Ended", row.ended_at ? day(row.ended_at) : "–"],
  ];
  const findings = Array.isArray(journal?.findings) ? journal.findings : [];
  return [
    h("p", { class: `lead ${verdict(row)}` }, row.sentence ?? ""),
    h(
      "dl",
      { class: "facts" },
      ...facts.flatMap(([name, text]) => [h("dt", {}, name), h("dd", {}, String(text))]),
    ),
    findings.length
      ? checks(findings)
      : h("p", { class: "soft" }, "No checks are kept of this run."),
    h(
      "p",
      { class: "soft small" },
      "The whole report: ",
      h("code", {}, `chaos trading report run ${runId}`),
    ),
  ];
}

function checks(findings) {
  const order = { broken: 0, unknown: 1, held: 2 };
  const sorted = [...findings].sort((left, right) => order[left.answer] - order[right.answer]);
  // The roles stay when a narrow screen lays the rows out as cards.
  const heads = ["Check", "Answer", "Expected", "Observed"].map((name) =>
    h("th", { role: "columnheader", scope: "col" }, name),
  );
  return h(
    "table",
    { class: "checks", role: "table" },
    h("caption", {}, "Checks, those that did not hold first"),
    h("thead", { role: "rowgroup" }, h("tr", { role: "row" }, ...heads)),
    h("tbody", { role: "rowgroup" }, ...sorted.map(check)),
  );
}

function check(one) {
  const kind = { held: "good", broken: "bad" }[one.answer] ?? "doubt";
  return h(
    "tr",
    { role: "row" },
    h("th", { role: "rowheader", scope: "row" }, words(one.checker)),
    h("td", { role: "cell", class: `answer ${kind}` }, one.answer),
    h("td", { role: "cell", "data-label": "Expected" }, one.expected ?? ""),
    h("td", { role: "cell", "data-label": "Observed" }, one.observed ?? ""),
  );
}
