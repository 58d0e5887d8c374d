"""The result of a suite in words, tables and XML."""

import io
import xml.etree.ElementTree as ET

import pytest
from rich.console import Console

from chaostrading.suites.junit import junit_xml
from chaostrading.suites.progress import Progress
from chaostrading.suites.runner import RunResult
from chaostrading.suites.summary import (
    Skipped,
    SuiteResult,
    markdown,
    recovery_text,
    table,
    write_github_summary,
)


def row(test: str, outcome: str, sentence: str = "", **more) -> RunResult:
    return RunResult(
        test=test,
        outcome=outcome,
        conclusive=outcome in ("passed", "deviated"),
        sentence=sentence or f"{test} {outcome}",
        **more,
    )


RESULT = SuiteResult(
    suite="weekly",
    suite_id="w-1",
    seed=7,
    results=(
        row("websocket_disconnect", "passed", recovery_s=4.21, bound_s=30.0, seconds=61.0),
        row("rate_limit_storm", "deviated", "a <b> & [c] | d\x00", bound_s=60.0, censored=True),
        row("stale_price_data", "inconclusive"),
        row("exchange_timeout", "refused"),
        row("trade_storm", "error"),
    ),
    skipped=(Skipped(test="cpu_spike", reason="disabled in its experiment"),),
    seconds=400.0,
)


def test_the_sentence_counts_every_kind_of_result():
    """The worst come first, and the seed is in it."""
    assert RESULT.sentence == (
        "weekly: 1 of 5 tests passed, 1 deviated, 1 error, 1 refused, 1 inconclusive,"
        " 1 not run (seed 7)"
    )


@pytest.mark.parametrize(
    ("values", "text"),
    [
        ({"recovery_s": 4.21, "bound_s": 30.0}, "4.2 s of 30 s"),
        ({"censored": True, "bound_s": 60.0}, "> 60 s"),
        ({"bound_s": 60.0}, "- of 60 s"),
        ({}, "-"),
    ],
)
def test_recovery_stands_beside_its_bound(values, text):
    """A time that was not reached is never shown as the bound itself."""
    assert recovery_text(row("x", "passed", **values)) == text


def test_the_table_shows_every_test():
    """Those not run included, and square brackets of a sentence are no markup."""
    console = Console(file=io.StringIO(), width=160)

    console.print(table(RESULT))

    text = console.file.getvalue()
    for part in ("websocket_disconnect", "4.2 s of 30 s", "[c]", "cpu_spike", "not run", "> 60 s"):
        assert part in text


def test_markdown_keeps_its_columns_whatever_a_sentence_holds():
    """A pipe in a sentence would end a cell."""
    lines = markdown(RESULT).splitlines()

    assert lines[7] == r"| rate_limit_storm | deviated | > 60 s | a <b> & [c] \| d" + "\x00 |"
    assert lines[-1] == "| cpu_spike | not run | - | disabled in its experiment |"


def test_the_github_summary_is_appended(tmp_path):
    """GitHub names a file; other steps write there, too."""
    file = tmp_path / "summary.md"
    file.write_text("before\n")

    assert write_github_summary(RESULT, {"GITHUB_STEP_SUMMARY": str(file)}) is True

    assert file.read_text().startswith("before\n### Chaos suite weekly\n")


def test_elsewhere_no_summary_is_written():
    """Nothing to do outside of GitHub."""
    assert write_github_summary(RESULT, {}) is False


def test_junit_tells_failure_error_and_skipped_apart():
    """deviated fails, error errs, the rest is skipped with its reason."""
    suite = ET.fromstring(junit_xml(RESULT)).find("testsuite")

    assert suite is not None
    assert {key: suite.get(key) for key in ("tests", "failures", "errors", "skipped")} == {
        "tests": "6",
        "failures": "1",
        "errors": "1",
        "skipped": "3",
    }
    kinds = {
        case.get("name"): [child.tag for child in case if child.tag != "system-out"]
        for case in suite.findall("testcase")
    }
    assert kinds == {
        "websocket_disconnect": [],
        "rate_limit_storm": ["failure"],
        "stale_price_data": ["skipped"],
        "exchange_timeout": ["skipped"],
        "trade_storm": ["error"],
        "cpu_spike": ["skipped"],
    }


def test_junit_is_readable_whatever_a_sentence_holds():
    """XML 1.0 cannot hold a NUL at all; markup is escaped."""
    failure = ET.fromstring(junit_xml(RESULT)).find(".//failure")

    assert failure is not None
    assert failure.get("message") == "a <b> & [c] | d\ufffd"


def test_junit_holds_the_seed_and_the_recovery():
    """Enough to run it again, and to see the number without opening a journal."""
    root = ET.fromstring(junit_xml(RESULT))

    assert root.find(".//property[@name='seed']").get("value") == "7"
    outputs = [case.findtext("system-out") for case in root.iter("testcase")]
    assert "recovery_s: 4.21" in outputs[0]
    assert "recovery_s: > 60" in outputs[1]


def test_progress_writes_a_line_for_each_test_where_there_is_no_terminal():
    """A CI log is no place for a bar."""
    console = Console(file=io.StringIO(), width=160, force_terminal=False)

    with Progress(console) as progress:
        progress.expect(1)
        progress.started("cpu_spike")
        progress.finished(row("cpu_spike", "passed", recovery_s=1.0, bound_s=30.0))

    assert console.file.getvalue().splitlines() == [
        "cpu_spike: running",
        "passed cpu_spike, 1.0 s of 30 s: cpu_spike passed",
    ]


def test_progress_shows_a_bar_in_a_terminal():
    """It is gone at the end; the result line stays."""
    console = Console(file=io.StringIO(), width=160, force_terminal=True)

    with Progress(console) as progress:
        progress.expect(1)
        progress.started("cpu_spike")
        progress.finished(row("cpu_spike", "deviated"))

    assert "deviated" in console.file.getvalue()
