"""Where each value sits in Binance's messages: what is meant changes, every other byte stays."""

import pytest

from chaostrading.venues.binance import BINANCE

TRADE = (
    b'{"e":"trade","E":1672515782136,"s":"X","t":5,"p":"0.10","q":"7","T":1672515782136,"m":true}'
)
BOOK = b'{"u":4,"s":"X","b":"25.3","B":"31.2","a":"25.4","A":"40.6"}'
COMBINED = (
    b'{"stream":"x@depth","data":{"e":"depthUpdate","E":1672515782136,"s":"X","U":1,"u":2,'
    b'"b":[["0.1","5"],["0.2","6"]],"a":[["0.3","7"]]}}'
)
KLINE = (
    b'{"e":"kline","E":1672515782136,"s":"X","k":{"t":1672515780000,"T":1672515839999,"s":"X",'
    b'"i":"1m","f":1,"L":2,"o":"1","c":"2","h":"3","l":"0.5","v":"9","n":1,"x":false,"q":"8"}}'
)
TICKER = (
    b'{"e":"24hrTicker","E":1672515782136,"s":"X","p":"0.1","P":"2","w":"1","c":"2","Q":"9","b":"1",'
    b'"B":"8","a":"3","A":"7","o":"1","h":"3","l":"1","v":"6","q":"5","O":0,"C":1672515782136,"n":3}'
)
REST_DEPTH = b'{"lastUpdateId":160,"bids":[["0.1","5"]],"asks":[["0.3","7"]]}'
KLINES = b'[[1499040000000,"1","2","0.5","1.5","9",1499644799999,"8",3,"4","5","0"]]'
TICKERS = b'[{"symbol":"X","bidPrice":"1.0","bidQty":"2.0","askPrice":"3.0","askQty":"4.0"}]'
AGGREGATES = b'[{"a":26129,"p":"0.1","q":"4","f":1,"l":2,"T":1498793709153,"m":true}]'
ACCOUNT = b'{"updateTime":1672515782136,"balances":[{"asset":"BTC","free":"1.0","locked":"0.5"}]}'
REPORT = b'{"subscriptionId":0,"event":{"e":"executionReport","E":1672515782136,"q":"1","p":"2"}}'


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (TRADE, TRADE.replace(b'"p":"0.10"', b'"p":"0.10!"')),
        (BOOK, BOOK.replace(b'"25.3"', b'"25.3!"').replace(b'"25.4"', b'"25.4!"')),
        (
            COMBINED,
            COMBINED.replace(b'["0.1"', b'["0.1!"')
            .replace(b'["0.2"', b'["0.2!"')
            .replace(b'["0.3"', b'["0.3!"'),
        ),
        (
            KLINE,
            KLINE.replace(b'"o":"1","c":"2","h":"3","l":"0.5"',
                          b'"o":"1!","c":"2!","h":"3!","l":"0.5!"'),
        ),
        (
            TICKER,
            TICKER.replace(b'"w":"1","c":"2"', b'"w":"1!","c":"2!"')
            .replace(b'"b":"1"', b'"b":"1!"')
            .replace(b'"a":"3"', b'"a":"3!"')
            .replace(b'"o":"1","h":"3","l":"1"', b'"o":"1!","h":"3!","l":"1!"'),
        ),
        (REST_DEPTH, REST_DEPTH.replace(b'["0.1"', b'["0.1!"').replace(b'["0.3"', b'["0.3!"')),
        (KLINES, KLINES.replace(b'"1","2","0.5","1.5"', b'"1!","2!","0.5!","1.5!"')),
        (TICKERS, TICKERS.replace(b'"1.0"', b'"1.0!"').replace(b'"3.0"', b'"3.0!"')),
        (AGGREGATES, AGGREGATES.replace(b'"0.1"', b'"0.1!"')),
        (ACCOUNT, ACCOUNT),
    ],
)  # fmt: skip
def test_prices_are_edited(before, after):
    """And ids, quantities and times that use the same letters are not."""
    assert BINANCE.edit_price(before, lambda text: text + "!") == after


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (TRADE, TRADE.replace(b'"q":"7"', b'"q":"0"')),
        (BOOK, BOOK.replace(b'"31.2"', b'"0"').replace(b'"40.6"', b'"0"')),
        (REST_DEPTH, REST_DEPTH.replace(b'"5"', b'"0"').replace(b'"7"', b'"0"')),
        (ACCOUNT, ACCOUNT.replace(b'"1.0"', b'"0"').replace(b'"0.5"', b'"0"')),
        (REPORT, REPORT.replace(b'"q":"1"', b'"q":"0"')),
    ],
)
def test_quantities_are_edited(before, after):
    """Sizes of levels, trades, balances and orders."""
    assert BINANCE.edit_quantity(before, lambda _: "0") == after


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (TRADE, TRADE.replace(b"1672515782136", b"1672515752136")),
        (KLINE, KLINE.replace(b"1672515782136", b"1672515752136")),
        (COMBINED, COMBINED.replace(b"1672515782136", b"1672515752136")),
        (TICKER, TICKER.replace(b"1672515782136", b"1672515752136")),
        (ACCOUNT, ACCOUNT.replace(b"1672515782136", b"1672515752136")),
        (REPORT, REPORT.replace(b"1672515782136", b"1672515752136")),
        (b'{"serverTime":1672515782136}', b'{"serverTime":1672515752136}'),
        (BOOK, BOOK),
        (KLINES, KLINES),
    ],
)
def test_times_are_edited_and_the_names_of_candles_are_not(before, after):
    """The open time of a candle says which candle it is; it is no reading of a clock."""
    assert BINANCE.edit_time(before, lambda time_ms: time_ms - 30_000) == after


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (TRADE, TRADE.replace(b'"t":5', b'"t":6')),
        (BOOK, BOOK.replace(b'"u":4', b'"u":5')),
        (COMBINED, COMBINED.replace(b'"U":1,"u":2', b'"U":2,"u":3')),
        (REST_DEPTH, REST_DEPTH.replace(b"160", b"161")),
        (AGGREGATES, AGGREGATES.replace(b"26129", b"26130")),
    ],
)
def test_sequences_are_edited(before, after):
    """Update ids of books, ids of trades."""
    assert BINANCE.edit_sequence(before, lambda number: number + 1) == after


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (COMBINED, COMBINED.replace(b'"s":"X"', b'"s":"Y"')),
        (KLINE, KLINE.replace(b'"s":"X"', b'"s":"Y"')),
        (TICKERS, TICKERS.replace(b'"X"', b'"Y"')),
    ],
)
def test_symbols_are_edited_and_the_stream_keeps_its_name(before, after):
    """The outer name stays what was subscribed."""
    assert BINANCE.edit_symbol(before, lambda _: "Y") == after


@pytest.mark.parametrize("what", ["price", "quantity", "time", "sequence", "symbol"])
@pytest.mark.parametrize("payload", [TRADE, BOOK, COMBINED, KLINE, TICKER, REST_DEPTH, KLINES])
def test_an_edit_that_changes_nothing_keeps_every_byte(what, payload):
    """The identity is the identity."""
    edit = getattr(BINANCE, f"edit_{what}")

    assert edit(payload, lambda value: value) == payload
