// What the events add up to: the run that is looked at, its readings and faults, alerts, the log.

import { known, verdict, wall } from "./dom.js";

const SAMPLES_MAX = 3600;
const LOG_MAX = 200;
const ALERTS_MAX = 50;

export function emptyState() {
  return { run: null, samples: [], windows: [], alerts: [], log: [], lever: null, runs: new Map() };
}

// Takes one event into the state. Answers a sentence worth announcing, or "".
export function take(state, name, data) {
  if (name !== "run_sample") note(state, name, data);
  switch (name) {
    case "run_started":
      begin(state, data);
      return `${data.test} has started`;
    case "run_sample":
      sample(state, data);
      return "";
    case "fault_armed":
      return armed(state, data);
    case "fault_ended":
      return ended(state, data);
    case "alert":
      return alert(state, data);
    case "run_finished":
      return finish(state, data);
    case "lever_engaged":
    case "lever_released":
      state.lever = { ...data, engaged: name === "lever_engaged" };
      return name === "lever_engaged"
        ? `The lever was engaged: ${data.reason}`
        : "The lever was released";
    default:
      return "";
  }
}

// What the service says is running, for a page that came later or was away.
export function reconcile(state, status) {
  state.lever = status.lever;
  for (const row of status.running) {
    if (state.run?.run_id !== row.run_id) begin(state, row);
    else state.run = { ...state.run, ...row };
  }
  if (!state.run && status.last) finish(state, status.last);
  const running = new Set(status.running.map((row) => row.run_id));
  const mine = state.run;
  return mine && mine.state === "running" && !running.has(mine.run_id) ? mine.run_id : "";
}

export function begin(state, row) {
  state.run = { ...row, state: "running" };
  state.samples = [];
  state.windows = [];
  state.alerts = state.alerts.filter((one) => one.run_id === row.run_id);
}

export function finish(state, row) {
  state.runs.set(row.run_id, row);
  if (state.run && state.run.run_id !== row.run_id) return "";
  state.run = { ...(state.run ?? {}), ...row, state: "finished" };
  const at = row.at ? wall(row) : (state.samples.at(-1)?.wall_s ?? null);
  for (const window of state.windows) window.until ??= at;
  return row.sentence || `${row.test}: ${verdict(row)}`;
}

// baseline, fault, recovery, verdict; "" when there is no run.
export function phase(state) {
  if (!state.run) return "";
  if (state.run.state !== "running") return "verdict";
  if (state.windows.some((window) => window.until === null)) return "fault";
  return state.windows.length ? "recovery" : "baseline";
}

// The moment the first fault came (wall seconds), null before.
export const zero = (state) => (state.windows.length ? state.windows[0].since : null);

export const gone = (state) =>
  state.windows.length ? Math.max(...state.windows.map((window) => window.until ?? 0)) : null;

function sample(state, data) {
  if (state.run?.run_id !== data.run_id) {
    begin(state, { run_id: data.run_id, test: data.test, started_at: data.at });
  }
  const at = known(data.wall_s) ? data.wall_s : wall(data);
  state.samples.push({ wall_s: at, values: data.values ?? {} });
  if (state.samples.length > SAMPLES_MAX) state.samples.shift();
  pressure(state, at, data.values ?? {});
}

// Memory, CPU and market pressure are no leases of the proxy; their level is in the samples.
function pressure(state, at, values) {
  const held = known(values.pressure_wanted) && values.pressure_wanted > 0;
  const mine = state.windows.find((window) => window.lease === "pressure" && window.until === null);
  if (held && !mine) {
    state.windows.push({ fault: "pressure", lease: "pressure", since: at, until: null });
  } else if (!held && mine) {
    mine.until = at;
  }
}

function armed(state, data) {
  const since = known(data.wall_s) ? data.wall_s : wall(data);
  state.windows.push({ fault: data.fault, lease: data.lease, since, until: null });
  return `Fault in force: ${data.fault}`;
}

function ended(state, data) {
  const mine = state.windows.find((one) => one.lease === data.lease && one.until === null);
  if (!mine) return "";
  mine.until = known(data.wall_s) ? data.wall_s : wall(data);
  mine.hits = data.hits;
  return `Fault over: ${data.fault}`;
}

function alert(state, data) {
  state.alerts.unshift(data);
  state.alerts.length = Math.min(state.alerts.length, ALERTS_MAX);
  const loud = data.severity === "critical" && data.event !== "resolved";
  return loud ? `Critical alert: ${data.summary ?? data.rule}` : "";
}

function note(state, name, data) {
  state.log.unshift({ name, data });
  state.log.length = Math.min(state.log.length, LOG_MAX);
}
