"""Where things are kept."""

from pathlib import Path

from chaostrading.core import home


def test_things_are_kept_where_chaos_home_says(monkeypatch):
    """Every folder lies beneath it."""
    monkeypatch.setenv("CHAOS_HOME", "/tmp/elsewhere")

    assert home.journals() == Path("/tmp/elsewhere/journals")
    assert home.lever_file() == Path("/tmp/elsewhere/lever")


def test_without_chaos_home_they_lie_in_the_working_directory(monkeypatch, tmp_path):
    """An empty variable counts as unset."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("CHAOS_HOME", "")

    assert home.home() == tmp_path / ".chaostrading"
