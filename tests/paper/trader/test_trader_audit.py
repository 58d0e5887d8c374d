"""The audit log is a chain that shows every change."""

from pathlib import Path

from chaostrading.core.clock import ManualClock
from chaostrading.paper.trader.audit import AuditLog, read_chain


def filled(path: Path) -> None:
    """Write three entries."""
    log = AuditLog(path, ManualClock())
    for number in range(3):
        log.write("OrderIntended", {"client_id": f"ct-{number}"})
    log.close()


def test_entries_are_bound_to_the_one_before(tmp_path: Path) -> None:
    """Sequence numbers count, and each entry names the hash of the last."""
    path = tmp_path / "audit.jsonl"

    filled(path)
    entries, whole = read_chain(path)

    assert whole
    assert [entry["seq"] for entry in entries] == [1, 2, 3]
    assert entries[0]["previous"] == "0" * 64
    assert entries[2]["previous"] == entries[1]["hash"]


def test_a_changed_word_breaks_the_chain(tmp_path: Path) -> None:
    """One letter of an old entry is enough."""
    path = tmp_path / "audit.jsonl"
    filled(path)

    path.write_bytes(path.read_bytes().replace(b"ct-1", b"ct-9"))

    entries, whole = read_chain(path)
    assert not whole
    assert len(entries) == 1


def test_a_removed_entry_breaks_the_chain(tmp_path: Path) -> None:
    """The entry after it points to nothing."""
    path = tmp_path / "audit.jsonl"
    filled(path)
    lines = path.read_bytes().splitlines(keepends=True)

    path.write_bytes(lines[0] + lines[2])

    assert read_chain(path)[1] is False


def test_a_broken_log_is_put_aside_not_continued(tmp_path: Path) -> None:
    """The new log begins at the beginning, and says where the broken one is."""
    path = tmp_path / "audit.jsonl"
    filled(path)
    path.write_bytes(path.read_bytes().replace(b"ct-1", b"ct-9"))

    log = AuditLog(path, ManualClock())
    log.write("TraderStarted", {})
    log.close()

    assert Path(log.broken).exists()
    assert read_chain(path)[0][0]["seq"] == 1


def test_a_restart_continues_after_a_line_that_a_crash_cut_off(tmp_path: Path) -> None:
    """Half a line at the end is no damage."""
    path = tmp_path / "audit.jsonl"
    filled(path)
    with path.open("ab") as file:
        file.write(b'{"seq":4,"wal')

    log = AuditLog(path, ManualClock())
    log.write("TraderStarted", {})
    log.close()

    entries, whole = read_chain(path)
    assert whole
    assert [entry["seq"] for entry in entries] == [1, 2, 3, 4]
    assert len(log.history) == 3


def test_the_api_asks_for_entries_after_a_number(tmp_path: Path) -> None:
    """Only what is newer."""
    log = AuditLog(tmp_path / "audit.jsonl", ManualClock())
    log.write("A", {})
    log.write("B", {})

    since = log.since(1)
    log.close()

    assert [entry["event"] for entry in since] == ["B"]
    assert since[0]["hash"] == log.head
