"""The kill switch: a file. While it exists nothing is injected and what runs is stopped.

It needs no server, no library and no running process: `touch .chaostrading/lever` engages it, and
it survives every restart. A file that cannot be read counts as engaged.
"""

import json
from dataclasses import asdict, dataclass
from pathlib import Path

from chaostrading.core.clock import Clock, SystemClock, iso
from chaostrading.core.errors import InvalidInput, Refused
from chaostrading.core.files import to_json, write_atomically
from chaostrading.core.home import lever_file
from chaostrading.safety.audit import append_audit

__all__ = ["LeverState", "engage", "read", "release"]


@dataclass(frozen=True, kw_only=True, slots=True)
class LeverState:
    """Whether the lever is engaged, since when, by whom and why."""

    engaged: bool
    reason: str = ""
    by: str = ""
    wall_s: float = 0.0

    def sentence(self) -> str:
        """Say the state in one line."""
        if not self.engaged:
            return "the lever is released"
        who = f" by {self.by}" if self.by else ""
        since = f" at {iso(self.wall_s)}" if self.wall_s else ""
        return f"the lever was engaged{who}{since}: {self.reason}"


def engage(reason: str, by: str = "", *, clock: Clock | None = None) -> LeverState:
    """Stop everything now. Anybody may; a reason is asked for but never needed.

    When it is engaged already, the first reason stays. It is engaged even if the disk is full.
    """
    clock = clock or SystemClock()
    state = read()
    if not state.engaged:
        reason = reason.strip() or "no reason was given"
        state = LeverState(engaged=True, reason=reason, by=by, wall_s=clock.wall())
        _write(lever_file(), state)
    _audit("lever_engaged", by, reason, clock)
    return state


def release(reason: str, by: str, *, clock: Clock | None = None) -> LeverState:
    """Allow runs again. Raises InvalidInput without a reason or a name."""
    if not reason.strip():
        raise InvalidInput(f"lever: releasing needs a reason, was {reason!r}")
    if not by.strip():
        raise InvalidInput(f"lever: releasing needs the name of who does it, was {by!r}")
    if read().engaged:
        # The line comes first: a release that nobody can account for does not happen.
        append_audit("lever_released", by, reason, clock=clock)
        try:
            lever_file().unlink(missing_ok=True)
        except OSError as error:
            raise Refused(f"lever: {lever_file()} could not be removed: {error}") from error
    return read()


def read() -> LeverState:
    """The state of the lever. Anything that cannot be read as a state counts as engaged."""
    path = lever_file()
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        # A dangling link was put there by somebody, too.
        return _unreadable("is a dangling link") if path.is_symlink() else LeverState(engaged=False)
    except (OSError, UnicodeDecodeError) as error:
        return _unreadable(f"cannot be read ({type(error).__name__})")
    try:
        row = json.loads(text)
        return LeverState(
            engaged=True,
            reason=str(row["reason"]),
            by=str(row["by"]),
            wall_s=float(row["wall_s"]),
        )
    except (ValueError, TypeError, KeyError):
        return _unreadable("does not say why" if not text.strip() else "is not readable as JSON")


def _unreadable(why: str) -> LeverState:
    return LeverState(engaged=True, reason=f"the lever file {lever_file()} exists but {why}")


def _write(path: Path, state: LeverState) -> None:
    row = {name: value for name, value in asdict(state).items() if name != "engaged"}
    try:
        write_atomically(path, to_json(row) + "\n")
    except OSError:
        # No space for the reason is no reason to go on: an empty file engages as well.
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()


def _audit(event: str, by: str, detail: str, clock: Clock) -> None:
    try:
        append_audit(event, by, detail, clock=clock)
    except OSError:
        return  # Stopping must not fail because it cannot be written down.
