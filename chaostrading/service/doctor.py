"""`chaos trading doctor`: is everything in place, and does the traffic go through the proxy?

Each check is a function that looks at one thing and gives lines. It changes nothing but a file
that it writes into the journals folder and removes. It needs no extra.
"""

import platform
import tempfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from importlib import metadata, util
from typing import Any, Literal

import psutil
import requests

from chaostrading import pressure
from chaostrading.core import home
from chaostrading.core.clock import Clock, SystemClock
from chaostrading.core.errors import ChaosTradingError, Refused, Unreachable
from chaostrading.proxy.client import ProxyClient
from chaostrading.reports.contacts import contacts_path, contacts_warning
from chaostrading.safety import lever, undo
from chaostrading.safety.settings import Settings, unknown_variables
from chaostrading.service.auth import TOKEN_VARIABLES
from chaostrading.suites.catalogue import catalogue
from chaostrading.targets import target_from

__all__ = ["Line", "examine"]

EXTRAS = {
    "service": ("fastapi", "uvicorn", "apscheduler", "prometheus_client"),
    "fast": ("uvloop", "orjson"),
}
TRAFFIC_WITHIN_S = 2.0
OFFSET_WARN_S, OFFSET_FAIL_S = 0.5, 2.5
"""Exchanges refuse signed requests that are more than recvWindow (usually 5 s) old."""
_OURS = ("chaostrading.paper.", "chaostrading.proxy", "chaostrading.pressure")


@dataclass(frozen=True, kw_only=True, slots=True)
class Line:
    """What was found about one thing."""

    level: Literal["ok", "warn", "fail"]
    thing: str
    what: str
    do: str = ""
    """What to do about it."""

    def text(self) -> str:
        """`warn  lever: it is engaged; do this`."""
        return f"{self.level:<5} {self.thing}: {self.what}{f'; {self.do}' if self.do else ''}"


Check = Callable[[Mapping[str, str], Clock], Iterator[Line]]


def examine(environ: Mapping[str, str], clock: Clock | None = None) -> list[Line]:
    """Look at everything. A check that breaks is a failure of its own and hides no other."""
    clock = clock or SystemClock()
    lines: list[Line] = []
    for check in _CHECKS:
        try:
            lines += check(environ, clock)
        except Exception as error:  # the doctor must not die of what it came to find
            thing = check.__name__.strip("_").replace("_", " ")
            lines.append(_fail(thing, f"could not be looked at: {type(error).__name__}: {error}"))
    return lines


def _ok(thing: str, what: str) -> Line:
    return Line(level="ok", thing=thing, what=what)


def _warn(thing: str, what: str, do: str = "") -> Line:
    return Line(level="warn", thing=thing, what=what, do=do)


def _fail(thing: str, what: str, do: str = "") -> Line:
    return Line(level="fail", thing=thing, what=what, do=do)


def _versions(environ: Mapping[str, str], clock: Clock) -> Iterator[Line]:
    names = ("chaostoolkit-trading", "chaostoolkit", "chaostoolkit-lib")
    told = ", ".join(f"{name} {metadata.version(name)}" for name in names)
    yield _ok("versions", f"{told}, Python {platform.python_version()}")
    for extra, modules in EXTRAS.items():
        absent = [module for module in modules if util.find_spec(module) is None]
        if absent:
            do = f"pip install 'chaostoolkit-trading[{extra}]' if you want it"
            yield _warn(f"extra {extra}", f"{', '.join(absent)} not installed", do)
        else:
            yield _ok(f"extra {extra}", "installed")


def _tests(environ: Mapping[str, str], clock: Clock) -> Iterator[Line]:
    tests, missing = catalogue()
    for one in missing:
        yield _fail("tests", f"{one.name} cannot be used: {one.why}", "reinstall the package")
    if not missing:
        yield _ok("tests", f"all {len(tests)} experiments are readable")


