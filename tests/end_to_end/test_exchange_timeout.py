"""The exchange does not answer orders and cancels, and nobody knows which of them it took."""

import pytest

pytestmark = [pytest.mark.slow, pytest.mark.end_to_end, pytest.mark.timeout(180)]

TEST = "exchange_timeout"
QUICK = ("--var", "quick:bool=true")


def test_the_default_trader_passes(chaos):
    """It finds out what became of each order, falls back, and trades again soon after."""
    run = chaos.run(TEST, *QUICK)

    assert (run.exit_code, run.outcome) == (0, "passed"), run.output
    assert {lease["fault"] for lease in run.block["fault"]} == {"request_lost", "response_lost"}
    assert all(lease["hits"] >= 1 for lease in run.block["fault"])
    assert run.block["recovery"]["seconds"] < 30
    assert chaos.processes() == []


def test_with_a_new_id_for_each_retry_it_deviates(chaos):
    """The exchange had taken the first attempt: the order is executed twice."""
    run = chaos.run(TEST, *QUICK, CHAOS_PAPER_WITHOUT="idempotent_orders")

    finding = run.finding("no_duplicate_orders")
    assert (run.exit_code, run.outcome) == (1, "deviated"), run.output
    assert finding["answer"] == "broken"
    assert "sent again under a new client id" in finding["observed"]
    assert len(finding["evidence"]) >= 2


@pytest.mark.variants
@pytest.mark.parametrize("variant", ["request_lost", "answer_lost", "late_answer"])
def test_each_variant_passes(chaos, variant):
    """Whatever is lost, or late."""
    run = chaos.run(TEST, *QUICK, "--var", f"variant={variant}")

    assert (run.exit_code, run.outcome) == (0, "passed"), run.output
    assert run.block["recovery"]["seconds"] < 30


@pytest.mark.variants
@pytest.mark.parametrize(
    ("variant", "defence", "checker"),
    [
        ("request_lost", "unknown_is_not_failed", "unknown_is_resolved"),
        ("answer_lost", "paper_fallback,circuit_breaker", "fallback_to_paper"),
        ("both", "deadlines", "deadlines_kept"),
        ("answer_lost", "idempotent_orders", "no_duplicate_orders"),
        ("late_answer", "idempotent_orders", "late_answer_harmless"),
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


@pytest.mark.variants
def test_an_unknown_variant_is_one_line_that_names_the_known(chaos):
    """Nothing was injected."""
    run = chaos.run(TEST, "--var", "variant=none-such")

    assert run.exit_code == 1
    assert "none-such" in run.output
    assert "answer_lost" in run.output
    assert run.block["fault"] == []
