"""Public questions: time, rules, books, trades, candles, tickers."""

import json
from decimal import Decimal
from typing import Any

from chaostrading.core.money import ZERO, plain
from chaostrading.paper.exchange import wording
from chaostrading.paper.exchange.candles import INTERVALS, Candle
from chaostrading.paper.exchange.endpoint import endpoint, weigh_symbols
from chaostrading.paper.exchange.params import Params
from chaostrading.paper.exchange.rejections import Rejected, mandatory
from chaostrading.paper.exchange.rules import symbol_info
from chaostrading.paper.exchange.venue import PaperVenue

__all__ = ["ticker", "ticker_24h"]


@endpoint("GET", "/api/v3/ping", ws="ping")
def ping(venue: PaperVenue, params: Params) -> Any:
    """Answer that the exchange is there."""
    return {}


@endpoint("GET", "/api/v3/time", ws="time")
def time(venue: PaperVenue, params: Params) -> Any:
    """The exchange's clock."""
    return {"serverTime": venue.engine.now_ms()}


@endpoint("GET", "/api/v3/exchangeInfo", weight=20, ws="exchangeInfo")
def exchange_info(venue: PaperVenue, params: Params) -> Any:
    """Symbols, their filters, and the rate limits."""
    names, _ = _symbols(venue, params)
    return {
        "timezone": "UTC",
        "serverTime": venue.engine.now_ms(),
        "rateLimits": venue.limits.describe(),
        "exchangeFilters": [],
        "symbols": [symbol_info(venue.engine.rules[name]) for name in names],
    }


def _depth_weight(params: Params) -> int:
    limit = params.integer("limit") or 100
    return 5 if limit <= 100 else 25 if limit <= 500 else 50 if limit <= 1000 else 250


@endpoint("GET", "/api/v3/depth", weight=_depth_weight, ws="depth")
def depth(venue: PaperVenue, params: Params) -> Any:
    """The book of a symbol, with the update id that depth streams go on from."""
    book = venue.engine.book(params.symbol(venue.engine.rules))
    limit = params.limit(100, 5000)
    return {
        "lastUpdateId": book.update_id,
        "bids": wording.levels(book.top("BUY", limit)),
        "asks": wording.levels(book.top("SELL", limit)),
    }


@endpoint("GET", "/api/v3/trades", weight=25, ws="trades.recent")
def trades(venue: PaperVenue, params: Params) -> Any:
    """The last trades of a symbol, oldest first."""
    tape = venue.tapes[params.symbol(venue.engine.rules)]
    limit = params.limit(500, 1000)
    return [wording.trade(item) for item in list(tape.trades)[-limit:]]


@endpoint("GET", "/api/v3/historicalTrades", weight=25, ws="trades.historical")
def historical_trades(venue: PaperVenue, params: Params) -> Any:
    """Trades of a symbol from an id on."""
    tape = venue.tapes[params.symbol(venue.engine.rules)]
    limit, first = params.limit(500, 1000), params.integer("fromId")
    if first is None:
        return [wording.trade(item) for item in list(tape.trades)[-limit:]]
    found = [item for item in tape.trades if item.trade_id >= first]
    return [wording.trade(item) for item in found[:limit]]


@endpoint("GET", "/api/v3/aggTrades", weight=4, ws="trades.aggregate")
def aggregate_trades(venue: PaperVenue, params: Params) -> Any:
    """Trades with those of one taker order at one price as one."""
    tape = venue.tapes[params.symbol(venue.engine.rules)]
    limit, first = params.limit(500, 1000), params.integer("fromId")
    start, end = params.time_ms("startTime"), params.time_ms("endTime")
    found = [
        (number, items)
        for number, items in tape.aggregates
        if (first is None or number >= first)
        and (start is None or items[0].time_ms >= start)
        and (end is None or items[0].time_ms <= end)
    ]
    oldest_first = first is not None or start is not None
    chosen = found[:limit] if oldest_first else found[-limit:]
    return [wording.aggregate(number, items) for number, items in chosen]


@endpoint("GET", "/api/v3/klines", weight=2, ws="klines")
@endpoint("GET", "/api/v3/uiKlines", weight=2, ws="uiKlines")
def klines(venue: PaperVenue, params: Params) -> Any:
    """Candles, oldest first; the last one may still be forming."""
    tape = venue.tapes[params.symbol(venue.engine.rules)]
    params.required("interval")
    interval = params.choice("interval", tuple(INTERVALS), Rejected(-1120, "Invalid interval."))
    candles = tape.candles.select(
        interval or "",
        venue.engine.now_ms(),
        params.time_ms("startTime"),
        params.time_ms("endTime"),
        params.limit(500, 1000),
    )
    return [wording.kline_row(candle) for candle in candles]


@endpoint("GET", "/api/v3/avgPrice", weight=2, ws="avgPrice")
def average_price(venue: PaperVenue, params: Params) -> Any:
    """The average price of the last 5 minutes."""
    symbol = params.symbol(venue.engine.rules)
    now_ms = venue.engine.now_ms()
    return {"mins": 5, "price": plain(venue.average(symbol)), "closeTime": now_ms}


