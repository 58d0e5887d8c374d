"""What an operator saw during a run: appended beside the journal, never rewritten."""

import json
import os
from dataclasses import dataclass
from pathlib import Path

from chaostrading.core import home
from chaostrading.core.clock import Clock, SystemClock, iso
from chaostrading.core.errors import InvalidInput
from chaostrading.core.files import to_json
from chaostrading.reports.clean import mapping, number, text

__all__ = ["Note", "add_note", "journal_of", "journal_to_be", "read_notes"]

NOTE_MAX = 2_000


@dataclass(frozen=True, kw_only=True, slots=True)
class Note:
    """One observation."""

    at: str
    wall_s: float
    by: str
    text: str


def journal_of(run: str) -> Path:
    """The journal of a run: a path as it is, else the run of that id, or of an id that begins so.

    `last` is the newest. Raises InvalidInput when there is none, or more than one."""
    path = Path(run)
    if path.suffix == ".json" or path.is_file():
        if not path.is_file():
            raise InvalidInput(f"{path}: cannot be read: No such file or directory")
        return path
    folder = home.journals()
    found = sorted(one for one in folder.glob("*.json") if not one.name.startswith("."))
    if run == "last":
        if not found:
            raise InvalidInput(f"run: there is no journal in {folder} yet")
        return max(found, key=lambda one: one.stat().st_mtime_ns)
    exact = folder / f"{run}.json"
    matching = [exact] if exact in found else [one for one in found if one.name.startswith(run)]
    if len(matching) != 1:
        many = f"fits {len(matching)} runs" if matching else "fits no run"
        raise InvalidInput(f"run: {text(run, 200)!r} must name one run in {folder}, {many}")
    return matching[0]


def journal_to_be(run: str) -> Path:
    """As `journal_of`, but a run that still goes on is found by its evidence, and is the last."""
    folder = home.evidence()
    begun = [one.name for one in folder.iterdir() if one.is_dir()] if folder.is_dir() else []
    going = sorted(name for name in begun if not (home.journals() / f"{name}.json").exists())
    if run == "last" and going and going[-1] == max(begun):
        return home.journals() / f"{going[-1]}.json"
    try:
        return journal_of(run)
    except InvalidInput:
        matching = [name for name in going if name == run or name.startswith(run)]
        if len(matching) != 1:
            raise
        return home.journals() / f"{matching[0]}.json"


def add_note(journal: Path, words: str, by: str, *, clock: Clock | None = None) -> Note:
    """Attach an observation to a run. Raises InvalidInput for an empty one or one too long."""
    words, by = words.strip(), by.strip()
    if not words or not by:
        raise InvalidInput("note: must have a text and an author, one was empty")
    if len(words) > NOTE_MAX:
        raise InvalidInput(f"note: must be at most {NOTE_MAX} characters, was {len(words)}")
    wall_s = (clock or SystemClock()).wall()
    note = Note(at=iso(wall_s), wall_s=wall_s, by=text(by, 200), text=text(words))
    row = {"at": note.at, "wall_s": note.wall_s, "by": note.by, "text": note.text}
    journal.parent.mkdir(parents=True, exist_ok=True)
    handle = os.open(_path(journal), os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)
    try:
        # One write of a whole line in append mode: notes of two people never mix.
        os.write(handle, (to_json(row) + "\n").encode())
        os.fsync(handle)
    finally:
        os.close(handle)
    return note


def read_notes(journal: Path) -> list[Note]:
    """The observations of a run, oldest first. A line that cannot be read is left out."""
    try:
        lines = _path(journal).read_bytes().splitlines()
    except OSError:
        return []
    notes = []
    for line in lines:
        try:
            row = mapping(json.loads(line))
        except (ValueError, RecursionError):
            continue
        if row.get("text"):
            notes.append(
                Note(
                    at=text(row.get("at"), 40),
                    wall_s=number(row.get("wall_s")) or 0.0,
                    by=text(row.get("by"), 200),
                    text=text(row.get("text")),
                )
            )
    return notes


def _path(journal: Path) -> Path:
    return journal.with_name(f"{journal.stem}.notes.jsonl")
