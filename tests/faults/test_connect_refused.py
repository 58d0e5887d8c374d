"""An exchange whose port is closed."""

import pytest

from chaostrading.core.errors import InvalidInput
from chaostrading.faults.base import PASS, Reset
from chaostrading.faults.registry import make


def test_asks_the_proxy_to_close_its_port():
    """No frame is left to decide about."""
    assert make("connect_refused", {}).refuses_connections is True


@pytest.mark.parametrize(("cut", "fate"), [(True, Reset()), (False, PASS)])
@pytest.mark.parametrize("websocket", [True, False])
def test_resets_open_connections_if_asked(frame, dice, state, cut, fate, websocket):
    """WebSockets and keep-alive connections, so that nobody goes on by an old one."""
    fault = make("connect_refused", {"cut_existing": cut})
    tick = frame("tick", websocket=websocket, connected_s=9.0)

    assert fault.decide(tick, dice, state) == fate


def test_refuses_bad_values():
    """The message names the parameter, the rule and the value."""
    with pytest.raises(InvalidInput, match="connect_refused: cut_existing must be of type bool"):
        make("connect_refused", {"cut_existing": "rst"})