@endpoint("GET", "/api/v3/ticker/24hr", weight=weigh_symbols(2, 80), ws="ticker.24hr")
def ticker_day(venue: PaperVenue, params: Params) -> Any:
    """The last 24 hours."""
    return _each(venue, params, ticker_24h)


@endpoint("GET", "/api/v3/ticker/tradingDay", weight=4, ws="ticker.tradingDay")
def ticker_trading_day(venue: PaperVenue, params: Params) -> Any:
    """The day since midnight UTC."""
    if "symbol" not in params and "symbols" not in params:
        raise Rejected(-1102, "Param 'symbol' or 'symbols' must be sent, but both were empty/null!")
    return _each(venue, params, _trading_day)


@endpoint("GET", "/api/v3/ticker", weight=4, ws="ticker")
def ticker_window(venue: PaperVenue, params: Params) -> Any:
    """A rolling window; every window size is answered with the trading day."""
    params.text("windowSize")
    return ticker_trading_day(venue, params)


@endpoint("GET", "/api/v3/ticker/price", weight=weigh_symbols(2, 4), ws="ticker.price")
def ticker_price(venue: PaperVenue, params: Params) -> Any:
    """The last price."""

    def one(venue: PaperVenue, symbol: str) -> dict[str, Any]:
        return {"symbol": symbol, "price": plain(venue.engine.last_price(symbol))}

    return _each(venue, params, one)


@endpoint("GET", "/api/v3/ticker/bookTicker", weight=weigh_symbols(2, 4), ws="ticker.book")
def ticker_book(venue: PaperVenue, params: Params) -> Any:
    """Best bid and ask."""

    def one(venue: PaperVenue, symbol: str) -> dict[str, Any]:
        bid, bid_quantity, ask, ask_quantity = _touch(venue, symbol)
        return {
            "symbol": symbol,
            "bidPrice": bid,
            "bidQty": bid_quantity,
            "askPrice": ask,
            "askQty": ask_quantity,
        }

    return _each(venue, params, one)


def ticker_24h(venue: PaperVenue, symbol: str) -> dict[str, Any]:
    """The last 24 hours of a symbol, with its best bid and ask."""
    tape, now_ms = venue.tapes[symbol], venue.engine.now_ms()
    shown = ticker(symbol, tape.day(now_ms))
    bid, bid_quantity, ask, ask_quantity = _touch(venue, symbol)
    before = [item for item in tape.trades if item.trade_id < shown["lastId"]]
    last = tape.trades[-1].quantity if tape.trades else ZERO
    shown.update(
        prevClosePrice=plain(before[-1].price) if before else shown["lastPrice"],
        lastQty=plain(last),
        bidPrice=bid,
        bidQty=bid_quantity,
        askPrice=ask,
        askQty=ask_quantity,
    )
    return shown


def ticker(symbol: str, candle: Candle) -> dict[str, Any]:
    """A stretch of time as a ticker shows it."""
    change = candle.close - candle.open
    share = change / candle.open * 100 if candle.open else ZERO
    average = candle.quote_volume / candle.volume if candle.volume else candle.close
    return {
        "symbol": symbol,
        "priceChange": plain(change),
        "priceChangePercent": plain(Decimal(share), 3),
        "weightedAvgPrice": plain(average),
        "openPrice": plain(candle.open),
        "highPrice": plain(candle.high),
        "lowPrice": plain(candle.low),
        "lastPrice": plain(candle.close),
        "volume": plain(candle.volume),
        "quoteVolume": plain(candle.quote_volume),
        "openTime": candle.open_ms,
        "closeTime": candle.end_ms - 1,
        "firstId": candle.first_trade_id,
        "lastId": candle.last_trade_id,
        "count": candle.trades,
    }


def _trading_day(venue: PaperVenue, symbol: str) -> dict[str, Any]:
    return ticker(symbol, venue.tapes[symbol].trading_day(venue.engine.now_ms()))


def _touch(venue: PaperVenue, symbol: str) -> tuple[str, str, str, str]:
    book = venue.engine.book(symbol)
    bid, ask = book.best("BUY") or (ZERO, ZERO), book.best("SELL") or (ZERO, ZERO)
    return plain(bid[0]), plain(bid[1]), plain(ask[0]), plain(ask[1])


def _each(venue: PaperVenue, params: Params, one: Any) -> Any:
    names, alone = _symbols(venue, params)
    return one(venue, names[0]) if alone else [one(venue, name) for name in names]


def _symbols(venue: PaperVenue, params: Params) -> tuple[list[str], bool]:
    """The symbols asked for, and whether it was one as such."""
    rules = venue.engine.rules
    if params.raw("symbol") is not None:
        return [params.symbol(rules)], True
    raw = params.raw("symbols")
    if raw is None:
        return list(rules), False
    try:
        names = json.loads(raw)
    except ValueError:
        raise mandatory("symbols") from None
    if not isinstance(names, list) or not names:
        raise mandatory("symbols")
    if any(name not in rules for name in names):
        raise Rejected(-1121, "Invalid symbol.")
    return names, False
