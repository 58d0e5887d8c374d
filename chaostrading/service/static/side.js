// Beside the run: health of the system, the form that starts tests, alerts, recovery times.

import { call, freshKey } from "./api.js";
import { $, clock, day, h, known, number, say, seconds, show, verdict, words } from "./dom.js";

let tests = [];

export function drawHealth(state, status, link) {
  const values = state.samples.at(-1)?.values ?? {};
  const live = state.run?.state === "running";
  const settings = status?.settings ?? {};
  const lever = state.lever;
  const rows = [
    [
      "Service",
      { open: "well", waiting: "not answering", refused: "needs a token", paused: "paused" }[
        link
      ] ?? link,
      link !== "open" && link !== "paused",
    ],
    ["Target", status?.target ?? "–"],
    ["Mode", settings.error ?? words(settings.trading_mode ?? "–"), Boolean(settings.error)],
    [
      "Chaos",
      !status ? "–" : status.enabled ? `enabled up to impact ${settings.impact_level}` : "disabled",
      status && !status.enabled,
    ],
    [
      "Lever",
      !lever ? "–" : lever.engaged ? `engaged: ${lever.reason}` : "released",
      lever?.engaged,
    ],
    ["Running", live ? state.run.test : "nothing"],
    ["Next", next(status?.schedule)],
    [
      "Machine",
      live && known(values["system.cpu_percent"])
        ? `CPU ${number(values["system.cpu_percent"], 0)} %, memory ${number(values["system.memory_percent"], 0)} %`
        : "–",
    ],
  ];
  const list = $("health");
  list.replaceChildren(
    ...rows.flatMap(([name, text, bad]) => [
      h("dt", {}, name),
      h("dd", { class: bad ? "bad" : null }, String(text)),
    ]),
  );
  say($("target"), status?.target ?? "target unknown");
  show($("lever-chip"), Boolean(lever?.engaged));
  say($("lever-chip"), "lever engaged");
  show($("release-open"), Boolean(status && (lever?.engaged || !status.enabled)));
  say($("release-open"), lever?.engaged ? "Release…" : "Enable…");
}

function next(schedule) {
  if (!schedule) return "no schedule";
  if (schedule.paused) return "schedule paused";
  const rules = schedule.rules.filter((rule) => rule.next.length);
  rules.sort((left, right) => left.next[0].localeCompare(right.next[0]));
  return rules.length ? `${rules[0].suite} suite, ${day(rules[0].next[0])}` : "nothing";
}

export function fillTests(answer) {
  tests = answer.tests;
  const groups = new Map();
  for (const test of tests) groups.set(test.category, [...(groups.get(test.category) ?? []), test]);
  const chosen = $("run-test").value;
  $("run-test").replaceChildren(
    ...[...groups].map(([category, mine]) =>
      h(
        "optgroup",
        { label: category },
        ...mine.map((test) => h("option", { value: test.name }, test.name)),
      ),
    ),
    ...answer.missing.map((one) =>
      h("option", { value: one.name, disabled: true }, `${one.name} (cannot be used)`),
    ),
  );
  if (tests.some((test) => test.name === chosen)) $("run-test").value = chosen;
  about();
  const names = [...tests, ...answer.missing].map((test) => test.name);
  const shown = $("runs-test").value;
  $("runs-test").replaceChildren(
    h("option", { value: "" }, "all tests"),
    ...names.map((name) => h("option", { value: name }, name)),
  );
  $("runs-test").value = shown;
}

function about() {
  const test = tests.find((one) => one.name === $("run-test").value);
  $("run-variant").replaceChildren(
    h("option", { value: "" }, "usual"),
    ...(test?.variants ?? []).map((name) => h("option", { value: name }, name)),
  );
  say(
    $("run-about"),
    !test
      ? ""
      : `${test.purpose}. ${test.trigger}; the fault lasts ${seconds(test.duration_ms / 1000)}, trading must be well ${seconds(test.recovery_s)} after it. Impact ${test.impact}.`,
  );
}

