"""The audit is appended to and read back."""

import stat

from chaostrading.safety.audit import append_audit, read_audit


def test_lines_are_kept_in_order_with_who_did_what(clock, chaos_home):
    """A line holds the moment, the event, the person and the detail."""
    append_audit("chaos_enabled", "ada", clock=clock)
    append_audit("run_started", "bob", "cpu_spike", clock=clock)

    assert read_audit() == [
        {
            "wall_s": 1_750_000_000.0,
            "at": "2025-06-15T15:06:40.000Z",
            "event": "chaos_enabled",
            "by": "ada",
            "detail": "",
        },
        {
            "wall_s": 1_750_000_000.0,
            "at": "2025-06-15T15:06:40.000Z",
            "event": "run_started",
            "by": "bob",
            "detail": "cpu_spike",
        },
    ]
    assert stat.S_IMODE((chaos_home / "audit.jsonl").stat().st_mode) == 0o600


def test_a_line_that_was_cut_off_is_left_out(chaos_home):
    """A power cut may tear the newest line; the others still count."""
    append_audit("chaos_enabled", "ada")
    with (chaos_home / "audit.jsonl").open("a") as file:
        file.write('{"event": "ru')

    assert [row["event"] for row in read_audit()] == ["chaos_enabled"]
