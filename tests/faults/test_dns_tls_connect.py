"""An exchange that cannot be reached."""

import pytest

from chaostrading.core.errors import InvalidInput
from chaostrading.faults.base import PASS, Close, Hold, Reset
from chaostrading.faults.registry import make


@pytest.mark.parametrize(
    ("form", "fate"), [("blackhole", Hold(for_s=15.0)), ("reset", Reset()), ("fin", Close())]
)
def test_new_connections_fail(frame, dice, state, form, fate):
    """Five seconds into twenty; the black hole opens when the twenty are over."""
    fault = make("dns_tls_connect", {"form": form})

    assert fault.decide(frame("connect", now_s=1_005.0), dice, state) == fate


def test_connections_succeed_when_it_is_over(frame, dice, state):
    """After 20 s."""
    fault = make("dns_tls_connect", {})

    assert fault.decide(frame("connect", now_s=1_020.0), dice, state) == PASS


@pytest.mark.parametrize(("cut", "fate"), [(False, PASS), (True, Reset())])
def test_open_connections_go_on_unless_they_are_to_be_cut(frame, dice, state, cut, fate):
    """Keep-alive connections of HTTP too."""
    fault = make("dns_tls_connect", {"cut_existing": cut})
    tick = frame("tick", websocket=False, connected_s=9.0)

    assert fault.decide(tick, dice, state) == fate


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        ({"form": "nxdomain"}, "form must be one of blackhole, reset, fin, was 'nxdomain'"),
        ({"for_s": 0.0}, "for_s must be within 0.1..86400, was 0.0"),
    ],
)
def test_refuses_bad_values(parameters, message):
    """The message names the parameter, the rule and the value."""
    with pytest.raises(InvalidInput, match=message):
        make("dns_tls_connect", parameters)
