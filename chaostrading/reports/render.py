"""Writes a report as HTML that opens without a network, as Markdown, or as JSON.

Jinja2 fills the page with autoescape on; only the charts, which are drawn here, go in as they are.
Markdown and JSON need nothing that is not installed anyway.
"""

import functools
import html
import re
from typing import Any, Literal

from chaostrading.core.errors import unknown_name
from chaostrading.core.files import to_json
from chaostrading.reports.charts import need_charts
from chaostrading.reports.document import (
    Block,
    Chart,
    Document,
    Facts,
    Items,
    Table,
    Text,
    tone_of,
)

__all__ = ["FORMATS", "Format", "render", "to_html", "to_markdown"]

Format = Literal["html", "md", "json"]
FORMATS: tuple[Format, ...] = ("html", "md", "json")
_SPECIAL = re.compile(r"([\\`*{}\[\]<>|#~$!&]|(?<![A-Za-z0-9])_|_(?![A-Za-z0-9]))")


def render(report: Document, form: str) -> str:
    """The report in one of html, md, json. Raises InvalidInput for another format."""
    match form:
        case "html":
            return to_html(report)
        case "md":
            return to_markdown(report)
        case "json":
            return to_json(dict(report.data), indent=1) + "\n"
    raise unknown_name("format", form, FORMATS)


def to_html(report: Document) -> str:
    """One page without scripts and without anything to load. Needs the extra `reports`."""
    need_charts()
    return str(_template().render(report=_with_filled(report)))


@functools.cache
def _template() -> Any:
    from jinja2 import Environment, PackageLoader, StrictUndefined
    from markupsafe import Markup

    environment = Environment(
        loader=PackageLoader("chaostrading.reports"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
    )
    environment.filters["drawing"] = lambda svg: Markup(svg)  # noqa: S704 - drawn by pygal, which escapes
    environment.filters["listed"] = lambda block: block.items
    environment.globals["tone_of"] = tone_of
    return environment.get_template("report.html.j2")


def _with_filled(report: Document) -> Any:
    """The report as the template sees it: sections without blocks are left out."""
    return {
        "title": report.title,
        "sentence": report.sentence,
        "tone": report.tone,
        "facts": report.facts,
        "made": report.made,
        "sections": [one for one in report.sections if one.blocks],
    }


def to_markdown(report: Document) -> str:
    """The report as GitHub-flavoured Markdown; charts are told in words."""
    lines = [f"# {_plain(report.title)}", "", f"**{_plain(report.sentence)}**", ""]
    lines += _markdown(report.facts)
    for section in report.sections:
        if section.blocks:
            lines += [f"## {_plain(section.title)}", ""]
            for block in section.blocks:
                lines += _markdown(block)
    return "\n".join([*lines, f"*{_plain(report.made)}*", ""])


def _markdown(block: Block) -> list[str]:
    match block:
        case Text(heading=True):
            return [f"### {_plain(block.words)}", ""]
        case Text():
            return [f"> {_plain(block.words)}" if block.warning else _plain(block.words), ""]
        case Items():
            return [*(f"- {_plain(item)}" for item in block.items), ""]
        case Facts():
            return [*(f"- {_plain(name)}: {_plain(value)}" for name, value in block.pairs), ""]
        case Chart():
            return [f"{_plain(block.title)}: {_plain(block.words)}", ""]
        case Table():
            rows = [f"| {' | '.join(_plain(cell) for cell in row)} |" for row in block.rows]
            head = f"| {' | '.join(_plain(name) for name in block.columns)} |"
            return [
                f"{_plain(block.caption)}:",
                "",
                head,
                "|---" * len(block.columns) + "|",
                *rows,
                "",
            ]


def _plain(words: str) -> str:
    """Text that Markdown shows as it is: on one line, nothing special, no HTML."""
    one_line = " ".join(words.split())
    return _SPECIAL.sub(lambda found: _escaped(found.group(1)), one_line)


def _escaped(mark: str) -> str:
    return html.escape(mark) if mark in "<>&" else f"\\{mark}"
