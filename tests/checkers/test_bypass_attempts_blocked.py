from witness_play import order, play, sample

from chaostrading.checkers.base import run_checker


def judge(evidence, **limits):
    return run_checker("bypass_attempts_blocked", evidence, limits)


def tried(*attempts):
    return {"parameters": {"risk_bypass_attempt": {"attempts": list(attempts)}}}


BY_API = {
    "mono_s": 1.0,
    "way": "api",
    "symbol": "BTCUSDT",
    "side": "BUY",
    "quantity": "50",
    "denied": "NOTIONAL_EXCEEDS_MAXIMUM",
}


def test_attempts_that_leave_no_trace_on_the_wire_hold():
    """Other orders go on."""
    finding = judge(play(order(1.5), **tried(BY_API, {**BY_API, "way": "signal"})))

    assert finding.answer == "held"
    assert finding.observed == "2 attempts by 2 ways, none reached the exchange"


def test_an_order_on_the_wire_is_broken_even_if_the_bot_said_denied():
    """Blocked in the log, order on the wire: the wire is the judge."""
    finding = judge(play(order(1.2, "z", quantity="50.0"), **tried(BY_API)))

    assert finding.answer == "broken"
    assert finding.observed == "1 of 1 attempt reached the exchange: api (1)"


def test_the_client_id_finds_the_order_whatever_its_size():
    """The bot split it."""
    named = {**BY_API, "client_id": "x1"}

    assert judge(play(order(9, "x1", quantity="10"), **tried(named))).answer == "broken"


def test_one_order_stands_for_one_attempt():
    """Of eight parallel attempts one got through."""
    finding = judge(play(order(1.2, "z", quantity="50"), **tried(*[BY_API] * 8)))

    assert finding.observed == "1 of 8 attempts reached the exchange: api (1)"


def test_attempts_of_a_sample_count():
    """The recorder may carry them as well."""
    assert judge(play(sample(2, attempts=[BY_API]))).answer == "held"


def test_no_attempt_is_unknown():
    """Controls within the limits are no attempts."""
    assert judge(play(order(1))).answer == "unknown"
    assert judge(play(**tried({**BY_API, "expect": "accepted"}))).answer == "unknown"
