"""The stack as real processes: its trader can be killed and started again in its place."""

import pytest

from chaostrading.paper.stack import start_stack
from chaostrading.targets.paper import PaperTarget

pytestmark = [pytest.mark.slow, pytest.mark.timeout(60)]


def test_a_trader_that_is_restarted_is_where_it_was_and_knows_what_it_knew(tmp_path):
    """Same address, same state folder, another process; it ends with the stack like the first."""
    stack = start_stack(tmp_path, seed=7)
    try:
        target = PaperTarget(stack.trader_url, token=stack.token)
        before, url = stack.pids(), stack.trader_url

        stack.restart_trader()

        after = stack.pids()
        events = [entry["event"] for entry in target.told()["audit"]]
        assert (stack.trader_url, target.healthy()) == (url, True)
        assert after["trader"] != before["trader"]
        assert (after["exchange"], after["proxy"]) == (before["exchange"], before["proxy"])
        assert events.count("TraderStarted") == 2
        assert "TraderStopped" not in events
    finally:
        stack.stop()
    assert stack.pids() == {}
