"""What `chaos trading report`, `history` and `note` do, as plain functions."""

from collections.abc import Sequence
from pathlib import Path
from urllib.parse import urlsplit

from chaostrading.core import home
from chaostrading.core.clock import Clock
from chaostrading.core.errors import InvalidInput
from chaostrading.core.files import write_atomically
from chaostrading.reports.clean import moment_s
from chaostrading.reports.cut_off import cut_off_run
from chaostrading.reports.daily import daily_document, daily_report, day_of
from chaostrading.reports.document import Document
from chaostrading.reports.history import History, require_folder
from chaostrading.reports.incident import incident_report, write_missing
from chaostrading.reports.incident_layout import incident_document
from chaostrading.reports.notes import journal_of
from chaostrading.reports.register import assign, register
from chaostrading.reports.render import render
from chaostrading.reports.run import Run, read_run
from chaostrading.reports.run_layout import run_document
from chaostrading.reports.score import DAY_S, Listed
from chaostrading.reports.webhook import send, webhook_url
from chaostrading.reports.weekly import weekly_report
from chaostrading.reports.weekly_layout import weekly_document

__all__ = [
    "daily",
    "finding",
    "incident",
    "incidents",
    "open_history",
    "report_run",
    "send_report",
    "summary",
    "weekly",
    "write",
]

SUMMARY_ITEMS = 10


def open_history(journals: Path | None = None) -> History:
    """The history of a folder of journals, the chaos home's by default, brought up to date."""
    if journals is not None:
        require_folder(journals)
    history = History(journals)
    history.sync()
    return history


def report_run(run: str, form: str) -> Document:
    """The report of a run, by journal, run id or `last`."""
    return run_document(_find(run), charts=form == "html")


def _find(run: str) -> Run:
    """The run with its journal, or what its evidence tells when it was cut off without one."""
    try:
        return read_run(journal_of(run))
    except InvalidInput:
        known = run.isascii() and run.replace("-", "").replace("_", "").isalnum()
        if known and (found := cut_off_run(run)) is not None:
            return found
        raise


def daily(
    tests: Sequence[Listed],
    day: str = "",
    journals: Path | None = None,
    *,
    clock: Clock | None = None,
) -> Document:
    """The report of a day (YYYY-MM-DD in UTC, today when empty).

    Incidents of that day among the chaos home's own runs get their reports, if they have none."""
    with open_history(journals) as history:
        data = daily_report(history, tests, day_of(day, clock), clock=clock)
        if journals is None and (data["incidents"] or data["cut_off"]):
            since = moment_s(data["day"]) or 0.0
            write_missing(history, since, since + DAY_S, clock=clock)
    return daily_document(data)


def weekly(
    tests: Sequence[Listed],
    day: str = "",
    journals: Path | None = None,
    *,
    form: str = "html",
    clock: Clock | None = None,
) -> Document:
    """The report of the week that ends with that day, today when empty."""
    with open_history(journals) as history:
        data = weekly_report(history, tests, day_of(day, clock), clock=clock)
    return weekly_document(data, charts=form == "html")


def incident(run: str, *, clock: Clock | None = None) -> Document:
    """The report of one run as an incident."""
    found = _find(run)
    folder = found.path.parent
    with open_history(folder if folder != home.journals() else None) as history:
        return incident_document(incident_report(found, history, clock=clock))


def incidents(journals: Path | None = None) -> list[Path]:
    """Make the reports that are missing for all incidents. Returns the new files."""
    with open_history(journals) as history:
        return write_missing(history)


def finding(name: str, *, owner: str, due: str, action: str, by: str) -> str:
    """Write down who sees to a finding of the register. Returns what was written, in a line."""
    if not (owner or due or action):
        raise InvalidInput("finding: needs an owner, a due date or an action, had none")
    with open_history() as history:
        known = [one.id for one in register(history.runs())]
    row = assign(name, known=known, owner=owner, due=due, action=action, by=by)
    told = ", ".join(f"{key} {row[key]}" for key in ("owner", "due", "action") if key in row)
    return f"{name}: {told}"


def write(document: Document, form: str, path: Path | None) -> str:
    """Write a report to `path`, or return its text when there is none."""
    text = render(document, form)
    if path is None:
        return text
    if path.is_dir():
        raise InvalidInput(f"report: {path} must be a file, is a folder")
    try:
        write_atomically(path, text)
    except OSError as error:
        raise InvalidInput(f"report: {path} cannot be written: {error.strerror}") from error
    return ""


def summary(document: Document) -> str:
    """A report in a few lines for a chat."""
    lines = [f"*{document.title}*", document.sentence]
    lines += [f"{name}: {value}" for name, value in document.facts.pairs[:SUMMARY_ITEMS]]
    return "\n".join(lines)


def send_report(document: Document) -> str:
    """Send a report in short to the webhook. Returns where to; raises when there is none."""
    url = webhook_url()
    if not url:
        raise InvalidInput("send: CHAOS_ALERT_WEBHOOK must name where to send, was not set")
    send(url, summary(document))
    return f"sent to {urlsplit(url).hostname}"
