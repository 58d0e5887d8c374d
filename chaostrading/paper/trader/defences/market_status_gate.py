"""D29: connected does not mean tradable; a closed market is probed, not hammered."""

from chaostrading.core.clock import Clock

__all__ = ["MarketStatusGate", "NaiveMarketStatusGate"]

PROBE_EVERY_S = 10.0
KNOWN = frozenset({"TRADING", "POST_ONLY", "CANCEL_ONLY", "HALT", "BREAK", "END_OF_DAY"})


class MarketStatusGate:
    """The status of each symbol, from `exchangeInfo` and from what rejects say.

    A status nobody knows is not tradable.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._status: dict[str, str] = {}
        self._closed_at: dict[str, float] = {}

    def listed(self, symbol: str, status: str) -> None:
        """The exchange lists the symbol with this status."""
        self._status[symbol] = status

    def rejected_as_closed(self, symbol: str) -> None:
        """An order was refused because the market does not trade."""
        self._closed_at[symbol] = self._clock.monotonic()

    def accepted(self, symbol: str) -> None:
        """An order was accepted: the market trades."""
        self._closed_at.pop(symbol, None)

    def denial(self, symbol: str, order_type: str) -> str | None:
        """Why no order of this type may be sent, or None. Cancels are never asked about."""
        status = self._status.get(symbol, "unknown")
        if status == "POST_ONLY" and order_type != "LIMIT_MAKER":
            return f"MARKET_POST_ONLY: symbol={symbol}, type={order_type}"
        if status not in ("TRADING", "POST_ONLY"):
            return f"MARKET_NOT_TRADING: symbol={symbol}, status={status}"
        closed_at = self._closed_at.get(symbol)
        if closed_at is None:
            return None
        if self._clock.monotonic() - closed_at < PROBE_EVERY_S:
            return f"MARKET_NOT_TRADING: symbol={symbol}, status=closed by its last reject"
        self._closed_at[symbol] = self._clock.monotonic()
        return None

    def statuses(self) -> dict[str, str]:
        """Status by symbol, for people."""
        return {s: "CLOSED" if s in self._closed_at else t for s, t in self._status.items()}


class NaiveMarketStatusGate(MarketStatusGate):
    """Connected means tradable."""

    def denial(self, symbol: str, order_type: str) -> str | None:
        return None