def _settings(environ: Mapping[str, str], clock: Clock) -> Iterator[Line]:
    visible = {name: value for name, value in environ.items() if name not in TOKEN_VARIABLES}
    for warning in unknown_variables(visible):
        yield _warn("settings", warning, "correct or unset it")
    own = bool(environ.get("CHAOS_TARGET"))
    try:
        settings = Settings.load(environ, paper_stack=not own)
    except ChaosTradingError as error:
        yield _fail("settings", str(error), "correct it")
        return
    if settings.trading_mode != "paper":
        was = repr(settings.trading_mode) if settings.trading_mode else "not set"
        yield _fail("settings", f"TRADING_MODE must be paper, was {was}", "set TRADING_MODE=paper")
        return
    told = f"TRADING_MODE paper, impact up to {settings.impact_level}"
    if settings.enabled:
        yield _ok("settings", told)
    else:
        yield _warn("settings", f"{told}, CHAOS_ENABLED false", "set it to true to run tests")


def _target(environ: Mapping[str, str], clock: Clock) -> Iterator[Line]:
    if not environ.get("CHAOS_TARGET"):
        yield _ok("target", "none is named, the embedded paper stack will be used")
        return
    try:
        target = target_from(environ)
        mode, healthy = target.mode(), target.healthy()
    except Unreachable as error:
        yield _fail("target", str(error), "start it, or correct CHAOS_TARGET_URL")
        return
    except ChaosTradingError as error:
        yield _fail("target", str(error), "correct the CHAOS_TARGET variables")
        return
    if mode != "paper":
        do = "switch it to paper mode; no test runs before"
        yield _fail("target", f"{target.name} at {target.url} says its mode is {mode!r}", do)
    elif not healthy:
        yield _fail("target", f"{target.name} says that it is not healthy", "see its own log")
    else:
        yield _ok("target", f"{target.name} at {target.url} is healthy and in paper mode")


def _traffic(environ: Mapping[str, str], clock: Clock) -> Iterator[Line]:
    url = environ.get("CHAOS_PROXY_ADMIN", "")
    if not url:
        if environ.get("CHAOS_TARGET"):
            do = "start `chaos trading proxy` and set CHAOS_PROXY_ADMIN and CHAOS_PROXY_TOKEN"
            yield _fail("traffic", "CHAOS_PROXY_ADMIN is not set, nothing can be injected", do)
        else:
            yield _ok("traffic", "the paper stack brings a proxy of its own")
        return
    proxy = ProxyClient(url, environ.get("CHAOS_PROXY_TOKEN", ""))
    try:
        health = proxy.health()
        before = _frames(proxy.stats())
        clock.sleep(TRAFFIC_WITHIN_S)
        stats = proxy.stats()
    except ChaosTradingError as error:
        yield _fail("traffic", str(error), "start the proxy, or correct CHAOS_PROXY_ADMIN/_TOKEN")
        return
    seen = _frames(stats) - before
    venue, upstream = health.get("venue"), health.get("upstream")
    if seen > 0:
        told = f"{seen} frames in {TRAFFIC_WITHIN_S:g} s on the way to {upstream} ({venue})"
        yield _ok("traffic", told)
    elif _frames(stats):
        do = "check that the bot runs"
        yield _warn("traffic", f"none in {TRAFFIC_WITHIN_S:g} s, though there was some before", do)
    else:
        do = f"point the bot at {environ.get('CHAOS_PROXY_URL') or 'the proxy'}"
        yield _fail("traffic", f"nothing has ever crossed the proxy to {upstream}", do)
    if health.get("leases"):
        do = "run chaos trading recover unless a test is running"
        yield _warn("faults", f"{health['leases']} in force at the proxy", do)


def _frames(stats: Mapping[str, Any]) -> int:
    names = ("requests_total", "messages_up_total", "messages_down_total")
    return sum(int(stats.get(name, 0)) for name in names)


