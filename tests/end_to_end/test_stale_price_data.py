"""Prices of one symbol that stand still while the true price moves."""

import pytest

pytestmark = [pytest.mark.slow, pytest.mark.end_to_end, pytest.mark.timeout(180)]

TEST = "stale_price_data"
QUICK = ("--var", "quick:bool=true")


def test_the_default_trader_passes(chaos):
    """It leaves the symbol alone, trades the other one, and is back within 5 s."""
    run = chaos.run(TEST, *QUICK)

    assert (run.exit_code, run.outcome) == (0, "passed"), run.output
    assert run.block["recovery"]["seconds"] < 5
    assert run.finding("other_symbols_trade")["answer"] == "held"


def test_without_its_watch_on_the_age_of_data_it_deviates(chaos):
    """The finding counts the orders from the frozen price and says how old it was."""
    run = chaos.run(TEST, *QUICK, CHAOS_PAPER_WITHOUT="data_age_watchdog")

    finding = run.finding("no_orders_from_stale_data")
    assert (run.exit_code, run.outcome) == (1, "deviated"), run.output
    assert "used a frozen price" in finding["observed"]
    assert finding["observed"] in run.sentence


@pytest.mark.variants
def test_a_scope_that_matches_nothing_is_inconclusive(chaos):
    """No price was frozen, so nothing was proven, although the market moved."""
    run = chaos.run(TEST, *QUICK, CHAOS_SCOPE_STREAM="xrpusdt@*")

    assert (run.exit_code, run.outcome) == (1, "inconclusive"), run.output
    assert "the fault hit nothing" in run.sentence


@pytest.mark.variants
@pytest.mark.parametrize("variant", ["old_stamps", "fresh_stamps", "rest_cache", "future_stamps"])
def test_the_default_trader_passes_each_variant(chaos, variant):
    """The whole 50 s: data really becomes older than 30 s."""
    run = chaos.run(TEST, "--var", f"variant={variant}")

    assert (run.exit_code, run.outcome) == (0, "passed"), run.output
    assert run.block["recovery"]["seconds"] < 5


@pytest.mark.variants
@pytest.mark.parametrize(
    ("variant", "without", "checker"),
    [
        ("fresh_stamps", "data_age_watchdog", "no_orders_from_stale_data"),
        ("rest_cache", "book_integrity", "book_resynced"),
        ("future_stamps", "data_age_watchdog,book_integrity", "no_orders_from_stale_data"),
    ],
)
def test_without_the_defence_it_deviates(chaos, variant, without, checker):
    """Where two defences stop the same order both are taken away."""
    run = chaos.run(TEST, "--var", f"variant={variant}", CHAOS_PAPER_WITHOUT=without)

    assert (run.exit_code, run.outcome) == (1, "deviated"), run.output
    assert run.finding(checker)["answer"] == "broken"
