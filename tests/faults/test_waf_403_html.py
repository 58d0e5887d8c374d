"""The web application firewall."""

import pytest

from chaostrading.core.errors import InvalidInput
from chaostrading.faults.base import PASS, Answer, Close
from chaostrading.faults.registry import make


def test_answers_with_a_page_and_no_time_of_return(frame, dice, state):
    """HTML where the bot expects JSON, and nothing says when to come back."""
    fate = make("waf_403_html", {}).decide(frame(), dice, state)

    assert isinstance(fate, Answer)
    assert fate.status == 403
    assert dict(fate.headers)["Content-Type"] == "text/html"
    assert "Retry-After" not in dict(fate.headers)


def test_refuses_a_region_with_451(frame, dice, state):
    """451 has a body of its own."""
    fate = make("waf_403_html", {"status": 451}).decide(frame(), dice, state)

    assert fate.status == 451
    assert b"restricted location" in fate.body


def test_a_call_inside_a_websocket_loses_its_connection(frame, dice, state):
    """A firewall cannot answer there; market data goes on."""
    fault = make("waf_403_html", {})
    call = frame(
        "message", path="/ws-api/v3", direction="up", payload=b'{"id":1,"method":"order.place"}'
    )
    trade = frame("message", path="/ws", payload=b'{"e":"trade","E":1,"s":"X","p":"1"}')

    assert fault.decide(call, dice, state) == Close()
    assert fault.decide(trade, dice, state) == PASS


def test_refuses_bad_values():
    """Only the two statuses that firewalls use."""
    with pytest.raises(InvalidInput, match="status must be one of 403, 451, was 404"):
        make("waf_403_html", {"status": 404})
