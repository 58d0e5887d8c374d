// The dashboard: takes events into the state, and draws it at most once a frame.

import { call } from "./api.js";
import { $, say, show } from "./dom.js";
import { drawHistory, drawKey } from "./history.js";
import { askForToken, drawRelease, wireDialogs } from "./lever.js";
import { drawNow, startCharts } from "./now.js";
import { addRun, loadRuns, openRun, runRows } from "./runs.js";
import { drawAlerts, drawHealth, drawLog, drawRecoveries, fillTests, wireRun } from "./side.js";
import { emptyState, finish, reconcile, take } from "./state.js";
import { Stream } from "./stream.js";

const HISTORY_WAIT_MS = 4000;
const FRESH_S = 10;

const state = emptyState();
let status = null;
let link = "waiting";
let due = false;
let historyDue = 0;

const nowS = () => (Date.now() + stream.skew) / 1000;

function redraw() {
  if (due) return;
  due = true;
  requestAnimationFrame(() => {
    due = false;
    drawNow(state, nowS());
    drawHealth(state, status, link);
    drawAlerts(state);
    drawRecoveries(runRows());
    drawRelease(state);
    drawLog(state);
    say(
      $("link"),
      { open: "live", waiting: "reconnecting", refused: "token needed", paused: "paused" }[link],
    );
    $("link").dataset.state = link;
  });
}

function heard(name, data) {
  data.at ??= new Date(nowS() * 1000).toISOString();
  // A page that has just been opened has missed nothing: it was not there.
  if (name === "lost" && !state.log.length && !state.run) return;
  const sentence = take(state, name, data);
  // What is sent again after a reload is drawn, not announced.
  const fresh = nowS() - Date.parse(data.at) / 1000 < FRESH_S;
  if (sentence && fresh) say($("announce"), sentence);
  if (name === "run_finished") {
    addRun(data);
    if (fresh) soonHistory();
  }
  if (fresh && (name.startsWith("lever_") || name.startsWith("schedule_"))) refresh();
  redraw();
}

// Viewers ask a little apart, so that the end of a run is no stampede.
function soonHistory() {
  clearTimeout(historyDue);
  historyDue = setTimeout(loadHistory, 500 + Math.random() * HISTORY_WAIT_MS);
}

async function loadHistory() {
  await attempt(async () => drawHistory(await call("GET", "api/chaos/history"), openRun));
}

async function refresh() {
  await attempt(async () => {
    status = await call("GET", "api/chaos/status");
    const orphan = reconcile(state, status);
    if (orphan) await settle(orphan);
    say($("foot").firstChild, `chaostrading ${status.version} · `);
  });
  redraw();
}

// A run that ended while nobody listened: its journal knows what became of it.
async function settle(runId) {
  const told = await call("GET", `api/chaos/runs/${encodeURIComponent(runId)}`).catch(() => null);
  if (state.run?.run_id !== runId || state.run.state !== "running") return;
  if (told?.run?.state === "running") return;
  const sentence = `${state.run.test}: its end was not seen, the service was away`;
  finish(state, told?.run?.outcome ? told.run : { ...state.run, outcome: "unknown", sentence });
}

async function attempt(act) {
  try {
    await act();
    show($("trouble"), false);
  } catch (error) {
    trouble(error);
  }
}

function trouble(error) {
  if (error.status === 0) return; // The chip says so already.
  say($("trouble"), error.message);
  show($("trouble"), true);
  if (error.status === 401) askForToken();
}

function changed(now, code) {
  const was = link;
  link = now;
  if (now === "open") {
    if (was !== "open") everything();
  } else if (now === "refused") {
    trouble({ status: code, message: "This service needs a token." });
  }
  redraw();
}

async function everything() {
  await refresh();
  await attempt(async () => fillTests(await call("GET", "api/chaos/tests")));
  await attempt(loadRuns);
  redraw();
  await loadHistory();
}

const stream = new Stream(heard, changed);
startCharts(redraw);
drawKey();
wireRun((error) => error.status === 401 && askForToken());
wireDialogs({ retoken: () => stream.start(), changed: refresh });
$("runs-test").addEventListener("change", () => attempt(loadRuns));
setInterval(() => state.run?.state === "running" && redraw(), 1000);
redraw();
stream.start();
