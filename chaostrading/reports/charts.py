"""Charts as inline SVG, drawn by pygal: no script, nothing from the network.

pygal is pure Python (1 MB); its SVG carries a script for tooltips, which is taken out here. Colours
are CSS variables of the page, so that a chart follows its light and dark theme.
"""

import hashlib
import math
import re
import sys
from collections.abc import Mapping, Sequence
from importlib.util import find_spec
from typing import Any

from chaostrading.core.errors import InvalidInput

__all__ = ["dots", "heat_words", "need_charts", "timeline"]

MISSING = "HTML reports need an extra: pip install 'chaostoolkit-trading[reports]'"
POINTS_MAX = 400
Points = Sequence[tuple[float, float]]


def need_charts() -> None:
    """Raise InvalidInput, in one line, when what HTML reports need is not installed."""
    if find_spec("jinja2") is None or find_spec("pygal") is None:
        raise InvalidInput(MISSING)


def timeline(
    title: str,
    lines: Mapping[str, Points],
    *,
    unit: str,
    fault: tuple[float, float] | None,
    recovered_s: float | None,
    span: tuple[float, float] | None = None,
) -> str:
    """Lines over time with the fault window shaded and the recovery marked. Seconds on x.

    `span` is what x reaches over, so that the charts of one run stand above each other."""
    thinned = {name: _thin(points) for name, points in lines.items() if points}
    values = [value for points in thinned.values() for _, value in points]
    times = [at for points in thinned.values() for at, _ in points] + list(span or ())
    low, high = _frame(values)
    chart = _chart("XY", title, height=260)
    chart.show_dots = False
    chart.range = (low, high)
    chart.xrange = (min(times), max(times))
    chart.y_title = unit
    if fault is not None:
        since, until = max(fault[0], min(times)), min(fault[1], max(times))
        band = [(since, low), (since, high), (until, high), (until, low)]
        chart.add("fault in force", band, fill=True, stroke_style={"width": 0.5})
    else:
        chart.add("no fault in force", [])
    at = recovered_s if recovered_s is not None and recovered_s <= max(times) else None
    mark = [] if at is None else [(at, low), (at, high)]
    name = "recovered" if mark else "recovery not seen"
    chart.add(name, mark, stroke_style={"width": 2, "dasharray": "6, 4"})
    for line, points in thinned.items():
        chart.add(line, points)
    return _svg(chart, title)


def dots(
    title: str,
    rows: Mapping[str, Points],
    *,
    x_title: str,
    y_title: str,
    span: tuple[float, float],
) -> str:
    """Dots for each name: when it ran and how long recovery took. `span` is what x reaches over."""
    # The first two colours are the fault band's and the recovery mark's.
    chart = _chart("XY", title, height=380, colours_from=2)
    chart.stroke = False
    chart.dots_size = 4
    chart.margin_bottom = 40
    chart.xrange = span
    chart.include_x_axis = True
    chart.x_title, chart.y_title = x_title, y_title
    for name, points in rows.items():
        chart.add(name, list(points))
    return _svg(chart, title)


def heat_words(cells: Sequence[str]) -> str:
    """A row of outcomes as letters: P passed, D deviated, I for all that proves nothing."""
    return "".join({"passed": "P", "deviated": "D"}.get(cell, "I") for cell in cells)


def _pygal() -> Any:
    """Import pygal without the hook that it leaves in the interpreter for its map plug-ins.

    The hook speaks a protocol that Python 3.12 removed, and makes each later import warn on 3.11.
    """
    import pygal

    sys.meta_path[:] = [
        finder for finder in sys.meta_path if type(finder).__name__ != "PluginImportFixer"
    ]
    return pygal


def _chart(kind: str, title: str, *, height: int, colours_from: int = 0) -> Any:
    pygal = _pygal()
    style = pygal.style.Style(
        background="transparent",
        plot_background="transparent",
        foreground="var(--ink)",
        foreground_strong="var(--ink)",
        foreground_subtle="var(--soft)",
        guide_stroke_color="var(--line)",
        major_guide_stroke_color="var(--line)",
        colors=tuple(f"var(--chart-{place})" for place in range(colours_from, 14)),
        font_family="system-ui, sans-serif",
        label_font_size=11,
        major_label_font_size=11,
        legend_font_size=12,
        title_font_size=13,
        opacity=".22",
        stroke_opacity="1",
        transition="0s",
    )
    chart: Any = getattr(pygal, kind)(
        style=style,
        js=[],
        disable_xml_declaration=True,
        explicit_size=False,
        width=900,
        height=height,
        title=None,
        margin=8,
        margin_bottom=24,
        legend_at_bottom=True,
        legend_at_bottom_columns=4,
        legend_box_size=10,
        truncate_legend=40,
        tooltip_border_radius=0,
        print_values=False,
        xml_filters=[],
        pretty_print=False,
        no_data_text="nothing was read",
    )
    chart.x_value_formatter = chart.value_formatter = _short
    return chart


def _svg(chart: Any, title: str) -> str:
    """Render without the script, named for screen readers."""

    def tidy(root: Any) -> Any:
        for parent in list(root.iter()):
            for child in list(parent):
                # Comments have no text tag; the desc elements feed the script's tooltips.
                if not isinstance(child.tag, str) or child.tag.endswith(("script", "desc")):
                    parent.remove(child)
        root.set("role", "img")
        root.set("aria-label", title)
        for found in root.iter():
            if found.tag.endswith("title") and found.text == "Pygal":
                found.text = title
        return root

    chart.add_xml_filter(tidy)
    chart.uuid = hashlib.sha256(title.encode()).hexdigest()[:12]
    text = str(chart.render(is_unicode=True))
    # As XML it names its namespace, as part of HTML it needs none and may not have a prefix.
    return re.sub(r'\sxmlns(:\w+)?="[^"]*"', "", text, count=3)


def _short(value: float) -> str:
    """An axis label: 0.25, 12, 3.4k, 512M."""
    for size, letter in ((1e9, "G"), (1e6, "M"), (1e4, "k")):
        if abs(value) >= size:
            return f"{value / (1e3 if letter == 'k' else size):.3g}{letter}"
    return f"{value:.4g}"


def _frame(values: Sequence[float]) -> tuple[float, float]:
    low, high = min(values), max(values)
    if low == high:
        return (low - 1, high + 1)
    room = (high - low) * 0.05
    return (0.0 if 0 <= low <= room * 4 else low - room, high + room)


def _thin(points: Points) -> list[tuple[float, float]]:
    """At most POINTS_MAX points, the highest and the lowest of each stretch kept."""
    kept = [(at, value) for at, value in points if math.isfinite(at) and math.isfinite(value)]
    if len(kept) <= POINTS_MAX:
        return kept
    size = math.ceil(len(kept) / (POINTS_MAX / 2))
    thinned: list[tuple[float, float]] = []
    for start in range(0, len(kept), size):
        part = kept[start : start + size]
        ends = {min(part, key=lambda one: one[1]), max(part, key=lambda one: one[1])}
        thinned += sorted(ends)
    return thinned
