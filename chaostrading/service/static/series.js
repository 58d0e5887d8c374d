// What is drawn: which numbers of a sample, as rates or as they are.

import { known } from "./dom.js";

const RATE_OVER_S = 4;

const flat = (name) => (values) => values[name];
const told = (name) => (values) => values.target?.[name];
const scaled = (read, factor) => (values) => (known(read(values)) ? read(values) * factor : null);

function refusals(values) {
  const names = Object.keys(values).filter((name) => /^answers_total\.[45]/.test(name));
  return names.reduce((sum, name) => sum + values[name], values.upstream_failures_total ?? 0);
}

export const CHARTS = [
  {
    id: "orders",
    title: "Orders accepted",
    unit: "/s",
    lines: [{ name: "accepted", read: flat("orders_accepted_total"), rate: true }],
  },
  {
    id: "errors",
    title: "Errors",
    unit: "/s",
    lines: [
      { name: "trader", read: told("errors_total"), rate: true },
      { name: "exchange", read: refusals, rate: true },
    ],
  },
  {
    id: "latency",
    title: "API latency",
    unit: "ms",
    lines: [
      { name: "p99", read: flat("latency_ms.p99") },
      { name: "p50", read: flat("latency_ms.p50") },
    ],
  },
  {
    id: "answer",
    title: "Order latency",
    unit: "ms",
    lines: [{ name: "trader", read: told("order_latency_ms") }],
  },
  {
    id: "age",
    title: "Market data age",
    unit: "s",
    lines: [{ name: "trader", read: told("market_data_age_s") }],
  },
  {
    id: "messages",
    title: "Market messages",
    unit: "/s",
    lines: [{ name: "passed on", read: flat("messages_down_total"), rate: true }],
  },
  {
    id: "cpu",
    title: "CPU",
    unit: "%",
    lines: [
      { name: "trader", read: told("cpu_percent") },
      { name: "machine", read: flat("system.cpu_percent") },
    ],
  },
  {
    id: "memory",
    title: "Memory",
    unit: "MB",
    lines: [{ name: "trader", read: scaled(told("rss_bytes"), 1e-6) }],
  },
];

// The points of one line: [wall seconds, number or null].
export function points(samples, line) {
  if (!line.rate) return samples.map((one) => [one.wall_s, number(line.read(one.values))]);
  let from = 0;
  return samples.map((one, at) => {
    while (from < at - 1 && one.wall_s - samples[from].wall_s > RATE_OVER_S) from += 1;
    const since = samples[from];
    const passed = one.wall_s - since.wall_s;
    const grown = line.read(one.values) - line.read(since.values);
    // A counter that starts again has been restarted with its process.
    return [one.wall_s, passed > 0 && known(grown) && grown >= 0 ? grown / passed : null];
  });
}

export function median(values) {
  const sorted = values.filter(known).sort((left, right) => left - right);
  return sorted.length ? sorted[Math.floor(sorted.length / 2)] : null;
}

const number = (value) => (known(value) ? value : null);
