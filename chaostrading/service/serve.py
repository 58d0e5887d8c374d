"""`chaos trading serve`: puts the parts together and runs them until it is told to end.

SIGUSR1 engages the lever. SIGTERM and Ctrl-C stop running tests with their rollbacks, then end.
"""

import asyncio
import signal
import socket
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from types import FrameType

import uvicorn

from chaostrading.core.clock import Clock, SystemClock
from chaostrading.core.errors import InvalidInput
from chaostrading.safety import lever, undo
from chaostrading.service.admission import target_name
from chaostrading.service.app import create_app
from chaostrading.service.auth import load_tokens
from chaostrading.service.events import Broker
from chaostrading.service.limits import Limiter
from chaostrading.service.metrics import Calls
from chaostrading.service.parts import Parts
from chaostrading.service.past import Past
from chaostrading.service.runs import Runs
from chaostrading.service.schedule import make_schedule, read_rules
from chaostrading.service.state import ServiceState
from chaostrading.service.watch import Watch
from chaostrading.session import undo_executors
from chaostrading.suites import runner
from chaostrading.suites.rules import Rule
from chaostrading.suites.runner import RunResult
from chaostrading.suites.schedule import start as start_schedule

__all__ = ["make_parts", "serve"]


def make_parts(
    environ: Mapping[str, str],
    *,
    host: str,
    rules: Sequence[Rule] = (),
    clock: Clock | None = None,
    run: Callable[..., RunResult] = runner.run_experiment,
    command: Callable[..., list[str]] = runner.command,
) -> Parts:
    """Make what the routes work with. Without `rules` there is no schedule.

    Raises Refused when `host` is not loopback and no token is set."""
    clock = clock or SystemClock()
    tokens = load_tokens(environ, host)
    state = ServiceState(environ, clock)
    broker = Broker(clock)
    target = target_name(environ)
    runs = Runs(broker.publish, state, target=target, clock=clock, run=run, command=command)
    watch = Watch(broker.publish)  # before the schedule, so that what it takes up is told
    schedule = make_schedule(runs, state, rules=rules, clock=clock) if rules else None
    return Parts(
        tokens=tokens,
        state=state,
        broker=broker,
        runs=runs,
        past=Past(),
        watch=watch,
        schedule=schedule,
        limiter=Limiter(clock),
        calls=Calls(),
        clock=clock,
    )


def serve(
    environ: Mapping[str, str],
    *,
    host: str = "127.0.0.1",
    port: int = 8470,
    zone: str = "UTC",
    rules: Sequence[str] = (),
    with_schedule: bool = True,
    say: Callable[[str], None] = print,
) -> None:
    """Serve until SIGTERM or Ctrl-C. `say` is told where it listens, and port 0 is a free one."""
    calendar = read_rules(rules, zone) if with_schedule else ()
    parts = make_parts(environ, host=host, rules=calendar)
    parts.state.settings()  # a variable that cannot be right is said now, not at the first run
    undo.recover(undo_executors())
    with _bind(host, port) as listener, _signals(parts.clock):
        say(_welcome(parts, listener))
        if (state := lever.read()).engaged:
            say(f"nothing runs: {state.sentence()}")
        parts.watch.start()
        end_schedule = start_schedule(parts.schedule) if parts.schedule else None
        try:
            asyncio.run(_serve(parts, listener))
        finally:
            parts.runs.closing = "the service is ending"
            if end_schedule is not None:
                end_schedule()
            parts.runs.close("the service is ending")
            parts.watch.stop()


@contextmanager
def _signals(clock: Clock) -> Iterator[None]:
    """Answer signals from before anybody is told where to send them."""

    def pull(number: int, frame: FrameType | None) -> None:
        lever.engage("SIGUSR1", "a signal", clock=clock)  # `watch` notices, and tells

    def end(number: int, frame: FrameType | None) -> None:
        # uvicorn ends by itself, then raises the signal once more: without this the process would
        # die of it there, and leave its runs alone.
        raise SystemExit(0)

    ours = {signal.SIGUSR1: pull, signal.SIGTERM: end, signal.SIGINT: end}
    before = {number: signal.signal(number, handler) for number, handler in ours.items()}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


class _Server(uvicorn.Server):
    def __init__(self, config: uvicorn.Config, parts: Parts) -> None:
        super().__init__(config)
        self._parts = parts

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        # The event streams never end by themselves, and uvicorn would wait for them.
        self._parts.broker.close()
        await super().shutdown(sockets)


async def _serve(parts: Parts, listener: socket.socket) -> None:
    config = uvicorn.Config(
        create_app(parts),
        log_level="warning",
        access_log=False,
        server_header=False,
        # Whom a proxy speaks for is its claim only; see `auth.identify`.
        proxy_headers=False,
        lifespan="off",
        ws="none",
        timeout_graceful_shutdown=3,
    )
    await _Server(config, parts).serve(sockets=[listener])


def _bind(host: str, port: int) -> socket.socket:
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        return socket.create_server((host, port), family=family, backlog=2048)
    except (OSError, OverflowError) as error:
        raise InvalidInput(f"serve: {host}:{port} must be free to listen on: {error}") from error


def _welcome(parts: Parts, listener: socket.socket) -> str:
    host, port = listener.getsockname()[:2]
    url = f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
    token = f"; admin token in {parts.tokens.made}" if parts.tokens.made else ""
    plan = "with its schedule" if parts.schedule else "without a schedule"
    return f"chaos trading serves {url} {plan}, API page {url}/docs{token}"
