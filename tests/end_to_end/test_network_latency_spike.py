"""Answers, requests or streams are 5 to 10 s late while the market moves."""

import pytest

pytestmark = [pytest.mark.slow, pytest.mark.end_to_end, pytest.mark.timeout(180)]

TEST = "network_latency_spike"
QUICK = ("--var", "quick:bool=true")


def test_the_default_trader_hangs_up_in_time_and_stays_right(chaos):
    """Orders that were taken behind its back are found out and executed once."""
    run = chaos.run(TEST, *QUICK)

    assert (run.exit_code, run.outcome) == (0, "passed"), run.output
    assert run.block["variant"] == "answers"
    assert run.block["recovery"]["seconds"] < 10
    assert "the bot hung up on" in run.finding("deadlines_kept")["observed"]
    assert chaos.processes() == []


def test_a_trader_without_deadlines_deviates(chaos):
    """It waits for answers as long as they take."""
    run = chaos.run(TEST, *QUICK, CHAOS_PAPER_WITHOUT="deadlines")

    finding = run.finding("deadlines_kept")
    assert (run.exit_code, run.outcome) == (1, "deviated"), run.output
    assert "waited for an answer longer than 5 s" in finding["observed"]
    assert finding["observed"] in run.sentence


@pytest.mark.variants
@pytest.mark.parametrize("variant", ["requests", "streams"])
def test_the_default_trader_passes_every_variant(chaos, variant):
    """Whatever is late."""
    run = chaos.run(TEST, *QUICK, "--var", f"variant={variant}")

    assert (run.exit_code, run.outcome) == (0, "passed"), run.output
    assert run.block["variant"] == variant
    assert run.block["recovery"]["seconds"] < 10


@pytest.mark.variants
@pytest.mark.parametrize(
    ("variant", "without", "checker", "words"),
    [
        ("requests", "deadlines", "deadlines_kept", "reached the exchange too late"),
        (
            "streams",
            "heartbeat,data_age_watchdog",
            "no_orders_from_late_data",
            "priced from data that was more than 5.5 s old",
        ),
    ],
)
def test_without_its_defence_each_variant_deviates(chaos, variant, without, checker, words):
    """The finding names what the trader did."""
    run = chaos.run(TEST, *QUICK, "--var", f"variant={variant}", CHAOS_PAPER_WITHOUT=without)

    assert (run.exit_code, run.outcome) == (1, "deviated"), run.output
    assert run.finding(checker)["answer"] == "broken"
    assert words in run.finding(checker)["observed"]


@pytest.mark.variants
@pytest.mark.parametrize("variant", ["answers", "requests", "streams"])
def test_a_scope_that_matches_nothing_is_inconclusive(chaos, variant):
    """Nothing was touched, so nothing was proven."""
    run = chaos.run(TEST, *QUICK, "--var", f"variant={variant}", CHAOS_SCOPE_PATH="/api/v9/*")

    assert (run.exit_code, run.outcome) == (1, "inconclusive"), run.output
    assert "the fault hit nothing" in run.sentence
