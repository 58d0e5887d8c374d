"""The candidates: this proxy in its kinds, and the peers that are found on this machine."""

import contextlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import requests

from chaostrading.proxy.client import ProxyClient
from tests.benchmarks.backends import free_port, nginx, stop, until_open
from tests.benchmarks.machine import PROXY_CPU, pinned

__all__ = ["OURS", "Peer", "find", "ours", "peers", "rules"]

OURS = "chaostrading"
TOKEN = "benchmark"
RULES = 20
_ASYNCIO = (
    "import sys; sys.modules['uvloop'] = None; "
    "from chaostrading.proxy.server import main; sys.exit(main())"
)
_ADDON = """
class Trivial:
    def request(self, flow):
        flow.metadata["seen"] = True

    def websocket_message(self, flow):
        del flow.websocket.messages[:-1]
        {edit}

addons = [Trivial()]
"""
_EDIT = """
        import json
        message = flow.websocket.messages[-1]
        row = json.loads(message.content, parse_float=str)
        row["E"] += 30000
        row["T"] += 30000
        message.content = json.dumps(row, separators=(",", ":")).encode()
"""


@dataclass(kw_only=True)
class Peer:
    """A candidate that runs: where it listens, and whose CPU it uses."""

    name: str
    port: int
    pid: int = 0
    """0: nobody stands between."""
    client: ProxyClient | None = None
    """The admin API of this proxy."""
    toxics: str = ""
    """URL of the proxy in the API of toxiproxy."""


def rules(peer: Peer) -> None:
    """Load 20 rules that match nothing of what the benchmarks send."""
    assert peer.client is not None
    for number in range(RULES):
        stream = number % 2
        scope = {"stream": f"other{number}@*"} if stream else {"path": f"/api/v3/other{number}*"}
        peer.client.arm(
            {
                "fault": "latency_ws" if stream else "http_429",
                "scope": scope,
                "duration_s": 3_600.0,
                "ttl_s": 3_600.0,
                "owner": "rules",
            }
        )


def find(name: str, folder: Path | None) -> str | None:
    """A program on PATH, in the usual places, or in an environment under `folder`."""
    places = os.pathsep.join([os.environ.get("PATH", ""), "/usr/sbin", "/usr/local/sbin"])
    if found := shutil.which(name, path=places):
        return found
    for file in folder.glob(f"*/bin/{name}") if folder is not None else ():
        return str(file)
    return None


@contextlib.contextmanager
def ours(
    upstream: str, *, name: str = OURS, loaded: bool = True, loop: str = "uvloop",
    file: bool = False, arguments: tuple[str, ...] = (), environment: dict[str, str] | None = None,
    alone: bool = True,
) -> Iterator[Peer]:  # fmt: skip
    """This proxy, witness on. `file`: it also appends its records to a file. `alone`: it is kept on
    the CPU that no load runs on."""
    how = ["-m", "chaostrading.proxy"] if loop == "uvloop" else ["-c", _ASYNCIO]
    with tempfile.TemporaryDirectory() as folder:
        more = ["--witness", f"{folder}/witness.jsonl"] if file else []
        command = [
            sys.executable, *how, "--upstream", upstream, "--venue", "binance", *more, *arguments,
        ]  # fmt: skip
        process = subprocess.Popen(
            pinned(PROXY_CPU, command) if alone else command,
            stdout=subprocess.PIPE,
            env={**os.environ, "CHAOS_PROXY_TOKEN": TOKEN, **(environment or {})},
        )
        try:
            assert process.stdout is not None
            line = process.stdout.readline()
            if not line:
                raise OSError("the proxy did not start")
            ready: dict[str, Any] = json.loads(line)
            client = ProxyClient(ready["admin"], TOKEN, timeout_s=10.0)
            port = int(ready["url"].rpartition(":")[2])
            peer = Peer(name=name, port=port, pid=process.pid, client=client)
            if loaded:
                rules(peer)
            yield peer
            client.close()
        finally:
            stop(process)


