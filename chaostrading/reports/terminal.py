"""The verdict at the end of `chaos run`: a sentence, then a table, then where the evidence lies."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table

__all__ = ["print_block"]

STYLES = {"passed": "green", "deviated": "red"}
ANSWERS = {"held": "green", "broken": "red", "unknown": "yellow"}
EVIDENCE_MAX = 3


def print_block(
    block: Mapping[str, Any], *, journal_path: Path, console: Console | None = None
) -> None:
    """Print the block of a run for a person. Colours only on a terminal."""
    console = console or Console(highlight=False)
    verdict = block["verdict"]
    style = STYLES.get(verdict["outcome"], "yellow")
    console.print()
    console.print(f"[bold {style}]{escape(verdict['sentence'])}[/]")
    console.print(_facts(block))
    if block["findings"]:
        console.print(_findings(block["findings"]))
        _print_evidence(console, block["findings"])
    console.print(f"journal   {journal_path}", soft_wrap=True)
    if block.get("evidence_folder"):
        console.print(f"evidence  {block['evidence_folder']}", soft_wrap=True)


def _facts(block: Mapping[str, Any]) -> Table:
    table = Table.grid(padding=(0, 2))
    table.add_row("outcome", block["verdict"]["outcome"])
    recovery = block["recovery"]
    if recovery:
        table.add_row("recovery", f"{_seconds(recovery)}, bound {recovery['bound_s']:g} s")
    for fault in block["fault"]:
        table.add_row("fault", escape(_fault(fault)))
    if block["seed"] is not None:
        variant = f", variant {block['variant']}" if block["variant"] else ""
        table.add_row("seed", f"{block['seed']}{variant}")
    return table


def _seconds(recovery: Mapping[str, Any]) -> str:
    if recovery["seconds"] is None:
        return f"> {recovery['bound_s']:g} s"
    return f"{recovery['seconds']:.1f} s (± {recovery['error_bar_s']:.1f} s)"


def _fault(fault: Mapping[str, Any]) -> str:
    until = f" to {fault['ended']:.1f} s" if fault["ended"] is not None else ""
    text = f"{fault['fault']} from 0.0{until}, {fault['hits']} hits"
    if fault["first_hit"] is not None:
        text += f", first {fault['first_hit']:.1f} s, last {fault['last_hit']:.1f} s"
    return text


def _findings(findings: Sequence[Mapping[str, Any]]) -> Table:
    table = Table(box=None, header_style="bold", pad_edge=False)
    for title in ("check", "", "observed"):
        table.add_column(title, overflow="fold")
    for one in findings:
        answer = f"[{ANSWERS[one['answer']]}]{one['answer']}[/]"
        table.add_row(one["checker"], answer, escape(one["observed"]))
    return table


def _print_evidence(console: Console, findings: Sequence[Mapping[str, Any]]) -> None:
    for one in findings:
        if one["answer"] != "broken":
            continue
        console.print(f"[bold]{one['checker']}[/] expected: {escape(one['expected'])}")
        for row in one["evidence"][:EVIDENCE_MAX]:
            text = "  ".join(f"{name}={value}" for name, value in row.items() if value != "")
            console.print(f"  {escape(text)}", soft_wrap=True)
