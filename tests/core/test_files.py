"""Files are whole or not there, and JSON is strict."""

import json

import pytest

from chaostrading.core.files import to_json, write_atomically


def test_nan_and_infinity_become_null():
    """Bare NaN is no JSON, and strict readers would refuse the journal."""
    text = to_json({"a": float("nan"), "b": [float("inf"), 1.5], "c": {1: {2}}})

    assert json.loads(text) == {"a": None, "b": [None, 1.5], "c": {"1": [2]}}


def test_a_failed_write_leaves_the_old_file_and_no_other(tmp_path, monkeypatch):
    """A full disk must not cost what was there."""
    path = tmp_path / "journal.json"
    write_atomically(path, "old")
    monkeypatch.setattr("os.fsync", lambda _: (_ for _ in ()).throw(OSError("disk full")))

    with pytest.raises(OSError, match="disk full"):
        write_atomically(path, "new")

    assert path.read_text() == "old"
    assert [item.name for item in tmp_path.iterdir()] == ["journal.json"]


def test_a_secret_can_be_written_for_the_owner_only(tmp_path):
    """Mode 0600 holds from the first byte on."""
    path = tmp_path / "token"

    write_atomically(path, "secret", mode=0o600)

    assert path.stat().st_mode & 0o777 == 0o600
