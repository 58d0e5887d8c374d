"""Who owns what. Amounts only ever move; nothing here makes or destroys any."""

from collections import defaultdict
from decimal import Decimal

from chaostrading.core.money import ZERO
from chaostrading.paper.exchange.rejections import new_order_rejected

__all__ = ["FEES", "HOUSE", "Ledger"]

HOUSE = "house"
"""The market makers and takers. They have credit without limit: their balances may be negative."""
FEES = "fees"
"""Where commissions go."""


class Ledger:
    """Free and locked amounts of every account and asset."""

    def __init__(self) -> None:
        self._free: dict[str, dict[str, Decimal]] = defaultdict(lambda: defaultdict(Decimal))
        self._locked: dict[str, dict[str, Decimal]] = defaultdict(lambda: defaultdict(Decimal))

    def open(self, account: str, balances: dict[str, Decimal]) -> None:
        """Open an account with these balances. They count as the beginning of time."""
        for asset, amount in balances.items():
            self._free[account][asset] += amount

    def free(self, account: str, asset: str) -> Decimal:
        """What the account may use."""
        return self._free[account].get(asset, ZERO)

    def locked(self, account: str, asset: str) -> Decimal:
        """What open orders hold."""
        return self._locked[account].get(asset, ZERO)

    def assets(self, account: str) -> list[str]:
        """Every asset the account ever had."""
        return sorted({*self._free[account], *self._locked[account]})

    def total(self, asset: str) -> Decimal:
        """The amount of an asset over all accounts. It never changes after accounts are open."""
        piles = [*self._free.values(), *self._locked.values()]
        return sum((pile.get(asset, ZERO) for pile in piles), ZERO)

    def lock(self, account: str, asset: str, amount: Decimal) -> None:
        """Set aside for an order. Raises the exchange's rejection when there is not enough."""
        if account == HOUSE:
            return
        if self.free(account, asset) < amount:
            raise new_order_rejected("Account has insufficient balance for requested action.")
        self._free[account][asset] -= amount
        self._locked[account][asset] += amount

    def unlock(self, account: str, asset: str, amount: Decimal) -> None:
        """Give back what was set aside."""
        if account == HOUSE:
            return
        self._locked[account][asset] -= amount
        self._free[account][asset] += amount

    def pay(self, payer: str, payee: str, asset: str, amount: Decimal) -> None:
        """Move locked money of the payer (the house: its credit) to what the payee may use."""
        pile = self._free if payer == HOUSE else self._locked
        pile[payer][asset] -= amount
        self._free[payee][asset] += amount

    def charge(self, account: str, asset: str, amount: Decimal) -> None:
        """Move a commission out of what the account may use."""
        self._free[account][asset] -= amount
        self._free[FEES][asset] += amount
