"""Every number of a report can be traced: it is computed again from the raw evidence of a real run.

`real_run/` holds the journal and the witness's lines of one quick rate limit storm against the
paper stack. What is compared is read from the lines with plain JSON, not by the code under test;
only what "recovered" means is taken from its one definition in `checkers`, fed from the file.
"""

import fnmatch
import gzip
import json
from collections import Counter, defaultdict
from importlib.resources import files
from pathlib import Path

import pytest

from chaostrading.checkers.base import Evidence
from chaostrading.checkers.recovery import recovery
from chaostrading.checkers.tolerance import Tolerance
from chaostrading.records.types import from_json
from chaostrading.reports.metrics import known_names, named_values
from chaostrading.reports.render import render
from chaostrading.reports.run import read_run
from chaostrading.reports.run_layout import run_document
from chaostrading.reports.run_report import run_report

FOLDER = Path(__file__).parent / "real_run"


@pytest.fixture(scope="module")
def rows():
    """The lines of the witness in order of time."""
    text = gzip.decompress((FOLDER / "witness.jsonl.gz").read_bytes()).decode()
    return sorted((json.loads(line) for line in text.splitlines()), key=lambda row: row["mono_s"])


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    """The run as the reports read it."""
    path = tmp_path_factory.mktemp("real") / "run.json"
    path.write_bytes(gzip.decompress((FOLDER / "journal.json.gz").read_bytes()))
    return read_run(path)


@pytest.fixture(scope="module")
def report(run):
    return run_report(run)


def kind(rows, name):
    return [row for row in rows if row["kind"] == name]


def zero(rows):
    """Times of a report count from the moment in which the fault was armed."""
    return next(row["mono_s"] for row in kind(rows, "lease") if row["event"] == "armed")


def test_the_impact_on_trading_is_what_the_wire_shows(rows, report):
    """Orders, success, duplicates: from the requests of the fault window alone."""
    since = zero(rows)
    until = since + report["fault"][0]["ended"]

    orders = [
        row
        for row in kind(rows, "request")
        if since <= row["mono_s"] < until and row["meaning"].get("role") in ("order", "replace")
    ]
    taken = [
        row
        for row in orders
        if 200 <= row["upstream_status"] < 300 and not row["answer"].get("code")
    ]
    ids = Counter(row["meaning"].get("client_id") for row in taken)

    told = report["impact"]
    assert told["orders_attempted"] == len(orders) > 0
    assert told["orders_accepted"] == len(taken)
    assert told["order_success_ratio"] == round(len(taken) / len(orders), 4)
    assert told["duplicate_orders"] == sum(1 for count in ids.values() if count > 1)


def test_profit_and_loss_is_what_the_target_said_first_and_last(rows, report):
    """From the samples; the very last is taken when the run has been judged already."""
    said = [
        row["values"]["target"]["pnl_usdt"]
        for row in kind(rows, "sample")[:-1]
        if "pnl_usdt" in row["values"]["target"]
    ]

    assert report["impact"]["pnl_usdt"] == round(said[-1] - said[0], 8)


def test_the_hits_are_the_frames_that_carry_the_leases_mark(rows, report):
    """And the first and the last of them stand where the report says."""
    lease = next(row["lease"] for row in kind(rows, "lease"))

    marked = [row for row in rows if any(one["lease"] == lease for one in row.get("touched", ()))]

    fault = report["fault"][0]
    assert fault["hits"] == len(marked)
    assert fault["last_hit"] == pytest.approx(marked[-1]["mono_s"] - zero(rows), abs=0.05)
    assert fault["first_hit"] == pytest.approx(marked[0]["mono_s"] - zero(rows), abs=0.05)


def test_recovery_is_the_same_when_it_is_measured_again_from_the_file(rows, run, report):
    """From the fault confirmed gone to the first sample of a whole good hold window."""
    began = zero(rows)
    events = {row["event"]: began + row["t_s"] for row in report["timeline"]}
    gone = events["fault confirmed gone"]
    records = tuple(from_json(row) for row in rows)
    evidence = Evidence(
        records=records,
        baseline_s=(events["baseline began"], began),
        fault_s=(began, gone),
        end_s=records[-1].mono_s,
        leases=(run.block["fault"][0]["lease"],),
    )

    tolerance = Tolerance.from_baseline(evidence)
    samples = tolerance.samples(gone - 1.0, evidence.end_s)
    again = recovery(samples, gone, report["recovery"]["bound_s"])

    assert again.seconds == pytest.approx(report["recovery"]["seconds"], abs=0.05)
    assert again.censored is report["recovery"]["censored"] is False
    assert events["recovered"] - gone == pytest.approx(report["recovery"]["seconds"], abs=0.01)


def test_the_score_is_the_sum_of_its_parts(report):
    """By hand from the findings and the weights in `checks.json`."""
    text = files("chaostrading.reports").joinpath("checks.json").read_text("utf-8")
    weights = {name: row["weight"] for name, row in json.loads(text)["checks"].items()}
    by_answer = defaultdict(int)
    for one in report["findings"]:
        by_answer[one["answer"]] += weights[one["checker"]]

    held = 50 * by_answer["held"] / sum(by_answer.values())
    clean = not report["impact"]["duplicate_orders"] and not report["impact"]["position_gaps"]

    assert report["score"]["hypothesis"] == round(held, 1)
    assert report["score"]["total"] == round(held + 25 + 25 * clean, 1)


def test_the_alerts_are_those_of_the_samples(rows, report):
    """In the order in which they came, and the first within the line that is told."""
    told = [
        (alert["rule"], alert["event"], round(row["mono_s"] - zero(rows), 3))
        for row in kind(rows, "sample")
        for alert in row["values"].get("alerts", ())
    ]

    assert [(one["rule"], one["event"], one["t_s"]) for one in report["alerts"]] == told
    first = next(at for _, event, at in told if event == "fired" and at >= 0)
    since_hit = first - report["fault"][0]["first_hit"]
    assert report["alerting"]["fault_to_alert_s"] == pytest.approx(since_hit, abs=0.01)


def test_a_key_metric_is_the_growth_of_its_counter_in_the_samples(rows, report):
    """429s under the fault: the last count of the window minus the last before it."""
    since, until = report["fault_window"]
    counts = [
        (row["mono_s"] - zero(rows), row["values"].get("answers_total.429", 0))
        for row in kind(rows, "sample")
    ]

    before = [count for at, count in counts if at < since][-1]
    during = [count for at, count in counts if since <= at <= until][-1]

    told = next(one for one in report["key_metrics"] if one["series"] == "answers_total.429")
    assert told["during"] == during - before > 0


def test_every_number_that_was_sampled_has_a_known_name(rows):
    """A rule over it is accepted, and the mapping of key metrics can use it."""
    sampled = {name for row in kind(rows, "sample") for name in named_values(row["values"])}

    known = known_names()
    assert [
        name for name in sampled if not any(fnmatch.fnmatchcase(name, one) for one in known)
    ] == []


@pytest.mark.slow
def test_the_numbers_in_the_page_are_those_of_the_data(run, report):
    """HTML and Markdown print what JSON holds."""
    document = run_document(run)

    for form in ("html", "md"):
        text = render(document, form)
        assert run.sha256 in text
        assert report["recovery"]["text"] in text
        assert f"{report['score']['total']:g} of 100" in text
        assert str(report["impact"]["order_success_ratio"]) in text
