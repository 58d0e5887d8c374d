"""One endpoint fails, the others work."""

import pytest

from chaostrading.core.errors import InvalidInput
from chaostrading.core.seeds import Dice
from chaostrading.faults.base import PASS, Delay, Hold
from chaostrading.faults.registry import make

ORDER = {"method": "POST", "path": "/api/v3/order", "query": "symbol=X&side=BUY&quantity=1"}
CANCEL = {"method": "DELETE", "path": "/api/v3/order", "query": "symbol=X&orderId=1"}


def pattern(fault, frame, dice, state, count):
    return [fault.decide(frame(**CANCEL), dice, state) != PASS for _ in range(count)]


def test_every_second_cancel_fails_and_entries_work(frame, dice, state):
    """The asymmetric failure that leaves positions open."""
    fault = make("endpoint_partial_failure", {"executed": "no"})

    cancels = [fault.decide(frame(**CANCEL), dice, state) for _ in range(4)]
    order = fault.decide(frame(**ORDER), dice, state)

    assert [getattr(fate, "status", 200) for fate in cancels] == [503, 200, 503, 200]
    assert order == PASS


@pytest.mark.parametrize(
    ("parameters", "expected"),
    [
        ({"failing_share": 0.25}, [True, False, False, False] * 2),
        ({"failing_share": 1.0}, [True] * 8),
        ({"failing_share": 0.0}, [False] * 8),
        ({"pattern": "burst", "burst": 2}, [True, True, False, False] * 2),
    ],
)
def test_the_pattern_says_which_calls_fail(frame, dice, state, parameters, expected):
    """Evenly spread, or in bursts."""
    fault = make("endpoint_partial_failure", {"executed": "no", **parameters})

    assert pattern(fault, frame, dice, state, 8) == expected


def test_at_random_about_the_share_fails(frame, state):
    """By seeded dice."""
    fault = make(
        "endpoint_partial_failure", {"executed": "no", "pattern": "random", "failing_share": 0.3}
    )

    failed = sum(pattern(fault, frame, Dice(5), state, 200))

    assert 35 < failed < 85


def test_a_failure_after_execution_waits_for_the_answer(frame, dice, state):
    """Of the answers only those of failing calls are touched."""
    fault = make("endpoint_partial_failure", {"executed": "yes"})
    seen = []

    for _ in range(4):
        seen.append(fault.decide(frame(**CANCEL), dice, state))
        seen.append(fault.decide(frame("answer", payload=b"{}", **CANCEL), dice, state))

    statuses = [getattr(fate, "status", 200) for fate in seen]
    assert statuses == [200, 503, 200, 200, 200, 503, 200, 200]


@pytest.mark.parametrize(
    ("error", "kind", "expected"),
    [
        ("http_429", "request", 429),
        ("waf_403_html", "request", 403),
        ("error_in_200_body", "request", 200),
        ("edge_html_5xx", "request", 520),
        ("overload_shed", "request", PASS),
        ("request_lost", "request", Hold(for_s=30.0, then="reset")),
        ("response_lost", "answer", Hold(for_s=30.0, then="reset")),
        ("late_response", "answer", Delay(delay_s=10.4)),
    ],
)
def test_the_error_is_another_fault_of_the_catalogue(frame, dice, state, error, kind, expected):
    """At the request or at the answer, as that fault does it. Shedding spares cancels."""
    fault = make("endpoint_partial_failure", {"error": error, "executed": "no"})

    asked = fault.decide(frame(**CANCEL), dice, state)
    fate = asked if kind == "request" else fault.decide(frame("answer", **CANCEL), dice, state)

    assert getattr(fate, "status", fate) == expected


def test_the_error_carries_the_code_that_is_wished(frame, dice, state):
    """An error in a 200 body need not be the rate limit, which concerns the whole address."""
    fault = make("endpoint_partial_failure", {"error": "error_in_200_body", "code": "-1000"})

    fate = fault.decide(frame(**CANCEL), dice, state)

    assert fate.status == 200
    assert b"-1000" in fate.body


def test_path_method_and_symbol_narrow_it(frame, dice, state):
    """For a call of the WebSocket API the path is its method."""
    fault = make(
        "endpoint_partial_failure",
        {"roles": [], "path": "order.*", "symbol": "X", "executed": "no", "failing_share": 1},
    )
    call = b'{"id":1,"method":"order.status","params":{"symbol":"X"}}'
    other = b'{"id":1,"method":"order.status","params":{"symbol":"Y"}}'
    api = {"path": "/ws-api/v3", "direction": "up"}

    assert fault.decide(frame("message", payload=call, **api), dice, state).status == 503
    assert fault.decide(frame("message", payload=other, **api), dice, state) == PASS


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        ({"error": "latency_rest"}, "error must be one of http_429, "),
        ({"pattern": "often"}, "pattern must be one of alternate, random, burst"),
        ({"failing_share": 2}, "failing_share must be within 0..1, was 2.0"),
        ({"roles": "cancel"}, r"roles must be of type list\[str\], was 'cancel'"),
        ({"status": 404}, "http_5xx_status_unknown: status must be one of 500, 502, 503, 504"),
    ],
)
def test_refuses_bad_values(parameters, message):
    """Also what the other fault would refuse."""
    with pytest.raises(InvalidInput, match=message):
        make("endpoint_partial_failure", parameters)
