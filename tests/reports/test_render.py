"""The page: opens without a network, runs nothing, and says what the others say."""

import json
import re
from html.parser import HTMLParser

import pytest
from report_journals import deviated, journal, put

from chaostrading.core.errors import InvalidInput
from chaostrading.reports import charts
from chaostrading.reports.document import Document, Facts, Section, Text, table
from chaostrading.reports.render import render
from chaostrading.reports.run import read_run
from chaostrading.reports.run_layout import run_document

VOID = {"meta", "link", "br", "img"}


class Page(HTMLParser):
    """The elements and attributes of a page, and whether every element is closed in order."""

    def __init__(self, text):
        super().__init__()
        self.elements, self.attributes, self.open, self.wrong = [], [], [], []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.elements.append(tag)
        self.attributes += [(name, value or "") for name, value in attrs]
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.elements.append(tag)
        self.attributes += [(name, value or "") for name, value in attrs]

    def handle_endtag(self, tag):
        if not self.open or self.open.pop() != tag:
            self.wrong.append(tag)


def page(tmp_path, row):
    return render(run_document(read_run(put(tmp_path, "run", row))), "html")


def test_the_page_loads_nothing_and_runs_nothing(tmp_path):
    """No script, no handler, no address to load from; a policy forbids it besides."""
    text = page(tmp_path, deviated("backoff_grows"))

    found = Page(text)
    loading = [value for name, value in found.attributes if name in ("src", "href", "xlink:href")]
    assert "script" not in found.elements
    assert [name for name, _ in found.attributes if name.startswith("on")] == []
    assert [value for value in loading if not value.startswith(("data:", "#"))] == []
    assert "url(" not in text
    assert "default-src 'none'" in text


def test_the_page_is_well_formed_and_has_its_landmarks(tmp_path):
    """Every element is closed in order; headings, main and a language are there."""
    found = Page(page(tmp_path, journal()))

    assert (found.wrong, found.open) == ([], [])
    assert {"header", "main", "footer", "h1", "h2", "title"} <= set(found.elements)
    assert ("lang", "en") in found.attributes


def test_the_charts_shade_the_fault_and_mark_the_recovery(tmp_path):
    """In the words beside the chart, too, for those who do not see it."""
    text = page(tmp_path, journal())

    assert text.count("<svg") == 3
    assert "fault in force" in text
    assert "fault in force from 0.0 to 20.0 s" in text
    assert text.count('role="img"') == 3


HOSTILE = [
    "<script>window.pwned=1</script>",
    '"><img src=x onerror=alert(1)>',
    "'-alert(1)-'",
    "</title></style></svg><script>alert(1)</script>",
    "{{ 7 * 7 }}{% for x in y %}",
    "javascript:alert(1)",
    "\u202egnp.exe\u0000\u001b[31m\ud800",
    "]]><!--",
]


def poison(value, bad):
    """Put the text in every place that holds one, keys too."""
    if isinstance(value, dict):
        return {name: poison(item, bad) for name, item in value.items()} | {bad: bad}
    if isinstance(value, list):
        return [poison(item, bad) for item in value]
    return bad if isinstance(value, str) else value


@pytest.mark.parametrize("bad", HOSTILE)
def test_hostile_text_in_every_field_stays_text(tmp_path, bad):
    """In the HTML no element is born of it; in the Markdown no HTML and no link is."""
    row = deviated("backoff_grows")
    row["chaostrading"] = poison(row["chaostrading"], bad)
    row["chaostrading"]["series"] = {
        f"latency_ms.p50{bad}": [[0, 1], [1, 2]],
        "latency_ms.p99": [[0, 1], [1, 2]],
        f"answers_total.5{bad}": [[0, 1], [1, 2]],
    }
    row["experiment"]["title"] = bad
    row["run"] = [{"activity": {"name": bad}, "status": bad, "exception": [bad]}]
    path = tmp_path / "run.json"
    path.write_text(json.dumps(row), encoding="utf-8")
    document = run_document(read_run(path))

    found = Page(render(document, "html"))
    markdown = render(document, "md")

    assert {"script", "img"} & set(found.elements) == set()
    assert [name for name, _ in found.attributes if name.startswith("on")] == []
    assert (found.wrong, found.open) == ([], [])
    assert "<script" not in markdown
    assert "<img" not in markdown
    assert re.search(r"[\u0000-\u0008\u001b\u202e\ud800]", markdown) is None


def plain(words):
    document = Document(
        title="t",
        sentence="s",
        tone="quiet",
        facts=Facts(pairs=()),
        sections=(Section(title="one", blocks=(Text(words=words), table("c", ["a"], [[words]]))),),
        made="now",
    )
    return render(document, "md")


@pytest.mark.parametrize(
    ("words", "shown"),
    [
        ("a | b", r"a \| b"),
        ("*a* [b](c)", r"\*a\* \[b\](c)"),
        ("<b>", "&lt;b&gt;"),
        ("two\nlines", "two lines"),
        ("rate_limit_storm", "rate_limit_storm"),
        ("_a_", r"\_a\_"),
    ],
)
def test_markdown_shows_text_as_it_is(words, shown):
    """A cell stays one cell."""
    assert f"| {shown} |" in plain(words)


def test_json_is_the_whole_report_as_data(tmp_path):
    """With the hash of the journal that it was made from."""
    run = read_run(put(tmp_path, "run", journal()))

    data = json.loads(render(run_document(run), "json"))

    assert data["sentence"] == "rate_limit_storm passed: 14 requests met the fault"
    assert data["sha256"] == run.sha256
    assert data["key_metrics"]


def test_without_the_extra_html_is_one_line_and_the_others_work(tmp_path, monkeypatch):
    """It says what to install."""
    monkeypatch.setattr(charts, "find_spec", lambda name: None)
    document = run_document(read_run(put(tmp_path, "run", journal())), charts=False)

    with pytest.raises(InvalidInput, match=r"pip install 'chaostoolkit-trading\[reports\]'"):
        render(document, "html")
    assert render(document, "md")
    assert render(document, "json")


def test_an_unknown_format_lists_the_known_ones(tmp_path):
    """pdf is what a browser prints."""
    document = run_document(read_run(put(tmp_path, "run", journal())), charts=False)

    with pytest.raises(InvalidInput, match="known: html, json, md"):
        render(document, "pdf")
