"""Undo records are on disk first and are executed by whoever comes next."""

import json
import os
import stat
import subprocess
import sys

import pytest

from chaostrading.core.errors import InvalidInput
from chaostrading.safety import undo
from chaostrading.safety.audit import read_audit

LEASE = {
    "kind": "remove_lease",
    "admin_url": "http://127.0.0.1:9",
    "owner": "run-1",
    "token": "s3cret",
}


def orphan(chaos_home, record_id):
    """Rewrite a record as if the process that wrote it had ended."""
    path = chaos_home / "undo" / f"{record_id}.json"
    row = json.loads(path.read_text())
    path.write_text(json.dumps({**row, "owner_started_s": 1.0}))


def test_a_record_is_there_until_it_is_done(clock):
    """Writing it comes first, forgetting it last."""
    record_id = undo.write("run-1", LEASE, clock=clock)

    [record] = undo.pending()
    assert (record.id, record.run_id, record.kind) == (record_id, "run-1", "remove_lease")
    assert record.token == "s3cret"

    undo.done(record_id)
    undo.done(record_id)
    assert undo.pending() == []


def test_a_token_is_readable_by_its_owner_only_and_is_never_shown(chaos_home):
    """The token stands in a file of mode 0600, and in no sentence and no repr."""
    record_id = undo.write("run-1", LEASE)

    files = sorted((chaos_home / "undo").iterdir())
    assert [path.name for path in files] == [f"{record_id}.json", f"{record_id}.token"]
    assert [stat.S_IMODE(path.stat().st_mode) for path in files] == [0o600, 0o600]
    assert "s3cret" not in files[0].read_text()
    [record] = undo.pending()
    assert "s3cret" not in repr(record) + record.sentence()


@pytest.mark.parametrize(
    ("action", "part"),
    [
        ({"kind": "remove_leese"}, "unknown undo kind 'remove_leese', did you mean remove_lease?"),
        ({"kind": "remove_lease", "owner": "x"}, "remove_lease needs admin_url, was None"),
        ({"kind": "kill_process"}, "kill_process needs pid, was None"),
        ({"kind": "kill_scope", "scope": ""}, "kill_scope needs scope, was ''"),
    ],
)
def test_an_action_that_could_not_be_undone_is_refused(action, part):
    """What cannot be undone later must not be injected now."""
    with pytest.raises(InvalidInput) as refusal:
        undo.write("run-1", action)

    assert part in str(refusal.value)
    assert undo.pending() == []


def test_what_a_living_run_has_in_force_is_no_residue():
    """Another run at the same time must not take this one's faults away."""
    undo.write("run-1", LEASE)

    assert undo.residue() == []
    assert undo.recover({"remove_lease": lambda _: "removed"}) == []
    assert len(undo.pending()) == 1


def test_recover_executes_what_a_dead_run_left(chaos_home):
    """The executor is given the record with its token; then the record is gone."""
    orphan(chaos_home, undo.write("run-1", LEASE))
    seen = []

    results = undo.recover({"remove_lease": lambda record: seen.append(record.token) or "removed"})

    assert seen == ["s3cret"]
    assert [result.undone for result in results] == [True]
    assert undo.pending() == []
    assert list((chaos_home / "undo").iterdir()) == []


def test_recover_everything_includes_living_runs():
    """The kill switch spares nobody."""
    undo.write("run-1", LEASE)

    [result] = undo.recover({"remove_lease": lambda _: "removed"}, everything=True)

    assert result.undone is True
    assert undo.pending() == []


def test_a_proxy_that_is_gone_counts_as_undone(chaos_home):
    """Nothing can be left in a process that has ended."""
    orphan(chaos_home, undo.write("run-1", LEASE))

    def gone(record):
        raise undo.AlreadyGone("the proxy has ended")

    [result] = undo.recover({"remove_lease": gone})

    assert result.undone is True
    assert result.sentence.endswith("the proxy has ended")
    assert undo.pending() == []


def test_a_failure_stays_and_does_not_stop_the_rest(chaos_home):
    """One proxy that does not answer must not keep the other faults in force."""
    bad = undo.write("bad", {**LEASE, "owner": "bad"})
    good = undo.write("good", {**LEASE, "owner": "good"})
    orphan(chaos_home, bad)
    orphan(chaos_home, good)

    def remove(record):
        if record.run_id == "bad":
            raise TimeoutError("no answer within 2 s")
        return "removed"

    results = undo.recover({"remove_lease": remove})

    assert {result.record.id: result.undone for result in results} == {bad: False, good: True}
    assert [record.id for record in undo.residue()] == [bad]
    assert {row["event"] for row in read_audit()} == {"undo_executed", "undo_failed"}


def test_a_kind_that_nobody_can_execute_stays(chaos_home):
    """Nothing is forgotten because the means to undo it are missing here."""
    orphan(chaos_home, undo.write("run-1", {"kind": "kill_scope", "scope": "chaos-1"}))

    [result] = undo.recover({})

    assert result.undone is False
    assert "nothing here knows how to undo" in result.sentence
    assert len(undo.pending()) == 1


def test_a_record_that_cannot_be_read_is_residue(chaos_home):
    """A torn record means that something may be in force: it is shown, not skipped."""
    (chaos_home / "undo").mkdir(parents=True)
    (chaos_home / "undo" / "1.json").write_text('{"id": "1", "run')

    [record] = undo.residue()
    [result] = undo.recover({"remove_lease": lambda _: "removed"})

    assert record.kind == "unreadable"
    assert result.undone is False
    assert len(undo.pending()) == 1


def test_a_left_over_process_is_ended(chaos_home):
    """A burner whose run was killed is found by number and start time."""
    sleeper = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
    orphan(chaos_home, undo.write("run-1", {"kind": "kill_process", "pid": sleeper.pid}))

    [result] = undo.recover({})

    assert result.undone is True
    assert sleeper.wait(timeout=5) != 0


def test_a_process_that_reuses_the_number_is_left_alone(chaos_home):
    """The number is that of this test itself, the start time another's."""
    action = {"kind": "kill_process", "pid": os.getpid(), "started_s": 1.0}
    orphan(chaos_home, undo.write("run-1", action))

    [result] = undo.recover({})

    assert result.undone is True
    assert result.sentence.endswith(f"process {os.getpid()} has ended before")


@pytest.mark.slow
def test_the_record_survives_sigkill_of_the_run(chaos_home):
    """The record is written by a process that then dies without a word."""
    code = (
        "import os, signal\n"
        "from chaostrading.safety import undo\n"
        f"undo.write('run-1', {LEASE!r})\n"
        "os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    subprocess.run([sys.executable, "-c", code], env=os.environ, check=False)

    [record] = undo.residue()

    assert (record.run_id, record.token) == ("run-1", "s3cret")
