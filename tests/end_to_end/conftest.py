"""Runs experiments as a user does: `chaos run`, in a folder of their own, on the paper stack."""

import fcntl
import json
import os
import re
import signal
import subprocess
import sys
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil
import pytest

ROOT = Path(__file__).resolve().parents[2]
LIMIT_S = 150
ANY = "127.0.0.1:0"


@dataclass
class Run:
    """A finished `chaos run`."""

    exit_code: int
    output: str
    block: dict[str, Any] = field(default_factory=dict)

    @property
    def outcome(self) -> str:
        return str(self.block["verdict"]["outcome"])

    @property
    def sentence(self) -> str:
        return str(self.block["verdict"]["sentence"])

    def finding(self, checker: str) -> dict[str, Any]:
        return next(one for one in self.block["findings"] if one["checker"] == checker)


class Chaos:
    """`chaos` in a folder of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.environ = {
            name: value for name, value in os.environ.items() if not name.startswith("CHAOS_")
        }
        self.environ |= {"CHAOS_HOME": str(folder / "home"), "CHAOS_SEED": "7"}
        self.environ.pop("TRADING_MODE", None)

    def command(self, experiment: Path, *arguments: str) -> list[str]:
        head = [sys.executable, "-m", "chaostoolkit", "--no-version-check", "--no-log-file"]
        return [*head, "run", *arguments, str(experiment)]

    def run(self, experiment: str | Path, *arguments: str, **environ: str) -> Run:
        """Run an experiment by name or path and read its journal."""
        path = ROOT / "experiments" / f"{experiment}.json"
        done = subprocess.run(
            self.command(path if isinstance(experiment, str) else experiment, *arguments),
            cwd=self.folder,
            env=self.environ | environ,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=LIMIT_S,
            check=False,
        )
        return Run(done.returncode, done.stdout + done.stderr, self.block())

    def block(self) -> dict[str, Any]:
        """The block of the newest journal, empty when there is none."""
        journals = sorted((self.folder / "home" / "journals").glob("*.json"))
        if not journals:
            return {}
        newest = max(journals, key=lambda path: path.stat().st_mtime)
        return dict(json.loads(newest.read_text())["chaostrading"])

    def edited(self, experiment: str, change: Any) -> Path:
        """A copy of an experiment that `change` has edited in place."""
        row = json.loads((ROOT / "experiments" / f"{experiment}.json").read_text())
        change(row)
        path = self.folder / f"{experiment}-edited.json"
        path.write_text(json.dumps(row))
        return path

    def processes(self) -> list[psutil.Process]:
        """Processes of stacks that were started in this folder's home."""
        mark = str(self.folder)
        found = []
        for process in psutil.process_iter():
            try:
                if process.environ().get("CHAOS_HOME", "").startswith(mark):
                    found.append(process)
            except (psutil.Error, OSError):
                continue
        return found


@pytest.fixture
def the_machine(request):
    """A share of the machine; a test that is marked `alone` has it to itself.

    Memory and CPU pressure are felt by every other stack, and every other stack by them."""
    path = Path(tempfile.gettempdir()) / "chaostrading-tests.lock"
    with path.open("w") as file:
        alone = request.node.get_closest_marker("alone") is not None
        fcntl.flock(file, fcntl.LOCK_EX if alone else fcntl.LOCK_SH)
        yield


@pytest.fixture
def chaos(tmp_path, the_machine):
    return Chaos(tmp_path)


@pytest.fixture
def own(chaos):
    """`chaos trading paper` on free ports stands for the user's own exchange, proxy and bot."""
    command = [sys.executable, "-m", "chaostoolkit", "--no-version-check", "--no-log-file"]
    command += ["trading", "paper", "--exchange", ANY, "--listen", ANY, "--admin", ANY]
    process = subprocess.Popen(
        [*command, "--trader", ANY],
        cwd=chaos.folder,
        env=chaos.environ,
        stdout=subprocess.PIPE,
        text=True,
    )
    with process:
        text = "".join(process.stdout.readline() for _ in range(5))
        urls = dict(re.findall(r"^(\w+) +(http://\S+)", text, re.MULTILINE))
        token = re.search(r"CHAOS_PROXY_TOKEN=(\w+)", text)[1]
        yield {
            "TRADING_MODE": "paper",
            "CHAOS_ENABLED": "true",
            "CHAOS_TARGET": "paper",
            "CHAOS_TARGET_URL": urls["trader"],
            "CHAOS_PROXY_ADMIN": urls["admin"],
            "CHAOS_PROXY_TOKEN": token,
            "CHAOS_PROXY_URL": urls["proxy"],
            "CHAOS_EXCHANGE_URL": urls["exchange"],
            "CHAOS_EXCHANGE_TOKEN": token,
        }
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=10)
