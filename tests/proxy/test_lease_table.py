"""Leases: how they begin, whom they touch, and every way they end."""

from typing import Any

import pytest
from proxy_bench import Scripted

from chaostrading.core.clock import ManualClock
from chaostrading.core.errors import InvalidInput, Refused, unknown_name
from chaostrading.faults.base import Answer, Frame
from chaostrading.faults.lease_request import LeaseRequest, Scope
from chaostrading.proxy.lease import Lease
from chaostrading.proxy.leases import LeaseTable
from chaostrading.venues import venue
from chaostrading.venues.base import Meaning

BINANCE = venue("binance")


class Hall:
    """A table with one scripted fault, a manual clock, and a diary of what was told."""

    def __init__(self, kinds: str = "request", state_per: str = "connection", **more: Any) -> None:
        self.clock = ManualClock()
        self.told: list[tuple[str, str, str]] = []
        self.fault = Scripted(
            Answer(status=503), kinds, lambda frame, dice, state: True, state_per, False
        )
        self.table = LeaseTable(self._make, self.clock, told=self._told, **more)

    def _make(self, name: str, parameters: Any) -> Any:
        if name != "scripted":
            raise unknown_name("fault", name, ["scripted"])
        return self.fault

    def _told(self, event: str, lease: Lease) -> None:
        self.told.append((event, lease.id, lease.reason))

    def arm(self, **more: Any) -> Lease:
        return self.table.arm(LeaseRequest(fault="scripted", **more))

    def frame(self, **more: Any) -> Frame:
        values: dict[str, Any] = {
            "kind": "request", "venue": BINANCE, "now_s": self.clock.monotonic(), "now_ms": 0,
            "connection": 1, "method": "GET", "path": "/api/v3/time",
        }  # fmt: skip
        return Frame(**values | more)

    def hits(self, count: int, **more: Any) -> list[bool]:
        """Whether each of so many frames is touched."""
        frames = [self.frame(**more) for _ in range(count)]
        return [self.table.ask(frame, self.table.in_force) is not None for frame in frames]


def test_a_lease_is_in_force_from_its_start_to_its_duration() -> None:
    """`start_s` after arming, for `duration_s`."""
    hall = Hall()
    lease = hall.arm(start_s=2.0, duration_s=5.0, ttl_s=60.0)
    assert hall.hits(1) == [False]
    assert hall.table.next_due_s() == lease.start_s

    hall.clock.advance(2.0)
    hall.table.expire()
    assert hall.hits(1) == [True]

    hall.clock.advance(4.9)
    hall.table.expire()
    assert hall.hits(1) == [True]

    hall.clock.advance(0.1)
    hall.table.expire()
    assert hall.hits(1) == [False]
    assert hall.told == [("armed", "lease-1", ""), ("ended", "lease-1", "duration")]


def test_a_silent_owner_ends_a_lease_and_a_renewal_keeps_it() -> None:
    """The dead man's switch: `ttl_s` without a renewal."""
    hall = Hall()
    lease = hall.arm(ttl_s=3.0, duration_s=60.0)
    hall.clock.advance(2.9)
    assert hall.table.renew(lease.id) is lease
    hall.clock.advance(2.9)
    hall.table.expire()
    assert len(hall.table) == 1

    hall.clock.advance(0.1)
    hall.table.expire()

    assert len(hall.table) == 0
    assert lease.reason == "owner_silent"
    assert hall.table.renew(lease.id) is None


def test_a_lease_ends_after_its_hits() -> None:
    """The third request is let alone."""
    hall = Hall()
    lease = hall.arm(max_hits=2)
    touched = []
    for _ in range(3):
        found = hall.table.ask(hall.frame(), hall.table.in_force)
        touched.append(found is not None)
        if found is not None:
            hall.table.done(found[0])

    assert touched == [True, True, False]
    assert (lease.ended, lease.reason, lease.hits) == (True, "max_hits", 2)


def test_a_spent_lease_stays_until_nothing_waits_for_it() -> None:
    """A delayed frame is not given back early because it was the last one."""
    hall = Hall()
    lease = hall.arm(max_hits=1)
    hall.hits(1)
    lease.took()
    hall.table.done(lease)
    assert not lease.ended
    assert hall.hits(1) == [False]

    lease.gave_back()

    assert lease.reason == "max_hits"


def test_leases_are_removed_by_id_by_owner_and_all() -> None:
    """What was ended is listed; what was not there needs no ending."""
    hall = Hall()
    for owner in ("a", "a", "b", "c"):
        hall.arm(owner=owner)

    assert hall.table.remove("lease-2") == ["lease-2"]
    assert hall.table.remove("lease-2") == []
    assert hall.table.remove_all("a") == ["lease-1"]
    assert hall.table.remove_all() == ["lease-3", "lease-4"]
    assert [row["id"] for row in hall.table.rows()["ended"]] == [
        "lease-2", "lease-1", "lease-3", "lease-4",
    ]  # fmt: skip


def test_the_lever_ends_all_and_refuses_new_ones_until_released() -> None:
    """One call, and nothing can be armed."""
    hall = Hall()
    hall.arm()

    assert hall.table.lever(True, "stop it") == ["lease-1"]

    with pytest.raises(Refused, match="the lever is engaged, nothing can be armed: stop it"):
        hall.arm()
    hall.table.lever(False, "")
    assert hall.arm().id == "lease-2"


