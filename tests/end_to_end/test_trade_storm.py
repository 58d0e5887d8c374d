"""The trader is made to want more than a hundred trades in a minute."""

import re

import pytest

pytestmark = [pytest.mark.slow, pytest.mark.end_to_end, pytest.mark.timeout(180)]

TEST = "trade_storm"
QUICK = ("--var", "quick:bool=true")


def test_the_default_trader_stops_the_storm_itself(chaos):
    """Its breaker opens, the position keeps its limit, an exit and a cancel pass, it comes back."""
    run = chaos.run(TEST, *QUICK)

    assert (run.exit_code, run.outcome) == (0, "passed"), run.output
    assert "it said breaker open" in run.finding("breaker_comes_back")["observed"]
    assert run.block["recovery"]["seconds"] < 300
    assert chaos.processes() == []


def test_without_its_rate_cap_it_deviates(chaos):
    """More than 120 orders reach the exchange within a minute."""
    run = chaos.run(TEST, *QUICK, CHAOS_PAPER_WITHOUT="order_rate_cap")

    finding = run.finding("order_rate_capped")
    assert (run.exit_code, run.outcome) == (1, "deviated"), run.output
    assert "order attempts within 60 s, 120 are allowed" in finding["observed"]
    assert finding["observed"] in run.sentence


@pytest.mark.variants
@pytest.mark.parametrize("seed", ["8", "9"])
@pytest.mark.parametrize("variant", ["signals", "oscillating_market", "reject_and_retry"])
def test_the_default_trader_passes_every_variant(chaos, variant, seed):
    """Whatever makes the storm."""
    run = chaos.run(TEST, *QUICK, "--var", f"variant={variant}", CHAOS_SEED=seed)

    assert (run.exit_code, run.outcome) == (0, "passed"), run.output
    assert run.block["variant"] == variant
    assert run.block["recovery"]["seconds"] < 300


@pytest.mark.variants
@pytest.mark.parametrize(
    ("variant", "without", "checker"),
    [
        ("signals", "risk_gate", "position_limit_holds"),
        ("oscillating_market", "order_rate_cap", "order_rate_capped"),
        ("reject_and_retry", "order_rate_cap", "order_rate_capped"),
    ],
)
def test_without_a_defence_it_deviates(chaos, variant, without, checker):
    """The finding names what the trader did."""
    run = chaos.run(TEST, *QUICK, "--var", f"variant={variant}", CHAOS_PAPER_WITHOUT=without)

    assert (run.exit_code, run.outcome) == (1, "deviated"), run.output
    assert run.finding(checker)["answer"] == "broken", run.block["findings"]


@pytest.mark.variants
@pytest.mark.alone
def test_ten_thousand_orders_in_a_minute_reach_the_exchange(chaos):
    """From a trader without its cap, and without the governor that obeys the weight of 6,000."""
    pace = ("--var", "per_minute:int=10600", "--var", "duration_s:int=60")

    run = chaos.run(TEST, *pace, CHAOS_PAPER_WITHOUT="order_rate_cap,rate_governor")

    finding = run.finding("order_rate_capped")
    found = re.search(r"(\d+) order attempts within 60 s, 120 are allowed", finding["observed"])
    assert (run.exit_code, run.outcome) == (1, "deviated"), run.output
    assert found, finding["observed"]
    assert int(found[1]) >= 10_000


@pytest.mark.variants
def test_ten_thousand_requests_in_a_minute_are_capped(chaos):
    """The default trader sends no more on than it may."""
    pace = ("--var", "per_minute:int=10000", "--var", "duration_s:int=60")

    run = chaos.run(TEST, *pace)

    assert (run.exit_code, run.outcome) == (0, "passed"), run.output
    assert run.block["fault"][0]["hits"] >= 10_000


@pytest.mark.variants
def test_a_scope_that_matches_nothing_is_inconclusive(chaos):
    """Nothing was tried, so nothing was proven."""
    run = chaos.run(TEST, *QUICK, CHAOS_SCOPE_SYMBOL="NONE*")

    assert (run.exit_code, run.outcome) == (1, "inconclusive"), run.output
    assert "the fault hit nothing" in run.sentence
