"""What the public sees of one symbol: its trades, candles and statistics."""

from collections import deque
from decimal import Decimal

from chaostrading.core.seeds import Dice
from chaostrading.paper.exchange.candles import Candle, Candles
from chaostrading.paper.exchange.orders import Traded
from chaostrading.paper.exchange.rules import Rules

__all__ = ["Aggregate", "Tape"]

KEPT_TRADES = 5000
DAY_MS = 86_400_000

Aggregate = list[Traded]
"""Trades of one taker order at one price, which an aggregate trade shows as one."""


class Tape:
    """The last trades and all candles of one symbol."""

    def __init__(self, rules: Rules, start_ms: int, dice: Dice) -> None:
        self.rules = rules
        self.trades: deque[Traded] = deque(maxlen=KEPT_TRADES)
        self.aggregates: deque[tuple[int, Aggregate]] = deque(maxlen=KEPT_TRADES)
        self.candles = Candles(rules, start_ms, dice)
        self._aggregate_id = 0

    def add(self, trade: Traded) -> None:
        """Note a trade."""
        self.trades.append(trade)
        self.candles.add(trade)
        last = self.aggregates[-1][1] if self.aggregates else None
        if last and (last[0].taker_order_id, last[0].price) == (trade.taker_order_id, trade.price):
            last.append(trade)
        else:
            self._aggregate_id += 1
            self.aggregates.append((self._aggregate_id, [trade]))

    def average(self, now_ms: int, minutes: int = 5) -> Decimal:
        """Volume-weighted average price of the last minutes."""
        candles = self.candles.select("1m", now_ms, None, None, minutes)
        volume = sum((candle.volume for candle in candles), Decimal(0))
        if not volume:
            return candles[-1].close
        return sum((candle.quote_volume for candle in candles), Decimal(0)) / volume

    def day(self, now_ms: int) -> Candle:
        """The last 24 hours as one candle, in steps of 15 minutes."""
        return merge(self.candles.select("15m", now_ms, now_ms - DAY_MS, None, 97), now_ms)

    def trading_day(self, now_ms: int) -> Candle:
        """The day since midnight UTC as one candle."""
        return merge([self.candles.current("1d", now_ms)], now_ms)


def merge(candles: list[Candle], now_ms: int) -> Candle:
    """Several candles in a row as one that ends now."""
    traded = [candle for candle in candles if candle.last_trade_id >= 0]
    return Candle(
        open_ms=candles[0].open_ms,
        end_ms=now_ms + 1,
        open=candles[0].open,
        high=max(candle.high for candle in candles),
        low=min(candle.low for candle in candles),
        close=candles[-1].close,
        volume=sum((candle.volume for candle in candles), Decimal(0)),
        quote_volume=sum((candle.quote_volume for candle in candles), Decimal(0)),
        trades=sum(candle.trades for candle in candles),
        first_trade_id=min((candle.first_trade_id for candle in traded), default=-1),
        last_trade_id=max((candle.last_trade_id for candle in traded), default=-1),
    )
