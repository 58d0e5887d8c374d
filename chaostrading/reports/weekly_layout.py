"""How the weekly report is laid out: the triple first, then what moves it."""

from typing import Any

from chaostrading.reports.charts import dots, heat_words
from chaostrading.reports.document import Block, Chart, Document, Facts, Items, Section, Text, table
from chaostrading.reports.run_layout import made

__all__ = ["register_rows", "weekly_document"]

GOOD_SCORE = 90


def weekly_document(data: dict[str, Any], *, charts: bool = True) -> Document:
    """The weekly report, ready to be rendered. Without `charts` it needs no library."""
    return Document(
        title=f"Resilience, week of {data['first_day']} to {data['last_day']}",
        sentence=data["sentence"],
        tone=_tone(data),
        facts=Facts(
            pairs=(
                ("score / coverage / age", data["triple"]["text"]),
                ("a week ago", data["triple_before"]["text"]),
                ("runs this week", str(data["runs"])),
                ("files not readable", str(data["unreadable"])),
            )
        ),
        sections=(
            Section(title="Resilience", blocks=_resilience(data)),
            Section(title="Improvements", blocks=_improvements(data)),
            Section(title="Findings register", blocks=_register(data)),
            Section(title="This week", blocks=_heat(data)),
            Section(title="Recovery over eight weeks", blocks=_recovery(data, charts=charts)),
            Section(title="Flaky tests", blocks=_flaky(data)),
            Section(title="What the tests are good for", blocks=_effects(data)),
            Section(title="Procedures to update", blocks=_procedures(data)),
            Section(title="Regulation", blocks=_regulation(data)),
        ),
        made=made(data),
        data=data,
    )


def register_rows(entries: list[dict[str, Any]]) -> list[tuple[str, ...]]:
    """The findings register as table rows."""
    return [
        (
            one["state"],
            one["id"],
            one["severity"],
            one["test"],
            one["checker"],
            one["owner"] or "nobody yet",
            f"{one['due'] or '-'}{' (overdue)' if one['overdue'] else ''}",
            one["action"] or one["advice"],
            one["retest_run"] or "-",
        )
        for one in entries
    ]


REGISTER_COLUMNS = (
    "state", "finding", "severity", "test", "check", "owner", "due", "action", "retested by",
)  # fmt: skip


def _tone(data: dict[str, Any]) -> str:
    score, worst = data["triple"]["score"], data["worst"]
    if score is None or data["triple"]["covered"] < data["triple"]["tests"]:
        return "doubt" if worst is None or worst["severity"] != "critical" else "bad"
    if worst is not None and worst["severity"] == "critical":
        return "bad"
    return "good" if score >= GOOD_SCORE else "doubt"


def _resilience(data: dict[str, Any]) -> tuple[Block, ...]:
    worst = data["worst"]
    blocks: list[Block] = []
    if worst is not None:
        blocks.append(
            Text(
                words=f"Worst open finding: {worst['checker']} in {worst['test']}: "
                f"{worst['observed']}. {worst['action'] or worst['advice']}"
            )
        )
    rows = [(one["category"], one["text"]) for one in data["categories"]]
    blocks.append(table("By category", ("category", "score / coverage / age"), rows))
    rows = [(one["week_ends"], one["text"]) for one in data["score_weeks"]]
    blocks.append(table("Eight weeks", ("week ends", "score / coverage / age"), rows))
    blocks.append(
        Text(
            words="Score: checks 50, recovery within its bound 25, integrity 25. Coverage: tests "
            "with a conclusive run in 90 days. Age: the oldest of those runs. None of the three "
            "says anything alone."
        )
    )
    return tuple(blocks)


def _improvements(data: dict[str, Any]) -> tuple[Block, ...]:
    rows = [
        (one["severity"], one["check"], ", ".join(one["tests"]), one["times"], one["advice"])
        for one in data["improvements"]
    ]
    if not rows:
        return (Text(words="No finding is open."),)
    columns = ("severity", "check", "broke in", "times", "what to do")
    return (table("Open findings by their cure", columns, rows),)


