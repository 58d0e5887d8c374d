"""One input of the position size is false at the wire."""

import pytest

pytestmark = [pytest.mark.slow, pytest.mark.end_to_end, pytest.mark.timeout(180)]

TEST = "position_sizing_failure"
QUICK = ("--var", "quick:bool=true")


def test_the_default_trader_sends_nothing_that_is_too_large(chaos):
    """Trades say a thousandth of the price; it tells the error and sizes by what it trusts."""
    run = chaos.run(TEST, *QUICK)

    assert (run.exit_code, run.outcome) == (0, "passed"), run.output
    assert run.finding("corruption_is_reported")["answer"] == "held"
    assert run.block["recovery"]["seconds"] < 10
    assert chaos.processes() == []


def test_without_its_sizing_caps_it_deviates(chaos):
    """It orders for a thousand times as much."""
    run = chaos.run(TEST, *QUICK, CHAOS_PAPER_WITHOUT="sizing_caps")

    finding = run.finding("no_order_above_cap")
    assert (run.exit_code, run.outcome) == (1, "deviated"), run.output
    assert "over the cap reached the exchange" in finding["observed"]
    assert finding["observed"] in run.sentence


@pytest.mark.variants
@pytest.mark.parametrize("seed", ["8", "9", "10"])
@pytest.mark.parametrize(
    "variant",
    [
        "price_x0.001", "swapped_price_quantity", "balance_zero", "balance_absent", "balance_x10",
        "balance_nan", "contract_multiplier", "step_size_change", "min_notional_change",
    ],
)  # fmt: skip
def test_the_default_trader_passes_every_variant(chaos, variant, seed):
    """Whichever input is wrong."""
    run = chaos.run(TEST, *QUICK, "--var", f"variant={variant}", CHAOS_SEED=seed)

    assert (run.exit_code, run.outcome) == (0, "passed"), run.output
    assert run.block["variant"] == variant
    assert run.block["recovery"]["seconds"] < 10


@pytest.mark.variants
@pytest.mark.parametrize(
    ("variant", "without", "checker"),
    [
        ("swapped_price_quantity", "sizing_caps", "no_order_above_cap"),
        ("balance_zero", "account_cross_check", "safe_defaults_used"),
        ("balance_absent", "account_cross_check", "safe_defaults_used"),
        ("balance_nan", "account_cross_check", "safe_defaults_used"),
        ("balance_x10", "sizing_caps", "no_order_above_cap"),
        ("contract_multiplier", "sizing_caps", "no_order_above_cap"),
        ("step_size_change", "live_instrument_rules", "rules_are_refreshed"),
        ("min_notional_change", "live_instrument_rules", "rules_are_refreshed"),
    ],
)
def test_without_a_defence_it_deviates(chaos, variant, without, checker):
    """The finding names what the trader did."""
    run = chaos.run(TEST, *QUICK, "--var", f"variant={variant}", CHAOS_PAPER_WITHOUT=without)

    assert (run.exit_code, run.outcome) == (1, "deviated"), run.output
    assert run.finding(checker)["answer"] == "broken", run.block["findings"]


@pytest.mark.variants
def test_a_scope_that_matches_nothing_is_inconclusive(chaos):
    """Nothing was hit, so nothing was proven."""
    run = chaos.run(TEST, *QUICK, CHAOS_SCOPE_STREAM="none@nothing")

    assert (run.exit_code, run.outcome) == (1, "inconclusive"), run.output
    assert "the fault hit nothing" in run.sentence
