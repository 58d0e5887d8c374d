"""Prices that stand still while the market moves."""

import pytest
from binance_samples import book_ticker, combined, diff, snapshot, trade

from chaostrading.core.errors import InvalidInput
from chaostrading.faults.base import PASS, Replace
from chaostrading.faults.registry import make
from chaostrading.venues.base import Meaning

TICKER = "/ws/btcusdt@bookTicker"
DEPTH = "/ws/btcusdt@depth"
T0 = 1_750_000_000_000


@pytest.fixture
def message(frame):
    return lambda payload, path=TICKER, **more: frame("message", path=path, payload=payload, **more)


def test_a_sends_the_same_message_again_and_again(message, dice, state):
    """Old prices, old number; frames keep coming."""
    fault = make("stale_price", {})
    first, later = book_ticker("100.00", "100.10", update=1), book_ticker("99.00", "99.10")

    fates = [fault.decide(message(payload), dice, state) for payload in (first, later, later)]

    assert fates == [PASS, Replace(payloads=(first,)), Replace(payloads=(first,))]


def test_a_freezes_each_source_in_its_own_wrapper(message, dice, state):
    """Raw and combined connections of one stream get their own shape."""
    fault = make("stale_price", {})
    name = "btcusdt@bookTicker"
    raw, wrapped = book_ticker("100.00"), combined(name, book_ticker("100.00"))
    fault.decide(message(raw), dice, state)
    fault.decide(message(wrapped, "/stream", connection=2), dice, state)

    fates = [
        fault.decide(message(book_ticker("90.00")), dice, state),
        fault.decide(message(combined(name, book_ticker("90.00")), "/stream"), dice, state),
    ]

    assert fates == [Replace(payloads=(raw,)), Replace(payloads=(wrapped,))]


def test_a_freezes_answers_too(frame, dice, state):
    """The same request gets the same body; times in the query make no other request of it."""
    fault = make("stale_price", {})

    fates = [
        fault.decide(
            frame(
                "answer",
                path="/api/v3/depth",
                query=f"symbol=BTCUSDT&endTime={time}",
                payload=snapshot(last),
            ),
            dice,
            state,
        )
        for time, last in [(1_750_000_000_000, 160), (1_750_000_001_000, 170)]
    ]

    assert fates == [PASS, Replace(payloads=(snapshot(160),))]


def test_a_frozen_answer_of_the_websocket_api_carries_the_id_of_its_request(frame, dice, state):
    """Otherwise the client would wait for its answer instead of believing it."""
    fault = make("stale_price", {})
    meant = {"role": "market", "endpoint": "depth", "symbol": "BTCUSDT"}

    fates = [
        fault.decide(
            frame(
                "message",
                path="/ws-api/v3",
                payload=b'{"id":%d,"status":200,"result":{"lastUpdateId":%d}}' % (number, last),
                meaning=Meaning(request_id=str(number), **meant),
            ),
            dice,
            state,
        )
        for number, last in [(1, 160), (2, 170)]
    ]

    old = b'{"id":2,"status":200,"result":{"lastUpdateId":160}}'
    assert fates == [PASS, Replace(payloads=(old,))]


def test_other_symbols_go_on(message, dice, state):
    """The first symbol seen is the one that freezes, unless it is named."""
    fault = make("stale_price", {})
    others = [book_ticker(f"{n}.00", symbol="ETHUSDT") for n in (1, 2, 3)]
    fault.decide(message(book_ticker()), dice, state)

    fates = [fault.decide(message(payload, "/ws"), dice, state) for payload in others]

    assert fates == [PASS, PASS, PASS]


def test_b_has_old_prices_with_fresh_stamps(message, dice, state):
    """Number and time are those of the new trade, price and quantity are the old ones."""
    fault = make("stale_price", {"variant": "b"})
    fault.decide(message(trade(1, "100.05", time=T0 + 1_000)), dice, state)
    new = trade(2, "95.00", time=T0 + 2_000).replace(b'"q":"0.5"', b'"q":"0.7"')

    fate = fault.decide(message(new), dice, state)

    assert fate == Replace(payloads=(trade(2, "100.05", time=T0 + 2_000),))


