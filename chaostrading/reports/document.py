"""A report as plain blocks: what the HTML and the Markdown are written from."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

__all__ = [
    "Block",
    "Chart",
    "Document",
    "Facts",
    "Items",
    "Section",
    "Table",
    "Text",
    "row_text",
    "tone_of",
]

TONES = {
    "passed": "good",
    "held": "good",
    "deviated": "bad",
    "broken": "bad",
    "error": "bad",
    "critical": "bad",
    "open": "bad",
    "retested": "good",
    "fixed": "good",
    "unknown": "doubt",
    "inconclusive": "doubt",
    "interrupted": "doubt",
    "refused": "doubt",
    "aborted": "doubt",
    "baseline-not-met": "doubt",
    "warning": "doubt",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Text:
    """A paragraph; a `warning` is set apart, a `heading` heads what follows."""

    words: str
    warning: bool = False
    heading: bool = False
    kind: str = "text"


@dataclass(frozen=True, kw_only=True, slots=True)
class Items:
    """A list."""

    items: tuple[str, ...]
    kind: str = "items"


@dataclass(frozen=True, kw_only=True, slots=True)
class Facts:
    """Names and values."""

    pairs: tuple[tuple[str, str], ...]
    kind: str = "facts"


@dataclass(frozen=True, kw_only=True, slots=True)
class Table:
    """Rows under headings. A cell that is an outcome or an answer is coloured by its word."""

    caption: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    kind: str = "table"


@dataclass(frozen=True, kw_only=True, slots=True)
class Chart:
    """A drawing as inline SVG, and what it shows in words for those who do not see it."""

    title: str
    words: str
    svg: str
    kind: str = "chart"


Block = Text | Items | Facts | Table | Chart


@dataclass(frozen=True, kw_only=True, slots=True)
class Section:
    """A part of a report under its heading. One without blocks is left out."""

    title: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Document:
    """A report: a sentence first, then everything that it rests on."""

    title: str
    sentence: str
    tone: str
    """good, bad, doubt or quiet."""
    facts: Facts
    sections: tuple[Section, ...]
    made: str
    """When and by which version it was made."""
    data: Mapping[str, Any] = field(default_factory=dict)
    """The same as data: the JSON format."""


def tone_of(word: str) -> str:
    """How an outcome or an answer is to be taken: good, bad, doubt or quiet."""
    return TONES.get(word, "quiet")


def row_text(row: Mapping[str, Any], leave_out: Iterable[str] = ()) -> str:
    """An evidence row in one line: `t_s=1.2  path=/api/v3/order`."""
    shown = ((name, value) for name, value in row.items() if name not in set(leave_out))
    return "  ".join(f"{name}={value}" for name, value in shown if value not in ("", None))


def table(caption: str, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> Table:
    """Make a table; None is shown as a dash."""
    return Table(
        caption=caption,
        columns=tuple(columns),
        rows=tuple(tuple("-" if cell is None else str(cell) for cell in row) for row in rows),
    )
