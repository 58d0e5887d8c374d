"""`chaos trading ...`: a plugin of Chaos Toolkit's command line.

It is imported at every `chaos` call, so it imports click and nothing else; each command brings in
what it needs when it runs. The commands about reports are in `reports/cli.py`.
"""

import getpass
import sys
from pathlib import Path
from typing import Any, NoReturn

import click

from chaostrading.reports.cli import add_commands

__all__ = ["trading"]

PASSED, DEVIATED, INCONCLUSIVE, REFUSED, ERROR = 0, 1, 2, 3, 4


class _Group(click.Group):
    """Turns the errors of this package into one line and an exit code, never a traceback."""

    def invoke(self, ctx: click.Context) -> Any:
        from chaostrading.core.errors import ChaosTradingError, Refused

        try:
            return super().invoke(ctx)
        except Refused as error:
            _fail(str(error), REFUSED)
        except ChaosTradingError as error:
            _fail(str(error), ERROR)


def _fail(message: str, code: int) -> NoReturn:
    click.echo(f"chaos trading: {message}", err=True)
    sys.exit(code)


def _user() -> str:
    """Who is at the keyboard. A machine without a user database has nobody."""
    try:
        return getpass.getuser()
    except (OSError, KeyError):
        return "unknown"


@click.group(cls=_Group)
def trading() -> None:
    """Chaos tests for trading systems.

    Run one test with `chaos run experiments/rate_limit_storm.json`, or by name from anywhere with
    `chaos trading run rate_limit_storm`. Commands exit 0 passed, 1 deviated, 2 inconclusive,
    3 refused by safety, 4 error.
    """


@trading.command("list")
def list_tests() -> None:
    """The twelve tests: category, impact, suite and recovery bound."""
    from rich.console import Console
    from rich.table import Table

    from chaostrading.suites.catalogue import SUITES, catalogue

    tests, missing = catalogue()
    table = Table(box=None, header_style="bold")
    for title in ("test", "category", "impact", "suite", "recovery"):
        table.add_column(title)
    for test in tests:
        suite = next(name for name, impacts in SUITES.items() if test.impact in impacts)
        table.add_row(test.name, test.category, test.impact, suite, f"< {test.recovery_s:g} s")
    Console().print(table)
    for one in missing:
        click.echo(f"{one.name}: cannot be used: {one.why}", err=True)


@trading.command()
@click.argument("name")
@click.option("--var", "variables", multiple=True, help="As of `chaos run`: variant=zombie.")
@click.option("--quick", is_flag=True, help="Shorten holds to what still proves the point.")
def run(name: str, variables: tuple[str, ...], quick: bool) -> None:
    """Run one of the twelve tests by name, from wherever you are."""
    import os
    import subprocess

    from chaostrading import session
    from chaostrading.core import home
    from chaostrading.suites.catalogue import experiment_path
    from chaostrading.suites.runner import read_result

    path = experiment_path(name)
    run_id = session.run_id_for(name)
    journal = home.journals() / f"{run_id}.json"
    arguments = [item for variable in variables for item in ("--var", variable)]
    if quick:
        arguments += ["--var", "quick:bool=true"]
    command = ["--no-version-check", "--no-log-file", "run", "--journal-path", os.devnull]
    subprocess.run(
        [sys.executable, "-m", "chaostoolkit", *command, *arguments, str(path)],
        env={**os.environ, "CHAOS_RUN_ID": run_id},
        check=False,
    )
    sys.exit(read_result(journal if journal.is_file() else None, test=name).exit_code)


@trading.command()
@click.argument("suites", nargs=-1, required=True, metavar="SUITE|TEST...")
@click.option("--quick", is_flag=True, help="Shorten holds to what still proves the point.")
@click.option("--jobs", type=int, default=1, show_default=True, help="Tests at the same time.")
@click.option("--journals", type=click.Path(path_type=Path), help="Keep the journals here, too.")
@click.option("--junit", type=click.Path(path_type=Path), help="Write JUnit XML to this file.")
@click.option("--seed", type=int, help="Seed of the suite; drawn and printed when left out.")
@click.option("--resume", is_flag=True, help="Go on with an interrupted suite.")
def suite(
    suites: tuple[str, ...],
    quick: bool,
    jobs: int,
    journals: Path | None,
    junit: Path | None,
    seed: int | None,
    resume: bool,
) -> None:
    """Run a suite (daily, weekly, monthly, all) or any list of tests, gentle ones first."""
    from rich.console import Console

    from chaostrading import session
    from chaostrading.core.files import write_atomically
    from chaostrading.safety import undo
    from chaostrading.suites.catalogue import SUITES
    from chaostrading.suites.junit import junit_xml
    from chaostrading.suites.progress import Progress
    from chaostrading.suites.suite import plan, run_suite
    from chaostrading.suites.summary import table, write_github_summary

    console = Console()
    name = suites[0] if len(suites) == 1 and suites[0] in SUITES else "all"
    chosen = plan(name, only=None if suites == (name,) else suites)
    result = run_suite(
        name,
        quick=quick,
        jobs=jobs,
        seed=seed,
        journals=journals,
        resume=resume,
        chosen=chosen,
        recover=lambda: undo.recover(session.undo_executors()),
        progress=Progress(console),
    )
    console.print(result.sentence, style="bold", highlight=False)
    console.print(table(result))
    if junit is not None:
        write_atomically(junit, junit_xml(result))
    write_github_summary(result)
    sys.exit(result.exit_code)