export function wireRun(refused) {
  $("run-test").addEventListener("change", about);
  $("run-form").addEventListener("submit", async (event) => {
    event.preventDefault();
    const go = $("run-go");
    go.disabled = true;
    show($("run-error"), false);
    try {
      await call("POST", "api/chaos/run", {
        body: {
          test: $("run-test").value,
          variant: $("run-variant").value,
          quick: $("run-quick").checked,
        },
        headers: { "Idempotency-Key": freshKey() },
      });
    } catch (error) {
      say($("run-error"), error.message);
      show($("run-error"), true);
      refused(error);
    } finally {
      go.disabled = false;
    }
  });
}

export function drawAlerts(state) {
  const firing = new Map();
  for (const one of [...state.alerts].reverse()) {
    firing.set(one.rule, one);
  }
  const open = [...firing.values()].filter((one) => one.event !== "resolved").length;
  const word = state.run?.state === "running" ? "firing" : "unresolved";
  say($("alerts-count"), open ? `${open} ${word}` : "");
  const rows = [...firing.values()].reverse().slice(0, 8);
  $("alerts").replaceChildren(
    ...(rows.length ? rows.map(alertRow) : [h("li", { class: "soft" }, "none in this run")]),
  );
}

function alertRow(one) {
  const over = one.event === "resolved";
  return h(
    "li",
    { class: over ? "over" : one.severity },
    h("b", {}, over ? "resolved" : one.severity),
    " ",
    words(one.rule),
    h("span", { class: "soft" }, ` ${one.metric} ${number(one.value)} (${one.condition})`),
    over || !one.action ? null : h("span", { class: "soft block" }, one.action),
  );
}

export function drawRecoveries(rows) {
  const known_ = rows
    .filter((row) => known(row.bound_s) && (known(row.recovery_s) || row.censored))
    .slice(0, 8);
  $("recoveries").replaceChildren(
    ...(known_.length
      ? known_.map(recovery)
      : [h("li", { class: "soft" }, "no run has been measured yet")]),
  );
}

function recovery(row) {
  const late = row.censored || row.recovery_s > row.bound_s;
  const bar = h(
    "span",
    { class: `gauge ${late ? "bad" : "good"}`, "aria-hidden": "true" },
    h("i", {}),
  );
  bar.firstChild.style.width = `${Math.min(100, Math.max(1.5, ((row.recovery_s ?? row.bound_s) / row.bound_s) * 100))}%`;
  return h(
    "li",
    {},
    h("span", {}, row.test),
    bar,
    h(
      "span",
      { class: "number" },
      row.censored
        ? `over ${seconds(row.bound_s)}`
        : `${number(row.recovery_s)} of ${seconds(row.bound_s)}`,
    ),
  );
}

export function drawLog(state) {
  const list = $("log");
  const top = state.log[0];
  if (list.dataset.top === String(state.log.length) + (top?.data.at ?? "") + (top?.name ?? ""))
    return;
  list.dataset.top = String(state.log.length) + (top?.data.at ?? "") + (top?.name ?? "");
  list.replaceChildren(
    ...(state.log.length
      ? state.log.map(line)
      : [h("li", { class: "soft" }, "nothing has happened since the service started")]),
  );
}

function line({ name, data }) {
  const told = {
    run_started: () =>
      `${data.test}${data.variant ? `, ${data.variant}` : ""} by ${data.by ?? data.suite}`,
    fault_armed: () => data.fault,
    fault_ended: () =>
      `${data.fault}, touched ${data.hits ?? 0} frames${data.reason ? `, ${data.reason}` : ""}`,
    alert: () =>
      `${data.severity} ${data.rule} ${data.event ?? ""}: ${data.metric} ${number(data.value)}`,
    run_finished: () => data.sentence || `${data.test}: ${verdict(data)}`,
    lever_engaged: () => `${data.reason} (${data.by})`,
    lever_released: () => `${data.reason} (${data.by})`,
    lost: () =>
      data.count ? `${data.count} events were missed` : "events before this may be missing",
  };
  const text =
    told[name]?.() ?? [data.suite, data.reason ?? data.sentence].filter(Boolean).join(": ");
  return h(
    "li",
    { class: name === "run_finished" ? verdict(data) : name },
    h("time", { datetime: data.at ?? "" }, clock(data.at)),
    h("b", {}, words(name)),
    h("span", {}, text ?? ""),
  );
}
