"""Every way around the risk engine is tried; a critical test, so somebody must have approved it."""

import pytest

pytestmark = [pytest.mark.slow, pytest.mark.end_to_end, pytest.mark.timeout(180)]

TEST = "risk_engine_bypass"
QUICK = ("--var", "quick:bool=true")
APPROVED = {"CHAOS_APPROVED_BY": "risk.officer@example.com"}


def test_no_way_leads_past_the_default_trader(chaos):
    """Sixty ways, each in the audit log; their controls and exits pass."""
    run = chaos.run(TEST, *QUICK, **APPROVED)

    assert (run.exit_code, run.outcome) == (0, "passed"), run.output
    assert "none reached the exchange" in run.finding("bypass_attempts_blocked")["observed"]
    assert run.block["approval"]["by"] == APPROVED["CHAOS_APPROVED_BY"]
    assert run.block["recovery"]["seconds"] < 5
    assert chaos.processes() == []


def test_a_race_between_check_and_act_is_caught_by_name(chaos):
    """Eight orders at once all find the same room."""
    run = chaos.run(TEST, *QUICK, **APPROVED, CHAOS_PAPER_WITHOUT="risk_gate")

    finding = run.finding("bypass_attempts_blocked")
    assert (run.exit_code, run.outcome) == (1, "deviated"), run.output
    assert "eight at once (" in finding["observed"]
    assert finding["observed"] in run.sentence


@pytest.mark.variants
@pytest.mark.parametrize(
    ("without", "way"),
    [
        ("all_order_types", "oversize as market order (1)"),
        ("risk_flags", "skip_risk_check (1)"),
        ("batch_gate", "large order in a batch (1)"),
        ("sizing_caps", "oversize (1)"),
        ("data_age_watchdog,price_sanity", "stale price (1)"),
    ],
)
def test_each_missing_check_is_caught_by_name(chaos, without, way):
    """The finding says which way led to the exchange."""
    run = chaos.run(TEST, *QUICK, **APPROVED, CHAOS_PAPER_WITHOUT=without)

    assert (run.exit_code, run.outcome) == (1, "deviated"), run.output
    assert way in run.finding("bypass_attempts_blocked")["observed"]


@pytest.mark.variants
@pytest.mark.parametrize("seed", ["8", "9", "10"])
def test_the_whole_test_passes_with_any_seed(chaos, seed):
    """Ten rounds of eight orders at once."""
    run = chaos.run(TEST, **APPROVED, CHAOS_SEED=seed)

    assert (run.exit_code, run.outcome) == (0, "passed"), run.output
    assert run.block["recovery"]["seconds"] < 5


def test_without_an_approval_nothing_is_tried(chaos):
    """On the paper stack, too."""
    run = chaos.run(TEST, *QUICK)

    assert run.exit_code == 1
    assert run.block["verdict"]["refused"]
    assert "CHAOS_APPROVED_BY" in run.sentence


@pytest.mark.variants
def test_a_scope_that_matches_nothing_is_inconclusive(chaos):
    """Nothing was tried, so nothing was proven."""
    run = chaos.run(TEST, *QUICK, **APPROVED, CHAOS_SCOPE_SYMBOL="NONE*")

    assert (run.exit_code, run.outcome) == (1, "inconclusive"), run.output
    assert "the fault hit nothing" in run.sentence
