"""How a run report is laid out: the sentence first, then all that it rests on."""

from collections.abc import Mapping, Sequence
from typing import Any

from chaostrading.reports.charts import timeline
from chaostrading.reports.clean import text
from chaostrading.reports.document import (
    Block,
    Chart,
    Document,
    Facts,
    Items,
    Section,
    Text,
    row_text,
    table,
    tone_of,
)
from chaostrading.reports.metrics import key_metrics
from chaostrading.reports.run import Run, series_of
from chaostrading.reports.run_report import fault_window, recovered_at, run_report

__all__ = ["made", "note_rows", "run_document", "seconds"]

BYTES_PER_MB = 1e6
LINES_MAX = 8


def run_document(run: Run, *, charts: bool = True, data: dict[str, Any] | None = None) -> Document:
    """The report of a run, ready to be rendered. Without `charts` it needs no library."""
    data = data or run_report(run)
    return Document(
        title=f"Run of {data['test']}",
        sentence=data["sentence"],
        tone=tone_of(data["outcome"]),
        facts=_facts(data),
        sections=(
            Section(title="What this report cannot tell", blocks=_problems(data)),
            Section(title="What was tested", blocks=_tested(data)),
            Section(title="What to do", blocks=_to_do(data)),
            Section(title="Proof of paper mode", blocks=_attestation(data)),
            Section(title="Timeline", blocks=(*_charts(run, charts=charts), *_events(data))),
            Section(title="Findings", blocks=_findings(data)),
            Section(title="Recovery", blocks=_recovery(data)),
            Section(title="Trading impact", blocks=_impact(data)),
            Section(title="Key metrics", blocks=_metrics(data)),
            Section(title="The fault", blocks=_fault(data)),
            Section(title="Notes of operators", blocks=_notes(data)),
            Section(title="What Chaos Toolkit did", blocks=_activities(data)),
            Section(title="Regulation", blocks=_regulation(data)),
            Section(title="Where it comes from", blocks=_origin(data)),
        ),
        made=made(data),
        data=data,
    )


def made(data: Mapping[str, Any]) -> str:
    """When and by what a report was made."""
    return f"Made {data['made_at']} by {data['made_by']}. The journals are the truth."


def seconds(value: float | None) -> str:
    """A time in the words of a report."""
    return "-" if value is None else f"{value:.1f} s"


def note_rows(notes: Sequence[Mapping[str, Any]]) -> list[tuple[str, str, str]]:
    """Operators' notes as table rows."""
    return [(note["at"], note["by"], note["text"]) for note in notes]


def _facts(data: Mapping[str, Any]) -> Facts:
    score = data["score"]
    recovery = data["recovery"]
    pairs = [
        ("outcome", data["outcome"]),
        ("conclusive", "yes" if data["conclusive"] else "no: nothing is proven"),
        ("run", data["run_id"]),
        ("began", data["began"] or "not known"),
        ("target", data["target"] or "not known"),
        ("category and impact", f"{data['category'] or '?'}, {data['impact_level'] or '?'}"),
        ("recovery", recovery["text"] if recovery else "not measured"),
        ("score", f"{score['total']:g} of 100" if score else "none"),
        ("seed", "-" if data["seed"] is None else str(data["seed"])),
    ]
    if data["variant"]:
        pairs.insert(5, ("variant", data["variant"]))
    if isinstance(data["approval"], Mapping):
        pairs.append(("approved", row_text(data["approval"])))
    return Facts(pairs=tuple(pairs))


def _problems(data: Mapping[str, Any]) -> tuple[Block, ...]:
    return (Items(items=tuple(data["problems"])),) if data["problems"] else ()


def _tested(data: Mapping[str, Any]) -> tuple[Block, ...]:
    blocks: list[Block] = []
    if data["purpose"]:
        blocks.append(Text(words=data["purpose"]))
    if data["expected"]:
        blocks.append(Text(words="Expected of the trader:"))
        blocks.append(Items(items=tuple(data["expected"])))
    hypothesis = data["hypothesis"]
    words = {True: "met", False: "not met", None: "not looked at"}
    if hypothesis["title"]:
        blocks.append(
            Text(
                words=f"Hypothesis: {hypothesis['title']}: "
                f"{words[hypothesis['met_before']]} before, "
                f"{words[hypothesis['met_after']]} after."
            )
        )
    return tuple(blocks)


