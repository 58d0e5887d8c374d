"""The trading rules change under way."""

import pytest

from chaostrading.core.errors import InvalidInput
from chaostrading.faults.base import PASS, Replace
from chaostrading.faults.registry import make

RULES = (
    b'{"symbols":[{"symbol":"BTCUSDT","filters":[{"tickSize":"0.01000000"},{"minQty":"0.00010000",'
    b'"stepSize":"0.00010000"},{"minNotional":"10.00000000"}]}]}'
)


def order(frame, quantity, price=""):
    query = f"symbol=BTCUSDT&side=BUY&quantity={quantity}" + (f"&price={price}" if price else "")
    return frame(method="POST", path="/api/v3/order", query=query)


@pytest.mark.parametrize(
    ("quantity", "price", "text"),
    [
        ("0.00150000", "60000.00", b"Filter failure: LOT_SIZE"),
        ("0.00100000", "60000.00", None),
        ("0.00100000", "9000.00", b"Filter failure: NOTIONAL"),
        ("0.00100000", "", None),
        ("0.01000000", "60000.001", b"Filter failure: PRICE_FILTER"),
    ],
)
def test_orders_that_break_the_new_rules_are_rejected(frame, dice, state, quantity, price, text):
    """By default the step is a hundred times larger and the least value twice as high."""
    fault = make("filter_change", {})

    fate = fault.decide(order(frame, quantity, price), dice, state)

    assert (fate != PASS) is (text is not None)
    assert (text or b"") in getattr(fate, "body", b"")


def test_published_rules_are_the_new_ones(frame, dice, state):
    """Edited in place; every other byte stays."""
    fault = make("filter_change", {"tick_size_factor": 10})

    fate = fault.decide(frame("answer", path="/api/v3/exchangeInfo", payload=RULES), dice, state)

    assert isinstance(fate, Replace)
    assert fate.payloads == (
        RULES.replace(b"0.00010000", b"0.01000000")
        .replace(b'"tickSize":"0.01000000"', b'"tickSize":"0.10000000"')
        .replace(b"10.00000000", b"20.00000000"),
    )


def test_the_old_rules_are_learned_from_the_exchange(frame, dice, state):
    """Before that they are taken from the parameters."""
    fault = make("filter_change", {"step_size": "0.00001"})
    before = fault.decide(order(frame, "0.00100000", "60000"), dice, state)

    fault.decide(frame("answer", path="/api/v3/exchangeInfo", payload=RULES), dice, state)
    after = fault.decide(order(frame, "0.00100000", "60000"), dice, state)

    assert before == PASS
    assert b"LOT_SIZE" in after.body


def test_published_rules_may_lag_behind(frame, dice, state):
    """A cache still tells the old ones while the engine enforces the new."""
    fault = make("filter_change", {"stale_rules_s": 10})
    path = "/api/v3/exchangeInfo"

    early = fault.decide(frame("answer", path=path, payload=RULES, now_s=1_009.0), dice, state)
    late = fault.decide(frame("answer", path=path, payload=RULES, now_s=1_010.0), dice, state)

    assert early == PASS
    assert late != PASS


def test_other_symbols_keep_their_rules(frame, dice, state):
    """Neither enforced nor published."""
    fault = make("filter_change", {"symbol": "ETHUSDT"})
    rules = frame("answer", path="/api/v3/exchangeInfo", payload=RULES)

    assert fault.decide(order(frame, "0.00150000", "60000"), dice, state) == PASS
    assert fault.decide(rules, dice, state) == PASS


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        ({"step_size_factor": 0}, "step_size_factor must be within"),
        (
            {"min_notional": "five"},
            "filter_change: min_notional must be a decimal number, was 'five'",
        ),
        ({"tick_size": "NaN"}, "filter_change: tick_size must be finite, was 'NaN'"),
    ],
)
def test_refuses_bad_values(parameters, message):
    """Rules are decimal texts."""
    with pytest.raises(InvalidInput, match=message):
        make("filter_change", parameters)
