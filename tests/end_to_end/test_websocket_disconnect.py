"""The trader's WebSockets go, in seven ways, while the market moves and an order is filled."""

import pytest

pytestmark = [pytest.mark.slow, pytest.mark.end_to_end, pytest.mark.timeout(180)]

TEST = "websocket_disconnect"
QUICK = ("--var", "quick:bool=true")
VARIANTS = ("abrupt", "half_open", "zombie", "refused_reconnects", "planned_shutdown",
            "partial_resubscribe")  # fmt: skip


def test_the_default_trader_comes_back_and_misses_nothing(chaos):
    """A close frame, refused handshakes, a fill in the gap: all known afterwards."""
    run = chaos.run(TEST, *QUICK)

    assert (run.exit_code, run.outcome) == (0, "passed"), run.output
    assert run.block["variant"] == "close_frame"
    assert run.block["recovery"]["seconds"] < 30
    assert "all known to the bot" in run.finding("no_data_lost")["observed"]
    assert chaos.processes() == []


def test_a_trader_that_does_not_resubscribe_deviates(chaos):
    """It is connected and hears nothing."""
    run = chaos.run(TEST, *QUICK, CHAOS_PAPER_WITHOUT="resubscribe_and_confirm")

    finding = run.finding("subscriptions_restored")
    assert (run.exit_code, run.outcome) == (1, "deviated"), run.output
    assert "streams came back never" in finding["observed"]
    assert finding["observed"] in run.sentence


@pytest.mark.variants
@pytest.mark.parametrize("variant", VARIANTS)
def test_the_default_trader_passes_every_variant(chaos, variant):
    """However its connections go."""
    run = chaos.run(TEST, *QUICK, "--var", f"variant={variant}")

    assert (run.exit_code, run.outcome) == (0, "passed"), run.output
    assert run.block["variant"] == variant
    assert run.block["recovery"]["seconds"] < 30


@pytest.mark.variants
@pytest.mark.parametrize(
    ("variant", "without", "checker", "words"),
    [
        ("abrupt", "reconnect_governor", "reconnects_are_paced", "attempts for 2 lost"),
        (
            "half_open",
            "heartbeat,data_age_watchdog",
            "heartbeat_detects_silence",
            "were not given up within",
        ),
        ("zombie", "data_age_watchdog", "heartbeat_detects_silence", "were not given up within"),
        (
            "refused_reconnects",
            "rate_governor",
            "no_requests_while_forbidden",
            "fell into the forbidden window",
        ),
        (
            "planned_shutdown",
            "planned_rotation",
            "rotates_before_the_end",
            "were not replaced in time",
        ),
        (
            "partial_resubscribe",
            "resubscribe_and_confirm",
            "subscriptions_restored",
            "streams came back never",
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
@pytest.mark.parametrize("variant", ["close_frame", *VARIANTS])
def test_a_scope_that_matches_nothing_is_inconclusive(chaos, variant):
    """Nothing was touched, so nothing was proven."""
    run = chaos.run(TEST, *QUICK, "--var", f"variant={variant}", CHAOS_SCOPE_PATH="/api/v9/*")

    assert (run.exit_code, run.outcome) == (1, "inconclusive"), run.output
    assert "the fault hit nothing" in run.sentence


@pytest.mark.variants
def test_an_unknown_variant_is_one_clear_line(chaos):
    """It names the nearest and all known ones."""
    run = chaos.run(TEST, "--var", "variant=half-open")

    assert (run.exit_code, run.outcome) == (1, "error"), run.output
    assert "did you mean half_open" in run.sentence
