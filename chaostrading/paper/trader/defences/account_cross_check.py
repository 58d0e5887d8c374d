"""D22: a balance or position is known only when two sources say the same."""

from decimal import Decimal

from chaostrading.core.clock import Clock
from chaostrading.core.money import ZERO, decimal_or_none

__all__ = ["AccountCrossCheck", "NaiveAccountCrossCheck"]

FRESH_S = 20.0
MISMATCH_S = 4.0
"""Fills travel; only a difference that lasts is one."""


class AccountCrossCheck:
    """Compares balances from REST with the positions that our own fills add up to."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._read_at: float | None = None
        self._mismatch_since: dict[str, float] = {}
        self.balances: dict[str, Decimal] = {}
        """Free and locked together, per asset."""
        self.free: dict[str, Decimal] = {}

    def account(self, data: dict[str, object], needed: set[str]) -> bool:
        """Take an account answer; False when it cannot be true (an asset absent, no number)."""
        rows = data.get("balances")
        balances: dict[str, Decimal] = {}
        free: dict[str, Decimal] = {}
        for row in rows if isinstance(rows, list) else []:
            available, locked = decimal_or_none(row.get("free")), decimal_or_none(row.get("locked"))
            if available is not None and locked is not None and available >= 0 and locked >= 0:
                free[str(row.get("asset"))] = available
                balances[str(row.get("asset"))] = available + locked
        if not needed <= balances.keys() or any(balances[asset] == 0 for asset in needed):
            return False
        self.balances, self.free = balances, free
        self._read_at = self._clock.monotonic()
        return True

    def compare(self, symbol: str, by_balance: Decimal, by_fills: Decimal, step: Decimal) -> None:
        """Compare both sources for a symbol; they may differ by one step of quantity."""
        if abs(by_balance - by_fills) <= step:
            self._mismatch_since.pop(symbol, None)
        else:
            self._mismatch_since.setdefault(symbol, self._clock.monotonic())

    def mismatched(self, symbol: str) -> bool:
        """True when both sources have differed for longer than fills travel."""
        since = self._mismatch_since.get(symbol)
        return since is not None and self._clock.monotonic() - since > MISMATCH_S

    def known(self, symbol: str) -> bool:
        """True when entries may rest on balance and position."""
        if self._read_at is None or self._clock.monotonic() - self._read_at > FRESH_S:
            return False
        return not self.mismatched(symbol)

    def position(self, symbol: str, by_fills: Decimal, by_balance: Decimal | None) -> Decimal:
        """The position to act on: what our fills say; the balance only checks it."""
        return by_fills


class NaiveAccountCrossCheck(AccountCrossCheck):
    """Believes the last answer: what is not in it, or no number, is zero."""

    def account(self, data: dict[str, object], needed: set[str]) -> bool:
        rows = data.get("balances")
        listed = rows if isinstance(rows, list) else []
        self.free = {row["asset"]: decimal_or_none(row["free"]) or ZERO for row in listed}
        locked = {row["asset"]: decimal_or_none(row["locked"]) or ZERO for row in listed}
        self.balances = {name: self.free[name] + locked[name] for name in self.free}
        self.free |= dict.fromkeys(needed - self.free.keys(), ZERO)
        self.balances |= dict.fromkeys(needed - self.balances.keys(), ZERO)
        self._read_at = self._clock.monotonic()
        return True

    def mismatched(self, symbol: str) -> bool:
        return False

    def known(self, symbol: str) -> bool:
        return True

    def position(self, symbol: str, by_fills: Decimal, by_balance: Decimal | None) -> Decimal:
        return by_fills if by_balance is None else by_balance
