"""Every second call to a few endpoints fails, and some of the failed ones were executed."""

import json

import pytest

pytestmark = [pytest.mark.slow, pytest.mark.end_to_end, pytest.mark.timeout(180)]

TEST = "partial_exchange_failure"
QUICK = ("--var", "quick:bool=true")
VARIANTS = ["html", "error_in_200", "executed_unknown", "cancel_only"]


def test_the_default_trader_passes(chaos):
    """It uses what works, and the share that was reached stands in the journal."""
    run = chaos.run(TEST, *QUICK)

    assert (run.exit_code, run.outcome) == (0, "passed"), run.output
    assert 0.4 <= measured(chaos, "touched-share") <= 0.6
    assert run.block["recovery"]["seconds"] < 15
    assert chaos.processes() == []


def test_taking_errors_for_rejections_it_deviates(chaos):
    """Half of the failed orders were executed."""
    run = chaos.run(TEST, *QUICK, CHAOS_PAPER_WITHOUT="unknown_is_not_failed")

    finding = run.finding("unknown_is_resolved")
    assert (run.exit_code, run.outcome) == (1, "deviated"), run.output
    assert finding["answer"] == "broken"
    assert len(finding["evidence"]) >= 2


@pytest.mark.variants
@pytest.mark.parametrize("variant", VARIANTS)
def test_each_variant_passes(chaos, variant):
    """Whatever fails, and however it looks."""
    run = chaos.run(TEST, *QUICK, "--var", f"variant={variant}")

    assert (run.exit_code, run.outcome) == (0, "passed"), run.output
    assert 0.4 <= measured(chaos, "touched-share") <= 0.6
    assert run.block["recovery"]["seconds"] < 15


@pytest.mark.variants
@pytest.mark.parametrize(
    ("variant", "defence", "checker"),
    [
        ("error_in_200", "error_classification", "breaker_limits_probes"),
        ("html", "unknown_is_not_failed", "unknown_is_resolved"),
        ("executed_unknown", "idempotent_orders", "no_duplicate_orders"),
        ("cancel_only", "cancel_guard", "no_double_live_orders"),
    ],
)
def test_without_a_defence_it_deviates(chaos, variant, defence, checker):
    """The finding names what the trader did."""
    run = chaos.run(TEST, *QUICK, "--var", f"variant={variant}", CHAOS_PAPER_WITHOUT=defence)

    assert (run.exit_code, run.outcome) == (1, "deviated"), run.output
    assert run.finding(checker)["answer"] == "broken", run.block["findings"]


@pytest.mark.variants
def test_a_scope_that_matches_nothing_is_inconclusive(chaos):
    """Nothing was hit, so nothing was proven."""
    run = chaos.run(TEST, *QUICK, CHAOS_SCOPE_PATH="/api/v9/*")

    assert (run.exit_code, run.outcome) == (1, "inconclusive"), run.output
    assert "the fault hit nothing" in run.sentence


def measured(chaos, name):
    """What a probe of the newest journal returned."""
    newest = max(
        (chaos.folder / "home" / "journals").glob("*.json"), key=lambda path: path.stat().st_mtime
    )
    activities = json.loads(newest.read_text())["run"]
    return next(one["output"] for one in activities if one["activity"]["name"] == name)
