"""No request can say of itself that it needs no check."""

from collections.abc import Collection

__all__ = ["NaiveRiskFlags", "RiskFlags"]


class RiskFlags:
    """Looks at what a request claims of itself: field names and headers it was not asked for."""

    def skips(self, claims: Collection[str]) -> bool:
        """Whether an order with these claims goes past the risk engine: never."""
        return False


class NaiveRiskFlags(RiskFlags):
    """Honours the switch that somebody once built in for tests."""

    def skips(self, claims: Collection[str]) -> bool:
        return "skip_risk_check" in claims