def _register(data: dict[str, Any]) -> tuple[Block, ...]:
    rows = register_rows(data["register"])
    if not rows:
        return (Text(words="Empty: no check has broken yet."),)
    return (
        table("Finding, owner, retest", REGISTER_COLUMNS, rows),
        Text(words="Set owner, due date and action: chaos trading report finding F-... --owner"),
    )


def _heat(data: dict[str, Any]) -> tuple[Block, ...]:
    heat = data["heat"]
    rows = [
        (row["test"], *(heat_words(cell) or "." for cell in row["outcomes"]))
        for row in heat["rows"]
    ]
    days = tuple(day[5:] for day in heat["days"])
    caption = "P passed, D deviated, I proves nothing, . not run; one letter a run"
    return (table(caption, ("test", *days), rows),)


def _recovery(data: dict[str, Any], *, charts: bool) -> tuple[Block, ...]:
    rows = [
        (
            one["test"],
            one["n"],
            _seconds(one["median_s"]),
            _seconds(one["p95_s"]),
            _seconds(one["worst_s"]),
            f"{one['censored']}" + (f" (> {one['bound_s']:g} s)" if one["censored"] else ""),
            " ".join("." if value is None else f"{value:.1f}" for value in one["weekly_median_s"]),
        )
        for one in data["recovery"]
    ]
    columns = ("test", "n", "median", "p95", "worst", "not within bound", "median by week")
    blocks: list[Block] = []
    if charts and data["recovery_dots"]:
        title = "Recovery of each run"
        svg = dots(
            title,
            data["recovery_dots"],
            x_title="days before the end of the week",
            y_title="seconds to recover",
            span=(-56.0, 0.0),
        )
        words = "Seconds to recover by day; runs that did not recover within their bound are not "
        blocks.append(Chart(title=title, words=f"{words}drawn, they are counted below.", svg=svg))
    blocks.append(table("Eight weeks; a late recovery is counted, never averaged", columns, rows))
    return tuple(blocks)


def _seconds(value: float | None) -> str:
    return "-" if value is None else f"{value:.1f} s"


def _flaky(data: dict[str, Any]) -> tuple[Block, ...]:
    rows = [
        (one["test"], one["variant"], one["target"], one["passed"], one["deviated"],
         one["last_deviated"])
        for one in data["flaky"]
    ]  # fmt: skip
    columns = ("test", "variant", "target", "passed", "deviated", "last deviated run")
    if not rows:
        return (Text(words="No test both passed and deviated on the same versions."),)
    return (table("Both outcomes on the same versions", columns, rows),)


def _effects(data: dict[str, Any]) -> tuple[Block, ...]:
    rows = [
        (one["test"], one["runs"], one["conclusive"], one["deviated"],
         ", ".join(one["checks_broken"]) or "-")
        for one in data["effectiveness"]
    ]  # fmt: skip
    columns = ("test", "runs", "conclusive", "deviated", "found")
    return (table("Eight weeks", columns, rows),)


def _procedures(data: dict[str, Any]) -> tuple[Block, ...]:
    if not data["procedures"]:
        return (Text(words="None."),)
    return (Items(items=tuple(data["procedures"])),)


def _regulation(data: dict[str, Any]) -> tuple[Block, ...]:
    told = data["regulation"]
    if told["trouble"]:
        return (Text(words=told["trouble"], warning=True),)
    rows = [
        (
            f"{one['source']}, {one['article']}",
            one["summary"],
            ", ".join(one["runs"]) or "none yet",
            ", ".join(one["missing"]) or "-",
            one["known"],
        )
        for one in told["rules"]
    ]
    columns = ("rule", "asks for", "runs support evidence by", "no run in 90 days", "checked as")
    left = [f"{one.get('source')}, {one.get('article')}: {one.get('why')}"
            for one in told["not_covered"]]  # fmt: skip
    return (
        Text(
            words="Runs support evidence for these rules; whether a rule is met is for people to "
            f"judge. Map checked {told['checked_on']}; an article checked as memory must be read "
            "before it is quoted."
        ),
        table("Coverage", columns, rows),
        Text(words="Not covered by any test:"),
        Items(items=tuple(left)),
    )