def _clock_offset(environ: Mapping[str, str], clock: Clock) -> Iterator[Line]:
    url = environ.get("CHAOS_PROXY_URL", "").rstrip("/")
    if not url:
        yield _ok("clock", "not compared: CHAOS_PROXY_URL names no exchange to compare with")
        return
    session = requests.Session()
    session.trust_env = False
    before = clock.wall()
    try:
        answer = session.get(f"{url}/api/v3/time", timeout=3, allow_redirects=False)
    except requests.RequestException as error:
        yield _warn("clock", f"the exchange did not answer through {url}: {error}", "start both")
        return
    after = clock.wall()
    said, source, grain_s = _said_time(answer)
    if said is None:
        yield _warn("clock", "the exchange tells no time (no /api/v3/time, no Date header)")
        return
    offset = said - (before + after) / 2
    # What the answer cannot tell: half its way, and whatever is cut off a Date header.
    doubt = (after - before) / 2 + grain_s
    told = f"{offset * 1000:+.0f} ms to the exchange by {source} (give or take {doubt * 1000:.0f})"
    sure = max(0.0, abs(offset) - doubt)
    if sure > OFFSET_FAIL_S:
        yield _fail(
            "clock", told, "set this machine's clock (chrony, ntpd); orders will be refused"
        )
    elif sure > OFFSET_WARN_S:
        yield _warn("clock", told, "set this machine's clock")
    else:
        yield _ok("clock", told)


def _said_time(answer: requests.Response) -> tuple[float | None, str, float]:
    try:
        row = answer.json()
        if isinstance(row, dict) and isinstance(row.get("serverTime"), int):
            return row["serverTime"] / 1000, "/api/v3/time", 0.0
    except ValueError:
        pass  # Another exchange: its Date header is next.
    try:
        moment = parsedate_to_datetime(answer.headers["Date"]).timestamp()
    except (KeyError, ValueError):
        return None, "", 0.0
    return moment + 0.5, "its Date header", 0.5


def _pressure_scope(environ: Mapping[str, str], clock: Clock) -> Iterator[Line]:
    try:
        yield _ok("pressure", pressure.find_scope("host").name)
    except Refused:
        yield _ok("pressure", pressure.find_scope("cgroup").name)


def _leftovers(environ: Mapping[str, str], clock: Clock) -> Iterator[Line]:
    do = "run chaos trading recover"
    found = [_fail("leftovers", record.sentence(), do) for record in undo.residue()]
    for one in pressure.leftovers():
        found.append(_fail("leftovers", f"{one['kind']} process {one['pid']} of an ended run", do))
    for process in psutil.process_iter(["pid", "ppid", "cmdline"]):
        line = process.info["cmdline"] or []
        # Ours are started by a living process and end with it; one whose parent is init, did not.
        if process.info["ppid"] == 1 and any(part.startswith(_OURS) for part in line[1:4]):
            if "--die-with-stdin" not in line and not any("pressure" in part for part in line):
                continue  # `chaos trading proxy` of a user's own, started in the background.
            what = f"process {process.info['pid']} has lost its parent: {' '.join(line[1:4])}"
            found.append(_fail("leftovers", what, f"end it: kill {process.info['pid']}"))
    yield from found or [_ok("leftovers", "none")]


def _lever(environ: Mapping[str, str], clock: Clock) -> Iterator[Line]:
    state = lever.read()
    if state.engaged:
        yield _warn("lever", state.sentence(), "chaos trading resume --reason WHY when it is safe")
    else:
        yield _ok("lever", "released")


def _journals(environ: Mapping[str, str], clock: Clock) -> Iterator[Line]:
    folder = home.journals()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder) as file:
            file.write(b"x" * 4096)
            file.flush()
    except OSError as error:
        do = "make it writable, or set CHAOS_HOME"
        yield _fail("journals", f"{folder} cannot be written: {error.strerror}", do)
        return
    free = psutil.disk_usage(str(folder)).free
    if free < 1 << 30:
        yield _warn("journals", f"{folder} has only {free >> 20} MiB free", "make room")
    else:
        yield _ok("journals", f"{folder} is writable, {free >> 30} GiB free")


def _contacts(environ: Mapping[str, str], clock: Clock) -> Iterator[Line]:
    if warning := contacts_warning(clock=clock):
        yield _warn("contacts", warning.removeprefix("contacts: "), "name who is on standby")
    else:
        yield _ok("contacts", f"somebody is on standby ({contacts_path()})")


_CHECKS: tuple[Any, ...] = (
    _versions,
    _tests,
    _settings,
    _target,
    _traffic,
    _clock_offset,
    _pressure_scope,
    _leftovers,
    _lever,
    _journals,
    _contacts,
)
