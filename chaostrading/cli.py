"""`chaos trading ...`: a plugin of Chaos Toolkit's command line.

It is imported at every `chaos` call, so it imports click and nothing else; each command brings in
what it needs when it runs.
"""

import sys
from typing import Any, NoReturn

import click

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

    from chaostrading.suites.catalogue import tests

    table = Table(box=None, header_style="bold")
    for title in ("test", "category", "impact", "suite", "recovery"):
        table.add_column(title)
    for test in tests():
        table.add_row(test.name, test.category, test.impact, test.suite, f"< {test.recovery_s:g} s")
    Console().print(table)


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
@click.option("--trader", default="127.0.0.1:9103", show_default=True)
@click.option("--without", default="", help="Defences of the trader to leave out: a,b.")
@click.option("--seed", type=int, default=1, show_default=True)
def paper(exchange: str, listen: str, admin: str, trader: str, without: str, seed: int) -> None:
    """The paper stack on fixed ports, to try your own bot on. Ends with Ctrl-C."""
    import signal

    from chaostrading.core import home
    from chaostrading.paper.stack import start_stack

    ports = {"exchange": exchange, "proxy": listen, "admin": admin, "trader": trader}
    stack = start_stack(home.home() / "paper", seed=seed, without=without, ports=ports)
    click.echo(
        f"exchange   {stack.exchange_url}   Binance Spot dialect, key paper-key, "
        "secret paper-secret\n"
        f"proxy      {stack.proxy_url}   point your bot here\n"
        f"admin      {stack.admin_url}   CHAOS_PROXY_TOKEN={stack.token}\n"
        f"trader     {stack.trader_url}\n"
        "Ends with Ctrl-C."
    )
    ends = {signal.SIGINT, signal.SIGTERM}
    try:
        signal.pthread_sigmask(signal.SIG_BLOCK, ends)
        signal.sigwait(ends)
    finally:
        stack.stop()
