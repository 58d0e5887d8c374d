// The run that is looked at: its sentence, its phases, its numbers, its charts.

import { LineChart } from "./chart.js";
import { $, h, known, number, say, seconds, show, verdict, words } from "./dom.js";
import { CHARTS } from "./series.js";
import { gone, phase, zero } from "./state.js";

const PHASES = ["baseline", "fault", "recovery", "verdict"];
let charts = [];
let cursor = null;

export function startCharts(redraw) {
  const moved = (at) => {
    cursor = at;
    redraw();
  };
  charts = CHARTS.map((spec) => new LineChart(spec, moved));
  $("charts").replaceChildren(...charts.map((chart) => chart.element));
  new ResizeObserver(redraw).observe($("charts"));
}

export function drawNow(state, nowS) {
  const at = phase(state);
  const card = $("now");
  card.dataset.phase = at || "idle";
  card.dataset.verdict = at === "verdict" ? verdict(state.run) : "";
  say($("now-over"), over(state, at));
  say($("now-title"), title(state, at));
  say($("now-detail"), detail(state, at, nowS));
  document.title = pageTitle(state, at);
  drawPhases(state, at, nowS);
  drawVitals(state);
  show($("charts"), state.samples.length > 0 || Boolean(state.run));
  show($("charts-key"), state.samples.length > 0 || Boolean(state.run));
  const recovered = recoveredAt(state);
  for (const chart of charts) {
    chart.draw({
      samples: state.samples,
      windows: state.windows,
      zero: zero(state),
      recovered,
      cursor,
      running: state.run?.state === "running",
      now: end(state, nowS),
    });
  }
}

// A window that is open reaches to the newest reading, or to now when none came since.
const end = (state, nowS) =>
  Math.max(
    state.samples.at(-1)?.wall_s ?? 0,
    state.run?.state === "running" ? Math.min(nowS, (state.samples.at(-1)?.wall_s ?? nowS) + 3) : 0,
  );

function over(state, at) {
  if (!at) return "now";
  const variant = state.run.variant ? `, ${state.run.variant}` : "";
  const by = state.run.suite ? `${state.run.suite} suite` : whoever(state.run.by);
  const quick = state.run.quick ? ", quick" : "";
  return `${at === "verdict" ? "last run" : "running"}${variant}${quick}${by ? `, by ${by}` : ""}`;
}

const whoever = (by) => String(by ?? "").replace("somebody without a token from ", "");

function title(state, at) {
  if (!at) return "Nothing is running";
  if (at === "verdict") return state.run.sentence || `${state.run.test}: ${verdict(state.run)}`;
  const faults = [
    ...new Set(state.windows.filter((one) => one.until === null).map((one) => words(one.fault))),
  ];
  const doing = {
    baseline: "measuring what is usual",
    fault: `fault in force: ${faults.join(", ")}`,
    recovery: "the fault is over, waiting for trading to be well",
  };
  return `${state.run.test}: ${doing[at]}`;
}

function detail(state, at, nowS) {
  if (!at) return "Start a test, or wait for the schedule.";
  const run = state.run;
  if (at === "verdict") {
    const back = known(run.recovery_s)
      ? `, recovery ${seconds(run.recovery_s)} of ${seconds(run.bound_s)}`
      : run.censored
        ? `, not recovered within ${seconds(run.bound_s)}`
        : "";
    return `${verdict(run)}${known(run.seconds) ? ` after ${seconds(run.seconds)}` : ""}${back}${known(run.seed) ? `, seed ${run.seed}` : ""}`;
  }
  const ran = nowS - Date.parse(run.started_at) / 1000;
  return `${[run.category, run.impact && `impact ${run.impact}`].filter(Boolean).join(", ")} – running for ${seconds(Math.max(0, Math.floor(ran)))}`;
}

function pageTitle(state, at) {
  const mark = { baseline: "▷ ", fault: "● ", recovery: "◌ " }[at] ?? "";
  return at && at !== "verdict" ? `${mark}${state.run.test} – Chaos trading` : "Chaos trading";
}

function drawPhases(state, at, nowS) {
  const list = $("phases");
  show(list, Boolean(at));
  if (!at) return;
  if (!list.children.length) {
    list.replaceChildren(
      ...PHASES.map((name) => h("li", { "data-phase": name }, h("b", {}, name), h("span", {}))),
    );
  }
  const since = zero(state);
  const until = gone(state);
  const told = {
    baseline: since ? seconds(Math.max(0, since - Date.parse(state.run.started_at) / 1000)) : "",
    fault: since ? seconds(Math.max(0, Math.round((until || nowS) - since))) : "",
    recovery: recoveryText(state, at, until, nowS),
    verdict: at === "verdict" ? verdict(state.run) : "",
  };
  for (const item of list.children) {
    const name = item.dataset.phase;
    item.toggleAttribute("data-done", PHASES.indexOf(name) < PHASES.indexOf(at));
    if (name === at) item.setAttribute("aria-current", "step");
    else item.removeAttribute("aria-current");
    say(item.lastChild, told[name]);
  }
}

function recoveryText(state, at, until, nowS) {
  const bound = known(state.run.bound_s) ? ` of ${seconds(state.run.bound_s)}` : "";
  if (at === "recovery" && until)
    return `${seconds(Math.max(0, Math.round(nowS - until)))}${bound}`;
  if (at === "verdict" && known(state.run.recovery_s))
    return `${seconds(state.run.recovery_s)}${bound}`;
  if (at === "verdict" && state.run.censored) return `over${bound.replace(" of", "")}`;
  return bound.replace(" of ", "within ");
}

function recoveredAt(state) {
  const until = gone(state);
  return state.run?.state === "finished" && known(state.run.recovery_s) && until
    ? until + state.run.recovery_s
    : null;
}

function drawVitals(state) {
  const values = state.samples.at(-1)?.values;
  const list = $("vitals");
  show(list, Boolean(values));
  if (!values) return;
  const target = values.target ?? {};
  const tiles = [
    [
      "Orders accepted",
      values.orders_total ? `${values.orders_accepted_total ?? 0} of ${values.orders_total}` : "–",
    ],
    ["Denied by risk", number(target.orders_denied_total, 0)],
    ["Rate limited", number(target.rate_limited_total, 0)],
    ["Reconnects", number(target.reconnects_total, 0)],
    ["Breakers open", number(target.breaker_open, 0), target.breaker_open > 0],
    ["Risk violations", number(target.risk_violations_total, 0), target.risk_violations_total > 0],
    ["Streams", number(values["connections.websocket"], 0), values["connections.websocket"] === 0],
    ["P&L, USDT", number(target.pnl_usdt)],
  ];
  list.replaceChildren(
    ...tiles.map(([name, text, bad]) =>
      h("div", { class: bad ? "bad" : null }, h("dt", {}, name), h("dd", {}, text)),
    ),
  );
}
