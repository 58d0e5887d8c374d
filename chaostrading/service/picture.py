"""What `chaos trading top` shows: the run, its numbers with the fault in red, alerts, the log."""

import statistics
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from rich.console import Group, RenderableType
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

__all__ = ["Picture"]

SAMPLES_MAX = 600
LOG_MAX = 8
WIDE = 48
"""Readings in a line of the table, one a second."""
RATE_OVER_S = 4.0
_BARS = "▁▂▃▄▅▆▇█"
_COLOURS = {"passed": "green", "deviated": "red", "error": "red"}
Values = Mapping[str, Any]


@dataclass(frozen=True, kw_only=True, slots=True)
class _Line:
    """One number of the table."""

    title: str
    unit: str
    read: Callable[[Values], Any]
    rate: bool = False
    """A counter, shown as growth a second."""


def _told(name: str, factor: float = 1.0) -> Callable[[Values], Any]:
    def read(values: Values) -> float | None:
        value = _number((values.get("target") or {}).get(name))
        return None if value is None else value * factor

    return read


_LINES = (
    _Line(
        title="orders accepted",
        unit="/s",
        read=lambda values: values.get("orders_accepted_total"),
        rate=True,
    ),
    _Line(title="errors", unit="/s", read=_told("errors_total"), rate=True),
    _Line(title="API latency p99", unit="ms", read=lambda values: values.get("latency_ms.p99")),
    _Line(title="order latency", unit="ms", read=_told("order_latency_ms")),
    _Line(title="market data age", unit="s", read=_told("market_data_age_s")),
    _Line(
        title="market messages",
        unit="/s",
        read=lambda values: values.get("messages_down_total"),
        rate=True,
    ),
    _Line(title="CPU of the trader", unit="%", read=_told("cpu_percent")),
    _Line(title="memory of the trader", unit="MB", read=_told("rss_bytes", 1e-6)),
)