def test_a_can_make_stamps_older_at_once(message, dice, state):
    """The first frame already says that it is 31 s old; what carries no stamp is only frozen."""
    fault = make("stale_price", {"age_s": 31.0})
    frames = [trade(1, time=T0), trade(2, "95.00", time=T0 + 1_000), book_ticker("100.00")]

    fates = [fault.decide(message(payload), dice, state) for payload in frames[:2]]
    state.memory.clear()
    unstamped = fault.decide(message(frames[2]), dice, state)

    assert fates == [Replace(payloads=(trade(1, time=T0 - 31_000),))] * 2
    assert unstamped == PASS


def test_b_keeps_the_levels_of_a_book_together(message, dice, state):
    """The old levels come with the new sequence numbers and time."""
    fault = make("stale_price", {"variant": "b"})
    old = [("100.00", "1.0")]
    fault.decide(message(diff(1, 5, bids=old, time=T0 + 1_000), DEPTH), dice, state)

    new = diff(6, 9, bids=[("99.00", "1.0"), ("98.00", "2.0")], time=T0 + 2_000)
    fate = fault.decide(message(new, DEPTH), dice, state)

    assert fate == Replace(payloads=(diff(6, 9, bids=old, time=T0 + 2_000),))


@pytest.mark.parametrize(("reverse", "frozen"), [(False, "answer"), (True, "message")])
def test_c_freezes_answers_or_streams_alone(frame, message, dice, state, reverse, frozen):
    """A cache behind REST while the stream is fresh, or the reverse."""
    fault = make("stale_price", {"variant": "c", "reverse": reverse})

    fates = {"answer": [], "message": []}
    for last in (1, 2):
        fates["answer"].append(fault.decide(frame("answer", payload=snapshot(last)), dice, state))
        fates["message"].append(fault.decide(message(trade(last)), dice, state))

    assert isinstance(fates.pop(frozen)[1], Replace)
    assert list(fates.values()) == [[PASS, PASS]]


def test_d_runs_ahead_and_then_freezes(message, dice, state):
    """Stamps are 60 s in the future for 5 s; the last of them stays."""
    fault = make("stale_price", {"variant": "d"})

    fates = [
        fault.decide(message(trade(n, time=T0 + time), now_s=now), dice, state)
        for n, time, now in [(1, 1_000, 1_000), (2, 5_000, 1_004), (3, 9_000, 1_008)]
    ]

    assert fates == [
        Replace(payloads=(trade(1, time=T0 + 61_000),)),
        Replace(payloads=(trade(2, time=T0 + 65_000),)),
        Replace(payloads=(trade(2, time=T0 + 65_000),)),
    ]


def test_everything_but_market_data_passes(frame, message, dice, state):
    """Orders, acknowledgements and the client's own messages."""
    fault = make("stale_price", {"symbol": "*"})
    frames = [
        frame("answer", method="POST", path="/api/v3/order", payload=b'{"orderId":1}'),
        frame("answer", status=503, payload=b"{}"),
        message(b'{"result":null,"id":1}'),
        message(b'{"method":"SUBSCRIBE","params":["a@trade"],"id":1}', direction="up"),
    ]

    assert [fault.decide(one, dice, state) for one in frames * 2] == [PASS] * 8


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        ({"variant": "e"}, "variant must be one of a, b, c, d, was 'e'"),
        ({"age_s": -1.0}, "age_s must be within 0..86400, was -1.0"),
        ({"ahead_s": 0.0}, "ahead_s must be within 0.001..86400, was 0.0"),
        ({"ahead_for_s": -1.0}, "ahead_for_s must be within 0..3600, was -1.0"),
    ],
)
def test_refuses_bad_values(parameters, message):
    """The message names the parameter, the rule and the value."""
    with pytest.raises(InvalidInput, match=message):
        make("stale_price", parameters)
