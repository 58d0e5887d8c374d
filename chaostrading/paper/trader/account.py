"""Balances, positions and fills of the account."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from chaostrading.core.money import ZERO, decimal, decimal_or_none, plain
from chaostrading.paper.trader.defences.account_cross_check import (
    AccountCrossCheck,
    NaiveAccountCrossCheck,
)
from chaostrading.paper.trader.defences.crash_recovery import Recovered
from chaostrading.paper.trader.defences.fill_accounting import (
    Fill,
    FillAccounting,
    NaiveFillAccounting,
)
from chaostrading.paper.trader.instruments import Instruments
from chaostrading.paper.trader.kit import Kit

__all__ = ["Account", "fill_from_event", "fill_from_trade"]


class Account:
    """What we have. Positions count from the baseline: the balances before our first order."""

    def __init__(self, kit: Kit, instruments: Instruments, recovered: Recovered) -> None:
        choose = kit.defences.choose
        self._kit = kit
        self._instruments = instruments
        self.fills = choose(FillAccounting, NaiveFillAccounting)()
        self.check = choose(AccountCrossCheck, NaiveAccountCrossCheck)(kit.clock)
        self._baseline = {name: Decimal(text) for name, text in recovered.baseline.items()}
        self.baseline_ms = recovered.baseline_ms
        self._cash = ZERO
        self._peak = ZERO
        for fill in recovered.fills:
            if self.fills.add(fill):
                self._book(fill)

    def take(self, data: dict[str, Any], now_ms: int) -> bool:
        """Take an account answer; False when it is not believed."""
        needed = {name for symbol in self._kit.settings.symbols for name in self._assets(symbol)}
        if not needed:
            return False
        if not self.check.account(data, needed):
            self._kit.warn("account_unknown", "the account answer cannot be true", level="critical")
            return False
        if not self._baseline:
            self._baseline = dict(self.check.balances)
            self.baseline_ms = now_ms
            told = {name: str(value) for name, value in self._baseline.items()}
            self._kit.audit.write("BaselineTaken", {"balances": told, "at_ms": now_ms})
        for symbol in self._kit.settings.symbols:
            self._compare(symbol)
        return True

    def position(self, symbol: str) -> Decimal | None:
        """The position to act on, or None while it is unknown."""
        if not self._baseline:
            return None
        by_fills = self.fills.position(symbol)
        return self.check.position(symbol, by_fills, self._by_balance(symbol))

    def free(self, asset: str) -> Decimal | None:
        """Free balance of an asset, or None while it is unknown."""
        return self.check.free.get(asset)

    def add(self, fill: Fill, at_ms: int | None = None) -> bool:
        """Count a fill; False when it was counted before or is older than the baseline."""
        if at_ms is not None and at_ms < self.baseline_ms:
            return False
        if not self.fills.add(fill):
            return False
        self._book(fill)
        self._kit.counters["fills_total"] += 1
        self._kit.audit.write(
            "OrderFilled",
            {
                "symbol": fill.symbol,
                "trade_id": fill.trade_id,
                "client_id": fill.client_id,
                "side": fill.side,
                "quantity": str(fill.quantity),
                "price": str(fill.price),
                "base_fee": str(fill.base_fee),
                "quote_fee": str(fill.quote_fee),
            },
        )
        return True

    def result(self, marks: Iterable[tuple[str, Decimal | None]]) -> tuple[Decimal, Decimal]:
        """Profit or loss since the baseline, and drawdown from its highest value, in USDT."""
        worth = self._cash
        for symbol, price in marks:
            worth += self.fills.position(symbol) * (price or ZERO)
        if worth.is_finite():
            self._peak = max(self._peak, worth)
        return worth, self._peak - worth

    def to_json(self) -> dict[str, Any]:
        """As `/positions` shows it."""
        symbols = self._kit.settings.symbols
        positions = {symbol: self.position(symbol) for symbol in symbols}
        return {
            "positions": {s: plain(p) for s, p in positions.items() if p is not None},
            "balances": {asset: plain(value) for asset, value in self.check.balances.items()},
        }

    def _book(self, fill: Fill) -> None:
        value = fill.quantity * fill.price
        self._cash += (-value if fill.side == "BUY" else value) - fill.quote_fee

    def _assets(self, symbol: str) -> tuple[str, ...]:
        instrument = self._instruments.get(symbol)
        return () if instrument is None else (instrument.base, instrument.quote)

    def _by_balance(self, symbol: str) -> Decimal | None:
        instrument = self._instruments.get(symbol)
        if instrument is None or instrument.base not in self.check.balances:
            return None
        before = self._baseline.get(instrument.base, ZERO)
        return self.check.balances[instrument.base] - before

    def _compare(self, symbol: str) -> None:
        instrument, by_balance = self._instruments.get(symbol), self._by_balance(symbol)
        if instrument is None or by_balance is None:
            return
        by_fills = self.fills.position(symbol)
        self.check.compare(symbol, by_balance, by_fills, instrument.step)
        if self.check.mismatched(symbol):
            text = f"{symbol}: balance says {by_balance}, fills say {by_fills}"
            self._kit.warn("account_mismatch", text, symbol, "critical")


def _fees(row: dict[str, Any], symbol: str, amount: str, asset: str) -> tuple[Decimal, Decimal]:
    fee = decimal_or_none(row.get(amount)) or ZERO
    name = str(row.get(asset) or "")
    if not name:
        return ZERO, ZERO
    return (fee if symbol.startswith(name) else ZERO, fee if symbol.endswith(name) else ZERO)


def fill_from_event(event: dict[str, Any], client_id: str) -> Fill:
    """The fill in an `executionReport`. Raises ValueError or KeyError when it cannot be read."""
    base_fee, quote_fee = _fees(event, event["s"], "n", "N")
    return Fill(
        symbol=event["s"],
        trade_id=int(event["t"]),
        client_id=client_id,
        side=event["S"],
        quantity=decimal(event["l"], "l"),
        price=decimal(event["L"], "L"),
        base_fee=base_fee,
        quote_fee=quote_fee,
    )


def fill_from_trade(row: dict[str, Any], symbol: str, client_id: str, side: str) -> Fill:
    """The fill in a row of `myTrades`, or of `fills` in an order's answer."""
    base_fee, quote_fee = _fees(row, symbol, "commission", "commissionAsset")
    return Fill(
        symbol=symbol,
        trade_id=int(row["id"] if "id" in row else row["tradeId"]),
        client_id=client_id,
        side=side,
        quantity=decimal(row["qty"], "qty"),
        price=decimal(row["price"], "price"),
        base_fee=base_fee,
        quote_fee=quote_fee,
    )
