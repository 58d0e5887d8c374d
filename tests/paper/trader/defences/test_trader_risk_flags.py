"""What a request says of itself."""

from chaostrading.paper.trader.defences.risk_flags import NaiveRiskFlags, RiskFlags


def test_no_claim_leads_past_the_engine() -> None:
    """Whatever the request says of itself."""
    assert not RiskFlags().skips({"skip_risk_check", "admin"})


def test_without_it_a_flag_is_enough() -> None:
    """The naive trader believes the request."""
    assert NaiveRiskFlags().skips({"skip_risk_check"})
    assert not NaiveRiskFlags().skips({"admin"})