@contextlib.contextmanager
def _child(name: str, command: list[str], port: int, wait: bool = True) -> Iterator[Peer]:
    process = subprocess.Popen(
        pinned(PROXY_CPU, command), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        if wait:
            until_open(port, process)
        yield Peer(name=name, port=port, pid=process.pid)
    finally:
        stop(process)


def _nginx(program: str, upstream: int, folder: Path, _edit: bool) -> tuple[list[str], int]:
    port = free_port()
    file = nginx(
        folder,
        f"listen 127.0.0.1:{port} backlog=4096; location / {{ proxy_pass http://up; "
        f"proxy_http_version 1.1; proxy_set_header Host $http_host; "
        f"proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection $hop; }}",
        f"upstream up {{ server 127.0.0.1:{upstream}; keepalive 512; "
        f"keepalive_requests 100000000; }}\n"
        f"map $http_upgrade $hop {{ default upgrade; '' ''; }}",
    )
    return [program, "-c", file], port


def _haproxy(program: str, upstream: int, folder: Path, _edit: bool) -> tuple[list[str], int]:
    port = free_port()
    file = folder / "haproxy.cfg"
    file.write_text(
        "global\n  nbthread 1\n  maxconn 8000\n"
        "defaults\n  mode http\n  http-reuse always\n  timeout connect 5s\n"
        "  timeout client 300s\n  timeout server 300s\n  timeout tunnel 300s\n"
        f"frontend f\n  bind 127.0.0.1:{port}\n  default_backend b\n"
        f"backend b\n  server s 127.0.0.1:{upstream}\n"
    )
    return [program, "-db", "-f", str(file)], port


def _envoy(program: str, upstream: int, folder: Path, _edit: bool) -> tuple[list[str], int]:
    port = free_port()
    address = {"socket_address": {"address": "127.0.0.1", "port_value": port}}
    there = {"socket_address": {"address": "127.0.0.1", "port_value": upstream}}
    kind = "type.googleapis.com/envoy.extensions.filters"
    manager = {
        "@type": f"{kind}.network.http_connection_manager.v3.HttpConnectionManager",
        "stat_prefix": "b",
        "upgrade_configs": [{"upgrade_type": "websocket"}],
        "route_config": {
            "virtual_hosts": [
                {
                    "name": "all",
                    "domains": ["*"],
                    "routes": [
                        {"match": {"prefix": "/"}, "route": {"cluster": "up", "timeout": "0s"}}
                    ],
                }
            ]
        },
        "http_filters": [
            {
                "name": "envoy.filters.http.fault",
                "typed_config": {"@type": f"{kind}.http.fault.v3.HTTPFault"},
            },
            {
                "name": "envoy.filters.http.router",
                "typed_config": {"@type": f"{kind}.http.router.v3.Router"},
            },
        ],
    }
    listener = {
        "address": address,
        "filter_chains": [
            {
                "filters": [
                    {
                        "name": "envoy.filters.network.http_connection_manager",
                        "typed_config": manager,
                    }
                ]
            }
        ],
    }
    ends = [{"lb_endpoints": [{"endpoint": {"address": there}}]}]
    cluster = {
        "name": "up",
        "type": "STATIC",
        "load_assignment": {"cluster_name": "up", "endpoints": ends},
    }
    file = folder / "envoy.json"
    file.write_text(
        json.dumps({"static_resources": {"listeners": [listener], "clusters": [cluster]}})
    )
    command = [program, "-c", str(file), "--concurrency", "1", "-l", "off"]
    return [*command, "--disable-hot-restart"], port


def _mitmdump(program: str, upstream: int, folder: Path, edit: bool) -> tuple[list[str], int]:
    port = free_port()
    file = folder / "addon.py"
    file.write_text(_ADDON.format(edit=_EDIT if edit else ""))
    options = ["-q", "--set", f"confdir={folder}", "--listen-host", "127.0.0.1"]
    mode = f"reverse:http://127.0.0.1:{upstream}"
    return [program, *options, "-p", str(port), "-m", mode, "-s", str(file)], port


_PROGRAMS: dict[str, tuple[str, Callable[[str, int, Path, bool], tuple[list[str], int]]]] = {
    "nginx": ("nginx", _nginx),
    "haproxy": ("haproxy", _haproxy),
    "envoy": ("envoy", _envoy),
    "mitmproxy": ("mitmdump", _mitmdump),
}


@contextlib.contextmanager
def _toxiproxy(program: str, upstream: int) -> Iterator[Peer]:
    api, port = free_port(), free_port()
    command = [program, "-port", str(api), "-host", "127.0.0.1"]
    with _child("toxiproxy", command, api) as peer:
        row = {
            "name": "b", "listen": f"127.0.0.1:{port}", "upstream": f"127.0.0.1:{upstream}",
        }  # fmt: skip
        url = f"http://127.0.0.1:{api}/proxies"
        requests.post(url, json=row, timeout=5).raise_for_status()
        yield Peer(name="toxiproxy", port=port, pid=peer.pid, toxics=f"{url}/b/toxics")


@contextlib.contextmanager
def peers(
    upstream: int, names: tuple[str, ...], folder: Path | None, *, edit: bool = False
) -> Iterator[dict[str, Peer]]:
    """Start those of the named peers that are here. `edit`: mitmproxy rewrites every message."""
    with contextlib.ExitStack() as stack:
        found: dict[str, Peer] = {}
        for name in names:
            if name == "toxiproxy":
                program = find("toxiproxy-server", folder)
                if program:
                    found[name] = stack.enter_context(_toxiproxy(program, upstream))
                continue
            word, make = _PROGRAMS[name]
            program = find(word, folder)
            if program is None:
                print(f"{name}: not found, left out", file=sys.stderr)
                continue
            own = Path(stack.enter_context(tempfile.TemporaryDirectory()))
            command, port = make(program, upstream, own, edit)
            found[name] = stack.enter_context(_child(name, command, port))
        yield found
