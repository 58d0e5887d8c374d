"""The kill switch is a file and fails closed."""

import errno
import os
import subprocess
import sys

import pytest

from chaostrading.core.errors import InvalidInput
from chaostrading.safety import lever
from chaostrading.safety.audit import read_audit


def test_it_is_released_where_there_is_no_file():
    """A fresh machine is not blocked."""
    assert lever.read() == lever.LeverState(engaged=False)


def test_engaging_says_who_why_and_when(clock):
    """The state tells what a person needs to decide about releasing."""
    lever.engage("spread looks wrong", "ada", clock=clock)

    assert lever.read().sentence() == (
        "the lever was engaged by ada at 2025-06-15T15:06:40.000Z: spread looks wrong"
    )


def test_engaging_twice_keeps_the_first_reason(clock):
    """The first reason is why things stopped; the second is in the audit."""
    lever.engage("first", "ada", clock=clock)
    lever.engage("second", "bob", clock=clock)

    assert lever.read().reason == "first"
    assert [row["detail"] for row in read_audit()] == ["first", "second"]


def test_engaging_needs_no_reason():
    """In an emergency nobody is sent back to a form."""
    assert lever.engage("").engaged is True


def test_it_stays_engaged_in_another_process(clock):
    """A restart changes nothing: the state is the file."""
    lever.engage("stop", "ada", clock=clock)

    code = "from chaostrading.safety import lever; print(lever.read().engaged)"
    answer = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, env=os.environ, check=True
    )

    assert answer.stdout == "True\n"


def test_releasing_needs_a_reason_and_a_name(clock):
    """Going on is a decision that somebody answers for."""
    lever.engage("stop", "ada", clock=clock)

    with pytest.raises(InvalidInput, match="releasing needs a reason"):
        lever.release("  ", "bob")
    with pytest.raises(InvalidInput, match="releasing needs the name"):
        lever.release("checked", "")

    assert lever.read().engaged is True


def test_releasing_is_written_down(clock):
    """Who released it and why is in the audit."""
    lever.engage("stop", "ada", clock=clock)

    state = lever.release("checked the books", "bob", clock=clock)

    assert state.engaged is False
    newest = read_audit()[-1]
    assert (newest["event"], newest["by"], newest["detail"]) == (
        "lever_released",
        "bob",
        "checked the books",
    )


@pytest.mark.parametrize("content", [b"", b"{", b"\xff\xfe", b"[]", b'{"reason": "x"}'])
def test_a_file_that_cannot_be_understood_counts_as_engaged(chaos_home, content):
    """`touch lever` is enough, and corruption stops rather than goes on."""
    chaos_home.mkdir()
    (chaos_home / "lever").write_bytes(content)

    assert lever.read().engaged is True


def test_a_folder_or_a_dangling_link_in_its_place_counts_as_engaged(chaos_home):
    """Whatever is there, somebody put it there."""
    (chaos_home / "lever").mkdir(parents=True)
    assert lever.read().engaged is True

    (chaos_home / "lever").rmdir()
    (chaos_home / "lever").symlink_to(chaos_home / "nowhere")
    assert lever.read().engaged is True


def test_it_engages_even_when_the_disk_is_full(monkeypatch, chaos_home):
    """An empty file needs no space and engages as well."""

    def full(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(lever, "write_atomically", full)
    monkeypatch.setattr(lever, "append_audit", full)

    lever.engage("stop", "ada")

    assert (chaos_home / "lever").read_bytes() == b""
    assert lever.read().engaged is True
