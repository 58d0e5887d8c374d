"""Market data is summed up without reading every message, and nothing private hides in it."""

from collections import Counter
from typing import Any

import pytest

from chaostrading.proxy import frames
from chaostrading.proxy.frames import Cutter
from chaostrading.proxy.market import Market, is_market
from chaostrading.proxy.stats import Stats
from chaostrading.proxy.witness import Witness
from chaostrading.venues import venue
from chaostrading.venues.base import Meaning


class Reader:
    """A market with a venue that counts how many messages it was asked to read."""

    def __init__(self, path: str = "/ws", dialect: str = "binance") -> None:
        self.venue = venue(dialect)
        self.path = path
        self.read = 0
        self.private: list[bytes] = []
        self.witness = Witness(self.venue)
        self.stats = Stats(self.venue)
        self.market = Market(self.venue, path, self._unknown)
        self.cutter = Cutter()

    def _unknown(self, data: bytes, begin: int, span: frames.Span) -> None:
        _, start, end = span
        payload = data[start:end]
        self.read += 1
        meaning = self.venue.read_message(self.path, "down", payload)
        if is_market(meaning):
            self.market.add(meaning, payload, 1.0)
        else:
            self.private.append(payload)

    def skim(self, *payloads: bytes) -> None:
        data = b"".join(frames.build(frames.TEXT, payload) for payload in payloads)
        data, begin = self.cutter.open(data)
        self.cutter.close(data, self.market.skim(data, begin, 1.0))

    def flush(self) -> list[dict[str, Any]]:
        self.market.flush(1, self.witness, self.stats, 0.0)
        rows: list[dict[str, Any]] = self.witness.read()["records"]
        return rows


def trade(symbol: str, number: int) -> bytes:
    return b'{"e":"trade","E":%d,"s":"%s","t":%d,"p":"5.%d","q":"1"}' % (
        1_750_000_000_000 + number, symbol.encode(), number, number,
    )  # fmt: skip


def test_a_known_stream_is_read_once_and_counted_by_its_first_bytes() -> None:
    """One message is read to learn the shape, the newest one for its price."""
    reader = Reader()

    reader.skim(*(trade("BTCUSDT", number) for number in range(100)))

    [row] = reader.flush()
    assert reader.read == 1
    assert (row["stream"], row["symbol"], row["count"]) == ("btcusdt@trade", "BTCUSDT", 100)
    assert (row["price"], row["sequence"], row["event_time_ms"]) == ("5.99", 99, 1_750_000_000_099)


def test_streams_are_told_apart_when_they_come_mixed() -> None:
    """Symbols and kinds each have a slice of their own, with their own newest price."""
    reader = Reader()
    book = b'{"u":400900217,"s":"BTCUSDT","b":"5.1","B":"1","a":"5.2","A":"1"}'
    for number in range(10):
        reader.skim(trade("BTCUSDT", number), trade("ETHUSDT", number), book)

    counts = {row["stream"]: (row["count"], row["price"]) for row in reader.flush()}

    assert counts == {
        "btcusdt@trade": (10, "5.9"),
        "ethusdt@trade": (10, "5.9"),
        "btcusdt@bookTicker": (10, "5.1"),
    }
    assert reader.read == 3


def test_a_combined_stream_is_known_by_its_name() -> None:
    """`{"stream":"btcusdt@trade","data":...`."""
    reader = Reader("/stream")
    for number in range(10):
        reader.skim(b'{"stream":"btcusdt@trade","data":%s}' % trade("BTCUSDT", number))

    [row] = reader.flush()

    assert (row["stream"], row["count"], reader.read) == ("btcusdt@trade", 10, 1)


def test_private_events_are_never_counted_as_market_data() -> None:
    """However many trades of the same symbol surround them."""
    reader = Reader()
    report = b'{"e":"executionReport","E":1750000000123,"s":"BTCUSDT","c":"a","X":"NEW","i":5}'
    notice = b'{"e":"serverShutdown","E":1750000000123}'
    answer = b'{"result":null,"id":3}'
    for number in range(20):
        reader.skim(trade("BTCUSDT", number), report, notice, trade("BTCUSDT", number), answer)

    [row] = reader.flush()

    assert row["count"] == 40
    assert Counter(reader.private) == {report: 20, notice: 20, answer: 20}


def test_a_name_that_means_two_streams_is_not_trusted_again() -> None:
    """Candles of two intervals begin alike; once seen, they are read one by one."""
    reader = Reader()

    def candle(interval: str) -> bytes:
        return (
            b'{"e":"kline","E":1750000000123,"s":"BTCUSDT","k":{"i":"%s","c":"5"}}'
            % interval.encode()
        )

    reader.skim(candle("1m"), candle("5m"))
    reader.flush()
    for _ in range(5):
        reader.skim(candle("1m"), candle("5m"))

    last = {row["stream"]: row["count"] for row in reader.flush()[-2:]}

    assert last == {"btcusdt@kline_1m": 5, "btcusdt@kline_5m": 5}


def test_messages_that_no_venue_can_read_are_counted_under_their_path() -> None:
    """Opaque bytes are not parsed at all."""
    reader = Reader("/feed", "generic")
    reader.skim(b"\x00\x01binary", b"17 plain text", b"pong")

    [row] = reader.flush()

    assert (row["stream"], row["count"], reader.read) == ("/feed", 3, 0)


@pytest.mark.parametrize(
    ("meaning", "summed"),
    [
        (Meaning(role="market"), True),
        (Meaning(), True),
        (Meaning(role="market", request_id="1"), False),
        (Meaning(role="private"), False),
        (Meaning(role="session"), False),
        (Meaning(role="subscription"), False),
    ],
)
def test_only_market_data_is_summed_up(meaning: Meaning, summed: bool) -> None:
    """Answers, private events and notices are records of their own."""
    assert is_market(meaning) == summed


def test_a_stream_that_is_silent_writes_nothing() -> None:
    """A slice is written only for what was heard since the last one."""
    reader = Reader()
    reader.skim(trade("BTCUSDT", 1))
    reader.flush()

    assert len(reader.flush()) == 1
    assert reader.stats.streams["btcusdt@trade"].count == 1


def test_a_run_of_one_length_ends_where_another_stream_or_a_private_event_begins() -> None:
    """Equal neighbours are walked at once; what is not equal is never among them."""
    reader = Reader()
    reader.skim(trade("BTCUSDT", 1), trade("ETHUSDT", 1))
    mine = b'{"e":"executionReport","E":1750000000001,"s":"BTCUSDT","c":"mine","S":"BUY"}'
    same_length = mine + b" " * (len(trade("BTCUSDT", 1)) - len(mine))

    reader.skim(
        *[trade("BTCUSDT", 1)] * 5,
        *[trade("ETHUSDT", 2)] * 3,
        *[trade("BTCUSDT", 3)] * 4,
        same_length,
        *[trade("BTCUSDT", 12_345)] * 2,
        *[trade("BTCUSDT", 7)] * 2,
    )

    counts = {row["symbol"]: row["count"] for row in reader.flush()}
    assert counts == {"BTCUSDT": 1 + 13, "ETHUSDT": 1 + 3}
    assert reader.private == [same_length]
    assert reader.read == 3


def test_a_message_without_a_number_before_its_name_is_known_too() -> None:
    """Combined streams begin with the stream's name."""
    reader = Reader("/stream")
    row = b'{"stream":"btcusdt@trade","data":' + trade("BTCUSDT", 1) + b"}"

    reader.skim(row, row, row, row)

    assert [(one["stream"], one["count"]) for one in reader.flush()] == [("btcusdt@trade", 4)]
    assert reader.read == 1