def _to_do(data: Mapping[str, Any]) -> tuple[Block, ...]:
    rows = [
        (one["answer"], one["checker"], one["severity"], one["observed"], one["advice"])
        for one in data["to_do"]
    ]
    if not rows:
        return ()
    columns = ("answer", "check", "severity", "observed", "what to do")
    return (table("Checks that did not hold, worst first", columns, rows),)


def _attestation(data: Mapping[str, Any]) -> tuple[Block, ...]:
    told = data["attestation"]
    if not isinstance(told, Mapping):
        return (
            Text(words="This journal does not prove that the target was on paper.", warning=True),
        )
    return (Facts(pairs=tuple((str(name), str(value)) for name, value in told.items())),)


def _charts(run: Run, *, charts: bool) -> list[Block]:
    if not charts:
        return []
    series = series_of(run)
    window = fault_window(run)
    times = [at for points in series.values() for at, _ in points]
    span = (min(times), max(times)) if times else None
    drawn: list[Block] = []
    for metric in key_metrics():
        if not metric.series or metric.of:
            continue
        wide = {
            name: _scaled(points, metric.unit)
            for name, points in series.items()
            if any(_fits(name, wanted) for wanted in metric.series)
        }
        lines = dict(list(wide.items())[:LINES_MAX])
        if not lines:
            continue
        unit = "MB" if metric.unit == "bytes" else metric.unit
        title = f"{metric.key} ({metric.group.lower()})"
        svg = timeline(
            title, lines, unit=unit, fault=window, recovered_s=recovered_at(run), span=span
        )
        drawn.append(Chart(title=title, words=_in_words(lines, unit, window), svg=svg))
    return drawn


def _fits(name: str, wanted: str) -> bool:
    return name.startswith(wanted[:-1]) if wanted.endswith("*") else name == wanted


def _scaled(points: Sequence[tuple[float, float]], unit: str) -> list[tuple[float, float]]:
    by = BYTES_PER_MB if unit == "bytes" else 1.0
    return [(at, value / by) for at, value in points]


def _in_words(
    lines: Mapping[str, Sequence[tuple[float, float]]],
    unit: str,
    window: tuple[float, float] | None,
) -> str:
    parts = []
    for name, points in lines.items():
        values = [value for _, value in points]
        parts.append(f"{name} from {min(values):.4g} to {max(values):.4g} {unit}")
    band = f"; fault in force from {window[0]:.1f} to {window[1]:.1f} s" if window else ""
    return "; ".join(parts) + band


def _events(data: Mapping[str, Any]) -> list[Block]:
    rows = [
        (
            "-" if one["t_s"] is None else f"{one['t_s']:.1f}",
            one["what"],
            one["event"],
            one["detail"],
        )
        for one in data["timeline"]
    ]
    caption = "Events; seconds since the fault began"
    return [table(caption, ("seconds", "from", "event", "detail"), rows)] if rows else []


def _findings(data: Mapping[str, Any]) -> tuple[Block, ...]:
    if not data["findings"]:
        return (Text(words="No check was made: there is nothing that held."),)
    rows = [
        (one["answer"], one["checker"], one["severity"], one["expected"], one["observed"])
        for one in data["findings"]
    ]
    blocks: list[Block] = [
        table("Checks", ("answer", "check", "severity", "expected", "observed"), rows)
    ]
    for one in data["findings"]:
        if one["answer"] != "held" and one["evidence"]:
            shown = [(row_text(row),) for row in one["evidence"]]
            blocks.append(table(f"Evidence of {one['checker']}", ("what was seen",), shown))
    return tuple(blocks)


def _recovery(data: Mapping[str, Any]) -> tuple[Block, ...]:
    told, alerting = data["recovery"], data["alerting"]
    if told is None:
        return (Text(words="Recovery was not measured."),)
    pairs = [
        ("time to recover", told["text"]),
        ("bound", seconds(told["bound_s"])),
        ("error bar", f"± {told['error_bar_s']:.2f} s" if told["error_bar_s"] is not None else "-"),
    ]
    if told["adapted"]:
        pairs.append(("adapted", "trading was within tolerance while the fault was still on"))
    if isinstance(alerting, Mapping):
        pairs.append(("fault to first alert", _first_alert(alerting)))
    return (
        Facts(pairs=tuple(pairs)),
        Text(
            words="Recovery runs from the fault confirmed gone to the first sample within "
            "tolerance that a whole hold window of such samples follows. Later than the bound is "
            "said as such, never averaged."
        ),
    )


