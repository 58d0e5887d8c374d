"""Market data that is damaged on its way to the paper trader."""

import pytest

pytestmark = [pytest.mark.slow, pytest.mark.end_to_end, pytest.mark.timeout(180)]

TEST = "corrupted_market_data"
QUICK = ("--var", "quick:bool=true")
WRONG_SYMBOL = "parser_robustness,price_sanity,book_integrity"
MUTANTS = [
    ("truncated", "parser_robustness", "reader_survives"),
    ("wrong_type", "parser_robustness", "reader_survives"),
    ("zero", "parser_robustness", "reader_survives"),
    ("negative", "parser_robustness", "reader_survives"),
    ("nan", "parser_robustness", "reader_survives"),
    ("x10", "price_sanity", "no_orders_from_bad_prices"),
    ("x1000", "price_sanity", "no_orders_from_bad_prices"),
    ("wrong_symbol", WRONG_SYMBOL, "reader_survives"),
    ("crossed_book", "price_sanity,book_integrity", "no_orders_from_bad_prices"),
    ("sequence_gap", "book_integrity", "book_resynced"),
    ("plausible_minus_20", "price_sanity,book_integrity", "no_orders_from_bad_prices"),
]
"""Variant, what the trader lacks, and who notices. A false quote that is believed by one defence
may be stopped by another: there both are taken away."""
VARIANTS = [variant for variant, _, _ in MUTANTS]


def test_the_default_trader_passes(chaos):
    """It trades on none of it, says that its data is bad, and trades again within 5 s."""
    run = chaos.run(TEST, *QUICK)

    assert (run.exit_code, run.outcome) == (0, "passed"), run.output
    assert run.block["recovery"]["seconds"] < 5
    assert run.finding("corruption_is_reported")["answer"] == "held"


def test_without_its_price_sanity_it_deviates(chaos):
    """The finding counts the orders that came from false prices and shows the first of them."""
    run = chaos.run(TEST, *QUICK, "--var", "variant=x10", CHAOS_PAPER_WITHOUT="price_sanity")

    finding = run.finding("no_orders_from_bad_prices")
    assert (run.exit_code, run.outcome) == (1, "deviated"), run.output
    assert finding["answer"] == "broken"


@pytest.mark.variants
def test_a_scope_that_matches_nothing_is_inconclusive(chaos):
    """Nothing was corrupted, so nothing was proven."""
    run = chaos.run(TEST, *QUICK, CHAOS_SCOPE_STREAM="xrpusdt@*")

    assert (run.exit_code, run.outcome) == (1, "inconclusive"), run.output
    assert "the fault hit nothing" in run.sentence


@pytest.mark.variants
@pytest.mark.parametrize("variant", VARIANTS)
def test_the_default_trader_passes_each_variant(chaos, variant):
    """Each form of corruption alone."""
    run = chaos.run(TEST, *QUICK, "--var", f"variant={variant}")

    assert (run.exit_code, run.outcome) == (0, "passed"), run.output
    assert run.block["recovery"]["seconds"] < 5


@pytest.mark.variants
@pytest.mark.parametrize(("variant", "without", "checker"), MUTANTS)
def test_without_the_defence_it_deviates(chaos, variant, without, checker):
    """Each form of corruption has a defence that it takes."""
    run = chaos.run(TEST, *QUICK, "--var", f"variant={variant}", CHAOS_PAPER_WITHOUT=without)

    assert (run.exit_code, run.outcome) == (1, "deviated"), run.output
    assert run.finding(checker)["answer"] == "broken"
