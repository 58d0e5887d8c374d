"""Facts about market data as it reached the target, read from the wire by the proxy's witness.

Each returns a finite number or a JSON object of numbers, and fails when there was nothing to
measure. Good data is data that no fault of this run has touched. Streams are chosen by a shell
pattern of their names. None of these numbers decides a verdict; they stand in the journal, or
carry the tolerance of an experiment of your own.
"""

import fnmatch

from chaoslib.exceptions import ActivityFailed

from chaostrading import session
from chaostrading.checkers.base import Evidence
from chaostrading.checkers.reading import hits, orders
from chaostrading.checkers.reading import symbol as symbol_of
from chaostrading.checkers.sockets import data_of
from chaostrading.checkers.truth import mid_at
from chaostrading.core.errors import ChaosTradingError
from chaostrading.core.money import decimal_or_none
from chaostrading.records.types import MarketSlice, MessageRecord

__all__ = ["corrupt_share", "market_data_age_s", "order_price_error", "stream_ages_s"]


def market_data_age_s(stream: str = "*") -> float:
    """
    How old the newest good data of the quietest stream is, in seconds since it arrived.

    - `stream`: shell pattern of the streams to look at, e.g. `btcusdt@*`

    Fails when no such stream has brought good data in this run.

    Example:

        {"type": "probe", "name": "market-data-age-s", "tolerance": {"type": "range",
         "range": [0, 5]}, "provider": {"type": "python",
         "module": "chaostrading.probes.data", "func": "market_data_age_s",
         "arguments": {"stream": "*@bookTicker"}}}
    """
    return max(stream_ages_s(stream).values())


def stream_ages_s(stream: str = "*") -> dict[str, float]:
    """
    How old the newest good data of each stream is, in seconds since it arrived.

    - `stream`: shell pattern of the streams to look at, e.g. `btcusdt@*`

    Fails when no such stream has brought good data in this run.
    """
    seen = _evidence()
    newest = {
        record.stream: record.mono_s
        for record in data_of(seen)
        if isinstance(record, MarketSlice | MessageRecord) and _meant(record.stream, stream)
    }
    if not newest:
        raise ActivityFailed(f"no stream of the name {stream} has brought good data")
    return {name: round(max(0.0, seen.end_s - at), 3) for name, at in sorted(newest.items())}


def corrupt_share(stream: str = "*") -> float:
    """
    Which part of the messages of market data was touched since the first fault was armed, 0..1.

    - `stream`: shell pattern of the streams to look at, e.g. `btcusdt@*`

    Fails when no such message has come.
    """
    seen = _evidence()
    begin, end = seen.fault_s
    bad = [
        record
        for record in hits(seen)
        if isinstance(record, MessageRecord)
        and record.direction == "down"
        and _meant(record.stream, stream)
    ]
    good = sum(
        record.count
        for record in seen.records
        if isinstance(record, MarketSlice)
        and begin <= record.mono_s <= end
        and _meant(record.stream, stream)
    )
    if not bad and not good:
        raise ActivityFailed(
            f"no message of a stream of the name {stream} has come since the fault"
        )
    return len(bad) / (len(bad) + good)


def order_price_error(last_s: float = 10.0, symbol: str = "") -> float:
    """
    How far the target's orders were priced from the true price at most, as a share of it.

    The true price is the middle of the exchange's own book where that can be asked for, else the
    newest good market data. Orders without a price do not count.

    - `last_s`: how far to look back, in seconds
    - `symbol`: the symbol to look at, in the venue's spelling; empty looks at all

    Fails when there was no order with a price in that time.
    """
    seen = _evidence(final=True)
    errors = [
        abs(price / true - 1)
        for item in orders(seen, seen.end_s - last_s, seen.end_s)
        if (not symbol or symbol_of(item) == symbol)
        and (price := decimal_or_none(item.meaning.get("price"))) is not None
        and (true := mid_at(seen, symbol_of(item), item.mono_s)) is not None
    ]
    if not errors:
        raise ActivityFailed(f"no order with a price was sent within {last_s:g} s")
    return float(max(errors))


def _evidence(*, final: bool = False) -> Evidence:
    try:
        return session.current().evidence(final=final)
    except ChaosTradingError as error:
        raise ActivityFailed(str(error)) from error


def _meant(name: str, pattern: str) -> bool:
    return bool(name) and fnmatch.fnmatchcase(name, pattern)