class Picture:
    """What the events add up to. One thread takes, another draws."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.link = "connecting"
        self.status: dict[str, Any] = {}
        self.run: dict[str, Any] = {}
        self.samples: deque[tuple[float, Values]] = deque(maxlen=SAMPLES_MAX)
        self.windows: dict[str, list[Any]] = {}
        """Lease to fault, since and until (wall seconds); until is None while it is in force."""
        self.alerts: dict[str, dict[str, Any]] = {}
        self.log: deque[str] = deque(maxlen=LOG_MAX)

    def know(self, status: dict[str, Any]) -> None:
        """Take the answer of `GET /api/chaos/status`."""
        self.status = status
        for row in status.get("running") or ():
            if row["run_id"] != self.run.get("run_id"):
                self._begin(row)
        running = {row["run_id"] for row in status.get("running") or ()}
        if not self.run and status.get("last"):
            self.run = status["last"]
        if self.phase in ("baseline", "fault", "recovery") and self.run["run_id"] not in running:
            last = status.get("last") or {}
            seen = last if last.get("run_id") == self.run["run_id"] else {"outcome": "unknown"}
            self.run = {**self.run, **seen, "state": "finished"}

    def take(self, name: str, data: dict[str, Any]) -> None:
        """Take one event."""
        if name == "run_started":
            self._begin(data)
        elif name == "run_sample":
            self._sample(data)
        elif name == "fault_armed":
            self.windows[str(data.get("lease"))] = [data.get("fault"), _wall(data), None]
        elif name == "fault_ended" and (window := self.windows.get(str(data.get("lease")))):
            window[2] = _wall(data)
        elif name == "alert":
            self.alerts[str(data.get("rule"))] = data
        elif name == "run_finished":
            self.run = {**self.run, **data, "state": "finished"}
        if name != "run_sample":
            self.log.append(_log_line(name, data))

    @property
    def phase(self) -> str:
        """baseline, fault, recovery or verdict; "" without a run."""
        if not self.run:
            return ""
        if self.run.get("state") != "running":
            return "verdict"
        if any(window[2] is None for window in self.windows.values()):
            return "fault"
        return "recovery" if self.windows else "baseline"

    def draw(self, now_s: float) -> RenderableType:
        """The picture as it stands at `now_s` (wall time)."""
        parts: list[RenderableType] = [self._head(), self._sentence(now_s)]
        if self.samples:
            parts.append(self._numbers())
        firing = [one for one in list(self.alerts.values()) if one.get("event") != "resolved"]
        for one in firing:
            colour = "red" if one.get("severity") == "critical" else "yellow"
            text = f"{one.get('severity')} {one.get('rule')}: {one.get('summary') or ''}"
            parts.append(Text(text, style=colour))
        if self.log:
            lines = "\n".join(list(self.log))
            parts.append(Text(lines, style="dim", no_wrap=True, overflow="ellipsis"))
        return Group(*parts)

    def _begin(self, row: dict[str, Any]) -> None:
        self.run = {**row, "state": "running"}
        self.samples.clear()
        self.windows = {}
        self.alerts = {}

    def _sample(self, data: dict[str, Any]) -> None:
        if data.get("run_id") != self.run.get("run_id"):
            self._begin({"run_id": data.get("run_id"), "test": data.get("test")})
        values = data.get("values") or {}
        self.samples.append((_wall(data), values))
        # Pressure is no lease of the proxy; its level is in the samples.
        held = (_number(values.get("pressure_wanted")) or 0.0) > 0
        window = self.windows.get("pressure")
        if held and window is None:
            self.windows["pressure"] = ["pressure", _wall(data), None]
        elif not held and window is not None and window[2] is None:
            window[2] = _wall(data)

    def _head(self) -> Text:
        colour = "green" if self.link == "live" else "yellow"
        head = Text.assemble(
            ("chaos trading  ", "bold"),
            (self.link, colour),
            f"  {self.url}  {self.status.get('target', '')}",
        )
        lever = self.status.get("lever") or {}
        if lever.get("engaged"):
            head.append(f"  lever engaged: {lever.get('reason')}", style="bold red")
        elif self.status and not self.status.get("enabled"):
            head.append("  disabled", style="yellow")
        return head

    def _sentence(self, now_s: float) -> RenderableType:
        phase = self.phase
        if not phase:
            return Panel("Nothing is running", border_style="dim")
        if phase == "verdict":
            outcome = str(self.run.get("outcome"))
            if outcome == "passed" and self.run.get("conclusive") is False:
                outcome = "inconclusive"
            text = str(self.run.get("sentence") or f"{self.run.get('test')}: {outcome}")
            return Panel(Text(text, style="bold"), border_style=_COLOURS.get(outcome, "yellow"))
        faults = {str(one[0]) for one in list(self.windows.values()) if one[2] is None}
        doing = {
            "baseline": "measuring what is usual",
            "fault": f"fault in force: {', '.join(sorted(faults))}",
            "recovery": f"the fault is over, trading must be well within {self._bound()}",
        }[phase]
        ran = f"  {now_s - began:.0f} s" if (began := _moment(self.run.get("started_at"))) else ""
        text = f"{self.run.get('test')}: {doing}{ran}"
        colour = "red" if phase == "fault" else "blue"
        return Panel(Text(text, style="bold"), border_style=colour)

    def _bound(self) -> str:
        bound = _number(self.run.get("bound_s"))
        return f"{bound:g} s" if bound is not None else "its bound"

    def _numbers(self) -> Table:
        table = Table(box=None, header_style="dim", pad_edge=False)
        table.add_column("")
        for title in ("now", "usual"):
            table.add_column(title, justify="right")
        table.add_column("")
        table.add_column("in red while a fault is in force")
        samples = list(self.samples)
        since = min((window[1] for window in list(self.windows.values())), default=None)
        for line in _LINES:
            points = _points(samples, line)
            usual = [value for at, value in points if since is None or at < since]
            known = [value for value in usual if value is not None]
            median = statistics.median(known) if known else None
            table.add_row(
                line.title,
                _short(points[-1][1]),
                _short(median),
                line.unit,
                self._bars(points[-WIDE:]),
            )
        return table

    def _bars(self, points: list[tuple[float, float | None]]) -> Text:
        high = max((value for _, value in points if value is not None), default=0.0) or 1.0
        text = Text()
        windows = list(self.windows.values())
        for at, value in points:
            hit = any(one[1] <= at and (one[2] is None or at <= one[2]) for one in windows)
            size = 0 if value is None else round(max(0.0, value) / high * (len(_BARS) - 1))
            text.append(" " if value is None else _BARS[size], style="red" if hit else "cyan")
        return text


def _points(samples: list[tuple[float, Values]], line: _Line) -> list[tuple[float, float | None]]:
    if not line.rate:
        return [(at, _number(line.read(values))) for at, values in samples]
    found: list[tuple[float, float | None]] = []
    since = 0
    for here, (at, values) in enumerate(samples):
        while since < here - 1 and at - samples[since][0] > RATE_OVER_S:
            since += 1
        now, then = _number(line.read(values)), _number(line.read(samples[since][1]))
        passed_s = at - samples[since][0]
        # A counter that starts again has been restarted with its process.
        grown = now - then if now is not None and then is not None and now >= then else None
        found.append((at, grown / passed_s if grown is not None and passed_s > 0 else None))
    return found


def _log_line(name: str, data: Mapping[str, Any]) -> str:
    names = ("sentence", "fault", "rule", "test", "reason", "suite")
    told = next((data[one] for one in names if data.get(one)), "")
    if name == "alert":
        told = f"{told} {data.get('event', '')}"
    return f"{str(data.get('at', ''))[11:19]}  {name.replace('_', ' '):<16} {told}"


def _wall(data: Mapping[str, Any]) -> float:
    told = _number(data.get("wall_s"))
    return told if told is not None else _moment(data.get("at"))


def _moment(text: object) -> float:
    try:
        return datetime.fromisoformat(str(text)).timestamp()
    except ValueError:
        return 0.0


def _number(value: object) -> float | None:
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None


def _short(value: float | None) -> str:
    if value is None:
        return "–"
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.2f}"
