"""What the probes of market data read from the wire."""

from types import SimpleNamespace

import pytest
from chaoslib.exceptions import ActivityFailed

from chaostrading import session
from chaostrading.checkers.base import Books, Evidence
from chaostrading.core.errors import NotArmed
from chaostrading.probes import data
from chaostrading.records.types import MarketSlice, MessageRecord, RequestRecord, Touch

TICKER, DEPTH = "btcusdt@bookTicker", "btcusdt@depth@100ms"
TOUCHED = (Touch(lease="L1", fault="bad_price", fate="replace"),)


def good(at, stream, count=1):
    return MarketSlice(seq=1, mono_s=at, wall_s=at, stream=stream, symbol="BTCUSDT", count=count)


def bad(at, stream):
    meaning = {"role": "market"}
    return MessageRecord(
        seq=1, mono_s=at, wall_s=at, stream=stream, meaning=meaning, touched=TOUCHED
    )


def order(at, price, symbol="BTCUSDT"):
    meaning = {"role": "order", "symbol": symbol, "price": price}
    return RequestRecord(seq=1, mono_s=at, wall_s=at, meaning=meaning)


@pytest.fixture
def seen(monkeypatch):
    """A run that has seen these records until second 30; its fault began in second 10."""

    def see(*records, mids=()):
        evidence = Evidence(
            records=records,
            baseline_s=(0.0, 10.0),
            fault_s=(10.0, 20.0),
            end_s=30.0,
            leases=("L1",),
            books=Books(mids=mids),
        )
        run = SimpleNamespace(evidence=lambda final=False: evidence)
        monkeypatch.setattr(session, "current", lambda: run)

    return see


def test_the_age_of_data_is_that_of_the_quietest_stream(seen):
    """The depth stream has been silent for 5 s; a touched message is no good data."""
    seen(good(25.0, DEPTH), bad(28.0, DEPTH), good(29.5, TICKER))

    assert data.stream_ages_s() == {TICKER: 0.5, DEPTH: 5.0}
    assert data.market_data_age_s() == 5.0
    assert data.market_data_age_s("*@bookTicker") == 0.5


def test_the_corrupt_share_counts_messages_and_not_slices(seen):
    """Three good messages in one slice and one bad one; what came before the fault is left out."""
    seen(good(5.0, TICKER, count=100), good(12.0, TICKER, count=3), bad(13.0, TICKER))

    assert data.corrupt_share() == 0.25


def test_the_price_error_is_the_largest_distance_from_the_true_price(seen):
    """2 % below the price of the books at that moment; orders of other symbols do not count."""
    seen(
        order(21.0, "50.5"),
        order(22.0, "49"),
        order(23.0, "1", symbol="ETHUSDT"),
        mids=((15.0, "BTCUSDT", "50"), (15.0, "ETHUSDT", "2")),
    )

    assert data.order_price_error(symbol="BTCUSDT") == pytest.approx(0.02)
    assert data.order_price_error() == pytest.approx(0.5)


@pytest.mark.parametrize(
    ("probe", "sentence"),
    [
        (data.market_data_age_s, r"no stream of the name \* has brought good data"),
        (data.corrupt_share, r"no message of a stream of the name \* has come"),
        (data.order_price_error, "no order with a price was sent within 10 s"),
    ],
)
def test_nothing_to_measure_is_not_zero(seen, probe, sentence):
    """A probe that cannot tell fails."""
    seen()

    with pytest.raises(ActivityFailed, match=sentence):
        probe()


def test_without_a_guarded_run_there_is_nothing_to_ask(monkeypatch):
    """The refusal of the session is what the journal says."""

    def refuse():
        raise NotArmed("not injecting: guard has not armed this run")

    monkeypatch.setattr(session, "current", refuse)

    with pytest.raises(ActivityFailed, match="guard has not armed"):
        data.market_data_age_s()