@trading.command()
@click.option("--reason", default="", help="Why; shown to whoever wants to run something.")
@click.option("--by", default=_user, help="Who you are.")
def stop(reason: str, by: str) -> None:
    """Engage the lever: running tests stop, faults go, nothing new starts. Anybody may."""
    from chaostrading import session
    from chaostrading.reports.contacts import standby_lines
    from chaostrading.safety import lever, undo

    click.echo(lever.engage(reason, by).sentence())
    # What hangs does not look at the lever: its faults are taken away from outside.
    for result in undo.recover(session.undo_executors(), everything=True):
        click.echo(result.sentence)
    for line in standby_lines():
        click.echo(line)


@trading.command()
@click.option("--reason", required=True, help="Why it is safe again.")
@click.option("--by", default=_user, help="Who you are.")
def resume(reason: str, by: str) -> None:
    """Release the lever."""
    from chaostrading.safety import lever

    click.echo(lever.release(reason, by).sentence())


@trading.command()
def recover() -> None:
    """Take back what earlier runs have left behind. Safe to run at any time."""
    from chaostrading import session
    from chaostrading.safety import undo

    results = undo.recover(session.undo_executors())
    for result in results:
        click.echo(result.sentence)
    if not results:
        click.echo("nothing was left behind")
    if not all(result.undone for result in results):
        sys.exit(ERROR)


@trading.command()
@click.option("--upstream", required=True, help="The exchange: http(s)://host[:port].")
@click.option("--venue", default="binance", show_default=True, help="Dialect of the exchange.")
@click.option("--listen", default="127.0.0.1:9101", show_default=True, help="Where bots connect.")
@click.option("--admin", default="127.0.0.1:9102", show_default=True, help="The admin API.")
@click.option("--witness", default="", help="Also write the witness to this file (JSON lines).")
def proxy(upstream: str, venue: str, listen: str, admin: str, witness: str) -> None:
    """A fault proxy for your own system: point the bot at --listen instead of the exchange.

    With nothing armed it is transparent to the byte. Faults are armed through the admin API with
    the bearer token of CHAOS_PROXY_TOKEN; without one, a token is made and printed.
    """
    import os
    import secrets

    if not os.environ.get("CHAOS_PROXY_TOKEN"):
        os.environ["CHAOS_PROXY_TOKEN"] = secrets.token_hex(16)
        click.echo(f"CHAOS_PROXY_TOKEN={os.environ['CHAOS_PROXY_TOKEN']}")
    arguments = ["--upstream", upstream, "--venue", venue, "--listen", listen, "--admin", admin]
    if witness:
        arguments += ["--witness", witness]
    os.execv(sys.executable, [sys.executable, "-m", "chaostrading.proxy", *arguments])  # noqa: S606 - our own module, no shell


@trading.command()
@click.option("--exchange", default="127.0.0.1:9100", show_default=True)
@click.option("--listen", default="127.0.0.1:9101", show_default=True, help="The proxy, for bots.")
@click.option("--admin", default="127.0.0.1:9102", show_default=True, help="The proxy's admin API.")
@click.option("--trader", default="", help="Also start the paper trader, its API here.")
@click.option("--without", default="", help="Defences of the trader to leave out: a,b.")
@click.option("--seed", type=int, default=1, show_default=True)
def paper(exchange: str, listen: str, admin: str, trader: str, without: str, seed: int) -> None:
    """The paper exchange behind a fault proxy on fixed ports, to try your own bot on.

    Its own trader is started only when asked for: the witness of a proxy must see one bot.
    """
    import signal

    from chaostrading.core import home
    from chaostrading.paper.stack import start_stack

    ports = {"exchange": exchange, "proxy": listen, "admin": admin, "trader": trader}
    stack = start_stack(
        home.home() / "paper", seed=seed, without=without, trader=bool(trader), ports=ports
    )
    click.echo(
        f"exchange   {stack.exchange_url}   Binance Spot dialect, key paper-key, "
        "secret paper-secret\n"
        f"proxy      {stack.proxy_url}   point your bot here\n"
        f"admin      {stack.admin_url}   CHAOS_PROXY_TOKEN={stack.token}\n"
        f"trader     {stack.trader_url or 'not started'}\n"
        "Ends with Ctrl-C."
    )
    ends = {signal.SIGINT, signal.SIGTERM}
    try:
        signal.pthread_sigmask(signal.SIG_BLOCK, ends)
        signal.sigwait(ends)
    finally:
        stack.stop()


