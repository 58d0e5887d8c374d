"""Who is on standby, how to reach them, and where the recovery procedures are.

    {"standby": [{"name": "Ada", "role": "trading", "reach": "+1 555 0100"}],
     "procedures": "https://wiki.example/runbook",
     "checked_on": "2026-11-01"}

The file is `contacts.json` in the chaos home, or what `CHAOS_CONTACTS` names.
"""

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

from chaostrading.core import home
from chaostrading.core.clock import Clock, SystemClock
from chaostrading.core.errors import InvalidInput
from chaostrading.reports.clean import items, mapping, text

__all__ = [
    "Contacts",
    "Person",
    "contacts_path",
    "contacts_warning",
    "read_contacts",
    "standby_lines",
]

CHECKED_DAYS_MAX = 90


@dataclass(frozen=True, kw_only=True, slots=True)
class Person:
    """Somebody to call."""

    name: str
    role: str
    reach: str

    def sentence(self) -> str:
        """In one line."""
        return f"{self.name}{f' ({self.role})' if self.role else ''}: {self.reach}"


@dataclass(frozen=True, kw_only=True, slots=True)
class Contacts:
    """The people on standby and their papers."""

    standby: tuple[Person, ...]
    procedures: str
    checked_on: date


def contacts_path(environ: Mapping[str, str] | None = None) -> Path:
    """Where the contacts are kept."""
    named = (os.environ if environ is None else environ).get("CHAOS_CONTACTS", "")
    return Path(named) if named else home.home() / "contacts.json"


def read_contacts(path: Path | None = None) -> Contacts | None:
    """Read the contacts; None when there is no file. Raises InvalidInput for a wrong one."""
    path = path or contacts_path()
    try:
        row = mapping(json.loads(path.read_text(encoding="utf-8")))
    except FileNotFoundError:
        return None
    except (OSError, ValueError, RecursionError) as error:
        raise InvalidInput(f"contacts: {path}: {text(error, 200)}") from error
    people = [mapping(one) for one in items(row.get("standby"), 50)]
    standby = tuple(
        Person(
            name=text(one.get("name"), 200),
            role=text(one.get("role"), 200),
            reach=text(one.get("reach"), 200),
        )
        for one in people
        if one.get("name") and one.get("reach")
    )
    if not standby or len(standby) < len(people):
        raise InvalidInput(f"contacts: {path}: standby needs people with a name and a reach")
    try:
        checked_on = date.fromisoformat(text(row.get("checked_on"), 40))
    except ValueError as error:
        raise InvalidInput(f"contacts: {path}: checked_on must be a date YYYY-MM-DD") from error
    return Contacts(
        standby=standby, procedures=text(row.get("procedures"), 500), checked_on=checked_on
    )


def contacts_warning(*, clock: Clock | None = None) -> str:
    """What is wrong with the contacts, in one line; `""` when somebody can be called.

    For `doctor`, `stop` and the incident report."""
    try:
        contacts = read_contacts()
    except InvalidInput as error:
        return str(error)
    if contacts is None:
        return f"contacts: {contacts_path()} does not exist: nobody is known to be on standby"
    today = datetime.fromtimestamp((clock or SystemClock()).wall(), tz=UTC).date()
    days = (today - contacts.checked_on).days
    if days > CHECKED_DAYS_MAX:
        return f"contacts: were last checked {days} days ago, must be at most {CHECKED_DAYS_MAX}"
    return ""


def standby_lines(*, clock: Clock | None = None) -> list[str]:
    """Whom to call and where the procedures are, one a line, the warning last. Never raises."""
    lines = []
    try:
        contacts = read_contacts()
    except InvalidInput:
        contacts = None
    if contacts is not None:
        lines += [f"on standby: {person.sentence()}" for person in contacts.standby]
        if contacts.procedures:
            lines.append(f"recovery procedures: {contacts.procedures}")
    if warning := contacts_warning(clock=clock):
        lines.append(warning)
    return lines