def test_longer_leases_than_allowed_are_refused() -> None:
    """The limit of the proxy is above what is asked of it."""
    hall = Hall(longest_s=10.0)

    with pytest.raises(Refused, match=r"duration_s must be at most 10 on this proxy, was 10\.5"):
        hall.arm(duration_s=10.5)

    assert hall.arm(duration_s=10.0).id == "lease-1"


def test_an_unknown_fault_is_refused_with_the_known_ones() -> None:
    """And nothing has changed."""
    hall = Hall()

    with pytest.raises(InvalidInput, match="unknown fault 'script', did you mean scripted"):
        hall.table.arm(LeaseRequest(fault="script"))

    assert len(hall.table) == 0
    assert hall.told == []


def test_every_second_frame_is_touched_in_alternate_mode() -> None:
    """Exactly half, beginning with the first."""
    hall = Hall()
    lease = hall.arm(mode="alternate")

    assert hall.hits(6) == [True, False, True, False, True, False]

    assert (lease.hits, lease.misses) == (3, 3)


def test_every_nth_frame_is_touched_in_nth_mode() -> None:
    """The third, the sixth and so on."""
    hall = Hall()
    hall.arm(mode="nth", every=3)

    assert hall.hits(7) == [False, False, True, False, False, True, False]


def test_the_same_seed_gives_the_same_throws() -> None:
    """And another seed others; the share is kept."""
    first, again, other = Hall(), Hall(), Hall()
    first.arm(share=0.5, seed=7)
    again.arm(share=0.5, seed=7)
    other.arm(share=0.5, seed=8)

    touched = first.hits(400)

    assert touched == again.hits(400)
    assert touched != other.hits(400)
    assert 150 < sum(touched) < 250


def test_a_request_and_its_answer_share_one_throw() -> None:
    """A fault that acts on either meets the same fate on both."""
    hall = Hall("request answer")
    hall.arm(share=0.5, seed=3)
    agreed = []
    for _ in range(50):
        throws: dict[str, bool] = {}
        up, down = (
            hall.table.ask(hall.frame(kind=kind), hall.table.in_force, throws)
            for kind in ("request", "answer")
        )
        agreed.append((up is None) == (down is None))

    assert all(agreed)


def test_all_attempts_of_an_intent_meet_the_same_fate() -> None:
    """`per_intent` throws once per client id."""
    hall = Hall()
    hall.arm(share=0.5, mode="per_intent", seed=1)

    fates = [
        hall.hits(3, meaning=Meaning(role="order", client_id=f"intent-{n}")) for n in range(40)
    ]

    assert all(len(set(fate)) == 1 for fate in fates)
    assert {fate[0] for fate in fates} == {True, False}


def test_a_share_of_ticks_is_a_share_of_connections() -> None:
    """A connection that is let alone is let alone at every tick; none is counted as missed."""
    hall = Hall("tick")
    lease = hall.arm(share=0.5, seed=2)

    fates = [hall.hits(5, kind="tick", connection=number) for number in range(40)]

    assert all(len(set(fate)) == 1 for fate in fates)
    assert {fate[0] for fate in fates} == {True, False}
    assert lease.misses == 0


def test_only_new_connections_are_touched_if_asked_for() -> None:
    """`existing_connections: false` spares those that were open at arming."""
    hall = Hall()
    hall.arm(existing_connections=False)
    armed_s = hall.clock.monotonic()

    assert hall.hits(1, connected_s=armed_s - 1) == [False]
    assert hall.hits(1, connected_s=armed_s + 1) == [True]


@pytest.mark.parametrize(
    ("state_per", "hits"), [("connection", [1, 1, 2]), ("address", [1, 2, 3]), ("lease", [1, 2, 3])]
)
def test_state_is_kept_as_the_fault_declares(state_per: str, hits: list[int]) -> None:
    """Per connection, per address, or once for the lease."""
    hall = Hall(state_per=state_per)
    counted: list[int] = []

    def count(frame: Frame, dice: object, state: Any) -> bool:
        state.memory["n"] = state.memory.get("n", 0) + 1
        counted.append(state.memory["n"])
        return True

    hall.fault._only = count
    hall.arm()
    for number in (1, 2, 1):
        hall.hits(1, connection=number, address="127.0.0.1")

    assert counted == hits


def test_a_fault_with_a_bug_lets_traffic_pass() -> None:
    """It is logged and shows as misses."""
    hall = Hall()

    def fail(frame: Frame, dice: object, state: object) -> bool:
        raise ZeroDivisionError

    hall.fault._only = fail
    lease = hall.arm()

    assert hall.hits(2) == [False, False]
    assert lease.misses == 2


def test_unmatched_endpoints_are_counted_up_to_a_bound() -> None:
    """Fifty keys are enough to see that a pattern is wrong."""
    hall = Hall()
    lease = hall.arm(scope=Scope(path="/nowhere"))
    for number in range(60):
        hall.table.plan("GET", f"/api/{number}")

    hall.table.rows()

    assert len(lease.unmatched) == 50
    assert lease.unmatched["GET /api/0"] == 1


def test_a_listen_key_in_a_path_is_not_shown() -> None:
    """Paths of private streams contain a secret."""
    hall = Hall()
    lease = hall.arm(scope=Scope(path="/nowhere"))
    hall.table.plan(
        "GET", "/ws/" + "pqia91ma19a5s61cv6a81va65sdf19v8a65a1a5s61cv6a81va65sdf19v8a65a1"
    )

    hall.table.rows()

    assert lease.unmatched == {"GET /ws/***": 1}
