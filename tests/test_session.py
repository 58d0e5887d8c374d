"""How a run takes back what it has put in force."""

import threading
from types import SimpleNamespace

import pytest

from chaostrading.core.clock import ManualClock
from chaostrading.core.errors import HealNotConfirmed, Unreachable
from chaostrading.session import Injection, Session


class Proxy:
    """Notes which leases were ended, and in which order with other things."""

    def __init__(self):
        self.ended = []

    def remove(self, lease):
        self.ended.append(lease)

    def leases(self):
        return {"leases": [], "ended": [{"id": lease} for lease in self.ended]}


@pytest.fixture
def run():
    made = object.__new__(Session)
    made.clock = ManualClock()
    made.injections = []
    made._lock = threading.RLock()
    made._clients = SimpleNamespace(proxy=Proxy())
    return made


def test_leases_end_before_a_target_that_may_hang_is_asked(run):
    """The lever promises that no lease is left after a second."""
    ended = run.proxy.ended
    run.add(
        Injection(fault="storm", parameters={}, began_s=0.0, end=lambda: ended.append("target"))
    )
    run.add(Injection(fault="http_429", parameters={}, began_s=0.0, lease="L1"))

    run.heal()

    assert ended == ["L1", "target"]
    assert all(one.ended_s is not None for one in run.injections)


def test_a_target_that_does_not_answer_keeps_no_lease_in_force(run):
    """What could not be proven is named, and all else has ended."""

    def end():
        raise Unreachable("target: GET /status failed")

    run.add(Injection(fault="storm", parameters={}, began_s=0.0, end=end))
    run.add(Injection(fault="http_429", parameters={}, began_s=0.0, lease="L1"))

    with pytest.raises(HealNotConfirmed, match="storm: target: GET /status failed"):
        run.heal()

    assert run.proxy.ended == ["L1"]