def _first_alert(alerting: Mapping[str, Any]) -> str:
    at, line = alerting.get("fault_to_alert_s"), alerting.get("line_s")
    blind = alerting.get("blind") or []
    note = f"; {len(blind)} rules saw no number" if blind else ""
    if not isinstance(at, int | float) or not isinstance(line, int | float):
        return f"no alert{note}"
    word = "within" if at <= line else "over"
    return f"{at:.2f} s, {word} the {line:g} s line{note}"


def _impact(data: Mapping[str, Any]) -> tuple[Block, ...]:
    told = data["impact"]
    if not isinstance(told, Mapping) or not told:
        return ()
    names = {
        "orders_attempted": "orders attempted under the fault",
        "orders_accepted": "orders accepted",
        "order_success_ratio": "order success rate",
        "duplicate_orders": "duplicate orders",
        "pnl_usdt": "P&L over the run, USDT",
        "drawdown_usdt": "drawdown over the run, USDT",
        "risk_violations_total": "risk violations",
    }
    pairs = [(words, text(told[name], 100)) for name, words in names.items() if name in told]
    gaps = told.get("position_gaps")
    if isinstance(gaps, Mapping):
        said = row_text(gaps) or "no gap between the target and the exchange's books was found"
        pairs.append(("position accuracy", said))
    return (Facts(pairs=tuple(pairs)),)


def _metrics(data: Mapping[str, Any]) -> tuple[Block, ...]:
    rows = [
        (
            one["group"],
            one["metric"],
            one["series"],
            one["unit"],
            _value(one["before"]),
            _value(one["during"]),
            _value(one["after"]),
        )
        for one in data["key_metrics"]
    ]
    if not rows:
        return ()
    columns = ("group", "metric", "series", "unit", "before", "under the fault", "after")
    return (table("Growth of counters, median of all others", columns, rows),)


def _value(value: float | None) -> str:
    return "-" if value is None else f"{value:,.4g}" if abs(value) < 1e6 else f"{value:,.0f}"


def _fault(data: Mapping[str, Any]) -> tuple[Block, ...]:
    rows = [
        (
            one["fault"],
            row_text(one["parameters"] if isinstance(one["parameters"], Mapping) else {}),
            "-" if one["hits"] is None else f"{one['hits']:.0f}",
            f"{seconds(one['began'])} to {seconds(one['ended'])}",
            f"{seconds(one['first_hit'])} to {seconds(one['last_hit'])}",
            one["reason"],
        )
        for one in data["fault"]
    ]
    if not rows:
        return (Text(words="No fault was put in force."),)
    columns = ("fault", "parameters", "hits", "in force", "hit from, to", "ended because")
    return (table("What was injected and what it touched", columns, rows),)


def _notes(data: Mapping[str, Any]) -> tuple[Block, ...]:
    rows = note_rows(data["notes"])
    return (table("What operators saw", ("at", "by", "note"), rows),) if rows else ()


def _activities(data: Mapping[str, Any]) -> tuple[Block, ...]:
    rows = [
        (one["part"], one["name"], one["status"], seconds(one["seconds"]), one["trouble"])
        for one in [*data["hypothesis"]["probes"], *data["activities"]]
    ]
    if not rows:
        return ()
    return (
        table("Probes, actions and rollbacks", ("part", "name", "status", "took", "trouble"), rows),
    )


def _regulation(data: Mapping[str, Any]) -> tuple[Block, ...]:
    told = data["regulation"]
    if not told:
        return ()
    if told["trouble"]:
        return (Text(words=told["trouble"], warning=True),)
    rows = [(one["source"], one["article"], one["summary"]) for one in told["rules"]]
    if not rows:
        return ()
    caption = f"This run supports evidence for (map checked {told['checked_on']})"
    return (table(caption, ("source", "article", "asks for"), rows),)


def _origin(data: Mapping[str, Any]) -> tuple[Block, ...]:
    pairs = [(str(name), str(value)) for name, value in data["versions"].items()]
    pairs += [
        ("platform", data["platform"]),
        ("seed", "-" if data["seed"] is None else str(data["seed"])),
        ("journal", data["journal"]),
        ("SHA-256 of the journal", data["sha256"]),
        ("evidence", data["evidence_folder"] or "-"),
    ]
    return (Facts(pairs=tuple(pairs)),)
