"""`chaos trading report ...`, `history ...` and `note`: added to the group by `chaostrading.cli`.

It is imported at every `chaos` call, so it imports click and nothing else.
"""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from chaostrading.reports.document import Document
    from chaostrading.reports.score import Listed

__all__ = ["add_commands"]

FORM = click.option(
    "--format",
    "form",
    type=click.Choice(["html", "md", "json"]),
    help="html, md or json; by the file's ending when left out, else md.",
)
OUT = click.option("-o", "--output", type=click.Path(path_type=Path), help="Write to this file.")
SEND = click.option("--send", is_flag=True, help="Send it in short to CHAOS_ALERT_WEBHOOK.")
JOURNALS = click.option(
    "--journals", type=click.Path(path_type=Path), help="A folder of journals; else the home's."
)
DAY = click.option("--day", default="", help="YYYY-MM-DD (UTC); today when left out.")


def add_commands(
    group: click.Group, *, tests: Callable[[], "list[Listed]"], user: Callable[[], str]
) -> None:
    """Add the commands of this room. `tests` lists the tests that exist, `user` says who asks."""
    group.add_command(_report(tests, user))
    group.add_command(_history())
    group.add_command(_note(user))


def _report(tests: Callable[[], "list[Listed]"], user: Callable[[], str]) -> click.Group:
    @click.group()
    def report() -> None:
        """Reports from journals: run, daily, weekly, incident. HTML opens without a network."""

    @report.command()
    @click.argument("journal", metavar="JOURNAL|RUN|last")
    @FORM
    @OUT
    @SEND
    def run(journal: str, form: str | None, output: Path | None, send: bool) -> None:
        """The report of one run: a journal's path, a run id (or how it begins), or `last`."""
        from chaostrading.reports import commands

        form = _form(form, output)
        _hand_out(commands.report_run(journal, form), form, output, send=send)

    @report.command()
    @DAY
    @JOURNALS
    @FORM
    @OUT
    @SEND
    def daily(
        day: str, journals: Path | None, form: str | None, output: Path | None, send: bool
    ) -> None:
        """Tests run, results, issues and recommendations of a day."""
        from chaostrading.reports import commands

        _hand_out(commands.daily(tests(), day, journals), _form(form, output), output, send=send)

    @report.command()
    @DAY
    @JOURNALS
    @FORM
    @OUT
    @SEND
    def weekly(
        day: str, journals: Path | None, form: str | None, output: Path | None, send: bool
    ) -> None:
        """Resilience of the week that ends with the day: score, coverage, age, what to do."""
        from chaostrading.reports import commands

        form = _form(form, output)
        document = commands.weekly(tests(), day, journals, form=form)
        _hand_out(document, form, output, send=send)

    @report.command()
    @click.argument("journal", metavar="[JOURNAL|RUN|last]", required=False)
    @JOURNALS
    @FORM
    @OUT
    @SEND
    def incident(
        journal: str | None,
        journals: Path | None,
        form: str | None,
        output: Path | None,
        send: bool,
    ) -> None:
        """The report of one run as an incident; without a run, make all that are missing."""
        from chaostrading.reports import commands

        if journal is not None:
            _hand_out(commands.incident(journal), _form(form, output), output, send=send)
            return
        made = commands.incidents(journals)
        for path in made:
            click.echo(str(path))
        if not made:
            click.echo("no incident is without its report")

    @report.command()
    @click.argument("finding_id", metavar="FINDING")
    @click.option("--owner", default="", help="Who sees to it.")
    @click.option("--due", default="", help="By when: YYYY-MM-DD.")
    @click.option("--action", default="", help="What is being done.")
    @click.option("--by", default=user, help="Who you are.")
    def finding(finding_id: str, owner: str, due: str, action: str, by: str) -> None:
        """Give a finding of the register an owner, a due date, an action."""
        from chaostrading.reports import commands

        click.echo(commands.finding(finding_id, owner=owner, due=due, action=action, by=by))

    return report


def _history() -> click.Group:
    @click.group()
    def history() -> None:
        """The index over all journals. It can be deleted and rebuilt at any time."""

    @history.command()
    @JOURNALS
    @click.option("--format", "form", type=click.Choice(["csv", "parquet"]), default="csv")
    @OUT
    def export(journals: Path | None, form: str, output: Path | None) -> None:
        """Every run as a row of CSV or Parquet."""
        from chaostrading.reports.commands import open_history
        from chaostrading.reports.export import export as write_runs

        with open_history(journals) as index:
            click.echo(write_runs(index.runs(), form, output), nl=False)

    @history.command()
    def rebuild() -> None:
        """Read every journal again."""
        from chaostrading.reports.history import History

        with History() as index:
            index.rebuild()
            click.echo(f"{len(index.runs())} runs, {len(index.unreadable())} files not readable")

    return history


def _note(user: Callable[[], str]) -> click.Command:
    @click.command()
    @click.argument("run", metavar="RUN|JOURNAL|last")
    @click.argument("text")
    @click.option("--by", default=user, help="Who you are.")
    def note(run: str, text: str, by: str) -> None:
        """Attach what you saw to a run, while it goes on or later; it stands in its reports."""
        from chaostrading.reports.notes import add_note, journal_to_be

        journal = journal_to_be(run)
        written = add_note(journal, text, by)
        click.echo(f"noted at {written.at} by {written.by} on {journal.stem}")

    return note


def _form(form: str | None, output: Path | None) -> str:
    endings = {".html": "html", ".htm": "html", ".json": "json"}
    return form or (endings.get(output.suffix.lower(), "md") if output else "md")


def _hand_out(document: "Document", form: str, output: Path | None, *, send: bool) -> None:
    from chaostrading.reports import commands

    text: Any = commands.write(document, form, output)
    if output is None:
        # A terminal that cannot show a character shows a question mark, not a traceback.
        sys.stdout.reconfigure(errors="replace")  # type: ignore[union-attr]
        click.echo(text, nl=False)
    else:
        click.echo(f"{document.sentence}\n{output}")
    if send:
        click.echo(commands.send_report(document), err=output is None)
