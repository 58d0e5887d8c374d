"""Memory and CPU pressure as a run's injections."""

from types import SimpleNamespace
from typing import Any

import pytest
from chaoslib.exceptions import ActivityFailed

from chaostrading import session
from chaostrading.actions import system
from chaostrading.core.clock import ManualClock
from chaostrading.core.errors import HealNotConfirmed, Refused
from chaostrading.pressure.judge import judge
from chaostrading.pressure.scope import Scope
from chaostrading.safety import undo

SCOPE = Scope(
    kind="process",
    pid=4711,
    memory_limit_bytes=512 * 1024**2,
    memory_limit_source="memory.max",
    cpu_limit_cores=1.0,
    cpu_limit_source="cpu.max",
)


class FakePressure:
    """A load whose samples a test chooses."""

    def __init__(self, kind: str, percent: float, levels: list[float], ended: str = "") -> None:
        self.kind, self.ended, self.stops, self.fails = kind, ended, 0, False
        self.rows = [
            {"mono_s": float(n), "level_percent": level, "wanted_percent": percent, "duty": 0.5}
            for n, level in enumerate(levels)
        ]

    def samples(self) -> list[dict[str, Any]]:
        return self.rows

    def wait_until_reached(self, timeout_s: float) -> bool:
        return True

    def evidence(self, least_percent: float) -> dict[str, Any]:
        told = judge(self.kind, self.rows, 5.0, "hold", self.ended, least_percent)
        return {"limit_source": SCOPE.memory_limit_source, **told}

    def stop(self) -> None:
        self.stops += 1
        if self.fails:
            raise HealNotConfirmed("memory: still running after stop: ballast 12")


class Play:
    """An armed run on a machine that a test describes."""

    def __init__(self) -> None:
        self.notes: dict[str, float] = {}
        self.moves: list[dict[str, Any]] = []
        self.asked: list[tuple[Any, ...]] = []
        self.started: dict[str, Any] = {}
        self.levels = [20.0, 84.9, 85.0, 85.1, 84.8]
        self.ended = ""
        self.refusal = ""
        exchange = SimpleNamespace(
            books=lambda: {"orders": [{"symbol": "BTCUSDT"}]}, move_market=self.moves.append
        )
        self.run = SimpleNamespace(
            run_id="r1",
            settings=SimpleNamespace(max_duration_ms=None),
            clock=ManualClock(),
            target=SimpleNamespace(name="paper", metrics=lambda: {"pid": 4711.0}),
            exchange=exchange,
            facts={"room": "a group of its own"},
            recording=SimpleNamespace(note=lambda **values: self.notes.update(values)),
            injections=[],
            refuse_when_stopped=lambda: None,
        )
        self.run.add = self.run.injections.append

    def find_scope(self, *asked: Any) -> Scope:
        self.asked.append(asked)
        return SCOPE

    def start(self, kind: str, scope: Scope, **options: Any) -> FakePressure:
        assert "kill_scope" in [record.kind for record in undo.pending()]
        if self.refusal:
            raise Refused(self.refusal)
        self.started = {"kind": kind, **options}
        self.pressure = FakePressure(kind, options["percent"], self.levels, self.ended)
        for row in self.pressure.rows:
            options["on_sample"](row)
        return self.pressure


@pytest.fixture
def play(monkeypatch: pytest.MonkeyPatch, tmp_path) -> Play:
    monkeypatch.setenv("CHAOS_HOME", str(tmp_path))
    made = Play()
    monkeypatch.setattr(session, "current", lambda: made.run)
    monkeypatch.setattr(system, "find_scope", made.find_scope)
    monkeypatch.setattr(system, "start_pressure", made.start)
    return made


