"""An error that looks like a success."""

import pytest

from chaostrading.core.errors import InvalidInput
from chaostrading.faults.base import PASS
from chaostrading.faults.registry import make


@pytest.mark.parametrize(
    ("venue", "parameters", "body"),
    [
        ("kraken", {}, b'{"error":["EAPI:Rate limit exceeded"]}'),
        ("kraken", {"code": "EService:Unavailable"}, b'{"error":["EService:Unavailable"]}'),
        ("okx", {}, b'{"code":"50011","data":[],"msg":"Too Many Requests"}'),
        ("binance", {"dialect": "kraken"}, b'{"error":["EAPI:Rate limit exceeded"]}'),
        (
            "binance",
            {"code": "-1021"},
            b'{"code":-1021,"msg":"Timestamp for this request is outside of the recvWindow."}',
        ),
    ],
)
def test_the_error_is_said_with_status_200(frame, dice, state, venue, parameters, body):
    """In the words of the proxy's venue, or of another."""
    fate = make("error_in_200_body", parameters).decide(frame(venue=venue), dice, state)

    assert fate.status == 200
    assert fate.body == body


@pytest.mark.parametrize(
    ("path", "body"), [("/api/v3/openOrders", b"[]"), ("/api/v3/account", b"{}")]
)
def test_an_empty_result_is_no_error_at_all(frame, dice, state, path, body):
    """The account looks flat, and nothing says that it is not."""
    fate = make("error_in_200_body", {"empty_result": True}).decide(frame(path=path), dice, state)

    assert (fate.status, fate.body) == (200, body)


def test_upgrades_pass(frame, dice, state):
    """No exchange answers an upgrade with 200."""
    fault = make("error_in_200_body", {})

    assert fault.decide(frame(path="/ws", upgrade=True), dice, state) == PASS


def test_refuses_bad_values():
    """An unknown venue lists the known ones."""
    with pytest.raises(InvalidInput, match="did you mean kraken"):
        make("error_in_200_body", {"dialect": "krakn"})
