"""How the incident report is laid out."""

from typing import Any

from chaostrading.reports.document import (
    Block,
    Document,
    Facts,
    Items,
    Section,
    Text,
    row_text,
    table,
    tone_of,
)
from chaostrading.reports.run_layout import made, note_rows
from chaostrading.reports.weekly_layout import REGISTER_COLUMNS, register_rows

__all__ = ["incident_document"]


def incident_document(data: dict[str, Any]) -> Document:
    """The incident report, ready to be rendered."""
    recovery = data["recovery"]
    return Document(
        title=f"Incident in {data['test']}",
        sentence=data["sentence"],
        tone=tone_of(data["outcome"]),
        facts=Facts(
            pairs=(
                ("why this is an incident", data["reason"]),
                ("run", data["run_id"]),
                ("began", data["began"] or "not known"),
                ("outcome", data["outcome"]),
                ("recovery", recovery["text"] if recovery else "not measured"),
                ("seed", str(data["seed"])),
            )
        ),
        sections=(
            Section(title="Who can help", blocks=_contacts(data)),
            Section(title="What happened, in order", blocks=_timeline(data)),
            Section(title="Detection", blocks=_detection(data)),
            Section(title="Impact on trading", blocks=_impact(data)),
            Section(title="Root cause worksheet", blocks=_worksheet(data)),
            Section(title="Corrective actions", blocks=_register(data)),
            Section(title="Prevention", blocks=_prevention(data)),
            Section(title="Notes of operators", blocks=_notes(data)),
            Section(title="Where it comes from", blocks=_origin(data)),
        ),
        made=made(data),
        data=data,
    )


def _contacts(data: dict[str, Any]) -> tuple[Block, ...]:
    told = data["contacts"]
    blocks: list[Block] = []
    if told["warning"]:
        blocks.append(Text(words=told["warning"], warning=True))
    if told["standby"]:
        rows = [(one["name"], one["role"], one["reach"]) for one in told["standby"]]
        blocks.append(table("On standby", ("name", "role", "reach"), rows))
    if told["procedures"]:
        blocks.append(Text(words=f"Recovery procedures: {told['procedures']}"))
    return tuple(blocks)


def _timeline(data: dict[str, Any]) -> tuple[Block, ...]:
    rows = [
        (
            one["at"],
            None if one["t_s"] is None else f"{one['t_s']:.1f}",
            one["from"],
            one["event"],
            one["detail"],
        )
        for one in data["timeline"]
    ]
    columns = ("at (UTC)", "seconds", "from", "event", "detail")
    return (table("Journal, alerts, audit and notes", columns, rows),) if rows else ()


def _detection(data: dict[str, Any]) -> tuple[Block, ...]:
    told = data["detection"]
    at, line = told["fault_to_alert_s"], told["line_s"]
    said = "no alert fired"
    if isinstance(at, int | float):
        said = f"{at:.2f} s after the first hit"
        if isinstance(line, int | float):
            said += f", {'within' if at <= line else 'over'} the {line:g} s line"
    blind = "not known"
    if isinstance(told["blind"], list):
        blind = ", ".join(str(one) for one in told["blind"]) or "none"
    pairs = [
        ("first hit", "-" if told["first_hit_s"] is None else f"{told['first_hit_s']:.2f} s"),
        ("first alert", said),
        ("rules without a number", blind),
    ]
    return (Facts(pairs=tuple(pairs)),)


def _impact(data: dict[str, Any]) -> tuple[Block, ...]:
    told = data["impact"]
    if not isinstance(told, dict) or not told:
        return (Text(words="Not recorded."),)
    pairs = [
        (name, row_text(value) or "none" if isinstance(value, dict) else str(value))
        for name, value in told.items()
    ]
    return (Facts(pairs=tuple(pairs)),)


def _worksheet(data: dict[str, Any]) -> tuple[Block, ...]:
    blocks: list[Block] = []
    for one in data["worksheet"]:
        blocks.append(Text(words=one["question"], heading=True))
        blocks.append(Items(items=tuple(one["answers"])))
    return tuple(blocks)


def _register(data: dict[str, Any]) -> tuple[Block, ...]:
    rows = register_rows(data["register"])
    if not rows:
        return (Text(words="No check broke; nothing stands in the register for this run."),)
    return (
        table("Findings register", REGISTER_COLUMNS, rows),
        Text(words="Set owner, due date and action: chaos trading report finding F-... --owner"),
    )


def _prevention(data: dict[str, Any]) -> tuple[Block, ...]:
    return (Items(items=tuple(data["prevention"])),) if data["prevention"] else ()


def _notes(data: dict[str, Any]) -> tuple[Block, ...]:
    rows = note_rows(data["notes"])
    return (table("What operators saw", ("at", "by", "note"), rows),) if rows else ()


def _origin(data: dict[str, Any]) -> tuple[Block, ...]:
    pairs = [(str(name), str(value)) for name, value in data["versions"].items()]
    pairs += [("journal", data["journal"]), ("SHA-256 of the journal", data["sha256"])]
    blocks: list[Block] = [Facts(pairs=tuple(pairs))]
    if data["problems"]:
        blocks.append(Items(items=tuple(data["problems"])))
    return tuple(blocks)