@trading.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Others need tokens set.")
@click.option("--port", type=click.IntRange(0, 65_535), default=8470, show_default=True)
@click.option("--zone", default="UTC", show_default=True, help="Time zone of the schedule.")
@click.option("--rule", "rules", multiple=True, help="`daily 03:17`, `weekly sun 04:17`, ...")
@click.option("--no-schedule", is_flag=True, help="Run only what is asked for.")
def serve(host: str, port: int, zone: str, rules: tuple[str, ...], no_schedule: bool) -> None:
    """The control API, the dashboard and the schedule, until Ctrl-C.

    Tokens: ADMIN_TOKEN, CHAOS_OPERATOR_TOKEN, CHAOS_VIEWER_TOKEN, or CHAOS_TOKENS_FILE.
    SIGUSR1 engages the lever.
    """
    import os

    from chaostrading.core.errors import InvalidInput

    try:
        from chaostrading.service.serve import serve as run_service
    except ModuleNotFoundError as error:
        if (error.name or "").startswith("chaostrading"):
            raise
        raise InvalidInput(
            f"serve: {error.name} is not installed: pip install 'chaostoolkit-trading[service]'"
        ) from error
    run_service(
        os.environ,
        host=host,
        port=port,
        zone=zone,
        rules=rules,
        with_schedule=not no_schedule,
        say=click.echo,
    )


@trading.command()
@click.option("--url", default="http://127.0.0.1:8470", show_default=True, help="The service.")
@click.option("--once", is_flag=True, help="Show the state once and end.")
def top(url: str, once: bool) -> None:
    """Watch a running service in the terminal, until Ctrl-C.

    The token is CHAOS_VIEWER_TOKEN, CHAOS_OPERATOR_TOKEN or ADMIN_TOKEN.
    """
    import os

    from rich.console import Console

    from chaostrading.core.clock import SystemClock
    from chaostrading.service.top import top as watch

    names = ("CHAOS_VIEWER_TOKEN", "CHAOS_OPERATOR_TOKEN", "ADMIN_TOKEN")
    token = next((os.environ[name] for name in names if os.environ.get(name)), "")
    watch(url, token=token, clock=SystemClock(), console=Console(), once=once)


@trading.group()
def schedule() -> None:
    """The calendar of the suites; `chaos trading serve` keeps it."""


@schedule.command("export")
@click.option("--to", required=True, help="cron, systemd, github or k8s.")
@click.option("--zone", default="UTC", show_default=True, help="Time zone of the rules.")
@click.option("--rule", "rules", multiple=True, help="`daily 03:17`, `weekly sun 04:17`, ...")
@click.option("--folder", default="/srv/chaos", show_default=True, help="Where suites run.")
@click.option("--image", default="chaostoolkit-trading:latest", show_default=True)
@click.option("-o", "--output", type=click.Path(path_type=Path), help="Write files in here.")
def export_schedule(
    to: str, zone: str, rules: tuple[str, ...], folder: str, image: str, output: Path | None
) -> None:
    """Write the schedule for a scheduler that you have already."""
    from chaostrading.core.files import write_atomically
    from chaostrading.service.schedule import read_rules
    from chaostrading.suites.export import export, export_files

    calendar = read_rules(rules, zone)
    if output is None:
        click.echo(export(to, rules=calendar, folder=folder, image=image), nl=False)
        return
    for name, text in export_files(to, rules=calendar, folder=folder, image=image).items():
        write_atomically(output / name, text)
        click.echo(output / name)


@trading.command()
def doctor() -> None:
    """Is everything in place, and does the target's traffic really go through the proxy?

    Exits 0, or 4 when a line says fail.
    """
    import os

    from chaostrading.service.doctor import examine

    lines = examine(os.environ)
    for line in lines:
        click.echo(line.text())
    if any(line.level == "fail" for line in lines):
        sys.exit(ERROR)


def _listed() -> list[Any]:
    """The twelve tests as reports need to know them; one whose experiment is missing counts too."""
    from chaostrading.reports.score import Listed
    from chaostrading.suites.catalogue import NAMES, catalogue

    known = {test.name: test for test in catalogue()[0]}
    return [
        Listed(name=name, category=test.category, impact=test.impact, recovery_s=test.recovery_s)
        if (test := known.get(name))
        else Listed(name=name)
        for name in NAMES
    ]


add_commands(trading, tests=_listed, user=_user)