def test_a_pressure_is_an_injection_with_its_level(play):
    """Hits are the samples at the level, and the recorder is told the level as it comes."""
    report = system.memory_pressure(percent=85.0, duration_s=60.0)

    (injection,) = play.run.injections
    assert (injection.fault, injection.duration_s) == ("memory_pressure", 60.0)
    assert injection.report is report
    assert (report["hits"], report["misses"]) == (4, 1)
    assert report["level"]["reached"] is True
    assert report["level"]["room"] == "a group of its own"
    assert (report["first_hit_s"], report["last_hit_s"]) == (1.0, 4.0)
    assert play.notes == {"pressure_level": 84.8, "pressure_wanted": 80.0}
    assert play.asked == [("process", 4711)]
    assert play.started["max_bytes"] == 8 * 1024**3


def test_its_end_stops_it_and_is_the_last_word(play):
    """The level is judged again after the stop, and samples say that nothing presses any more."""
    system.cpu_spike(percent=85.0, least=80.0)
    (injection,) = play.run.injections
    play.pressure.ended = "pressure lost: the burner 12 ended with code 1"

    injection.end()

    assert play.pressure.stops == 1
    assert injection.report["level"]["why_not"].startswith("pressure lost")
    assert injection.report["hits"] == 0
    assert play.notes == {"pressure_level": 0.0, "pressure_wanted": 0.0}


def test_a_stop_that_is_not_confirmed_is_told(play):
    """Whoever heals must know."""
    system.cpu_spike(percent=85.0, least=80.0)
    (injection,) = play.run.injections
    play.pressure.fails = True

    with pytest.raises(HealNotConfirmed, match="ballast 12"):
        injection.end()

    assert [record.kind for record in undo.pending()] == ["kill_scope"]


def test_a_level_that_was_not_held_has_no_hits(play):
    """Readings at the level in a run that never held it prove nothing."""
    play.levels = [20.0, 85.0, 60.0, 61.0, 62.0]

    report = system.memory_pressure(percent=85.0)

    assert report["hits"] == 0
    assert report["level"]["why_not"].startswith("not held")


def test_the_market_is_busy_meanwhile_and_calm_afterwards(play):
    """A swing and a rush of each traded symbol, taken back with the pressure."""
    system.cpu_spike(duration_s=20.0)
    during = list(play.moves)
    play.run.injections[0].end()

    assert [set(move) - {"symbol"} for move in during] == [
        {"oscillate", "every_s", "for_s"},
        {"rush", "for_s"},
    ]
    assert play.moves[len(during) :] == [{"symbol": "BTCUSDT", "freeze": False}]


def test_a_refusal_is_one_line_and_leaves_no_undo_behind(play):
    """Another run presses on this host."""
    play.refusal = "pressure: another run presses on this host already, process 7; one at a time"

    with pytest.raises(ActivityFailed, match="another run presses"):
        system.memory_pressure()

    assert play.run.injections == []
    assert undo.pending() == []


def test_a_cap_on_durations_holds(play):
    """`CHAOS_MAX_DURATION`."""
    play.run.settings.max_duration_ms = 5_000

    system.cpu_spike(duration_s=60.0)

    assert play.started["duration_s"] == 5.0


def test_a_target_that_tells_no_pid_must_be_named(play):
    """The sentence says how."""
    play.run.target = SimpleNamespace(name="freqtrade", metrics=dict)

    with pytest.raises(ActivityFailed, match=r"freqtrade does not tell it; name it \(pid\)"):
        system.memory_pressure()

    system.memory_pressure(pid=99)
    system.cpu_spike(scope="host")
    assert play.asked == [("process", 99), ("host",)]


def test_a_load_of_a_dead_run_is_undone_by_its_record(monkeypatch, play):
    """`chaos trading recover` ends what is left, and says how much."""
    undo.write("r0", {"kind": "kill_scope", "scope": "memory"})
    monkeypatch.setattr("chaostrading.session.is_alive", lambda owner: False)
    monkeypatch.setattr("chaostrading.safety.undo.is_alive", lambda owner: False)
    monkeypatch.setattr("chaostrading.pressure.end_leftovers", lambda: [{"pid": 1}], raising=False)

    (result,) = undo.recover(session.undo_executors())

    assert result.undone
    assert result.sentence.endswith("1 processes ended")
