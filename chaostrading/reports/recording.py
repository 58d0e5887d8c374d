"""Gathers the evidence of a run while it goes on: witness, counters, the target's own numbers.

A thread reads the proxy's witness and counters four times a second, and the target once a second.
Every record goes to disk as it comes, so that a killed run leaves what it saw.
"""

import contextlib
import threading
from pathlib import Path
from typing import Any

from chaostrading.core.clock import Clock
from chaostrading.core.errors import ChaosTradingError, Unreachable
from chaostrading.proxy.client import ProxyClient
from chaostrading.records.journal import RecordWriter
from chaostrading.records.types import Record, Sample, from_json
from chaostrading.reports.alerts import AlertState, evaluate, load_rules
from chaostrading.reports.webhook import AlertSender, webhook_url
from chaostrading.targets.base import Target

__all__ = ["Recording"]

TARGET_EVERY = 4
"""The target is asked at every fourth sample, so that asking does not become its load."""


class Recording:
    """The growing evidence of one run."""

    def __init__(
        self,
        folder: Path,
        *,
        proxy: ProxyClient,
        target: Target,
        clock: Clock,
        every_s: float = 0.25,
    ) -> None:
        self.folder = folder
        self.every_s = every_s
        self.began_s = clock.monotonic()
        self.lost = 0
        """Records that the witness had to forget before they were read."""
        self.gaps = 0
        """Samples in which the proxy did not answer."""
        self.alerts: list[dict[str, Any]] = []
        """What the alert rules said; each row also stands in the sample that made it."""
        self._rules = load_rules()
        self._alert_state = AlertState()
        self._sender = AlertSender(webhook_url(), folder.name)
        self._proxy = proxy
        self._target = target
        self._clock = clock
        self._records: list[Record] = []
        self._pending: list[Record] = []
        self._last = 0
        self._told: dict[str, float] = {}
        self._extra: dict[str, Any] = {}
        self._lock = threading.Lock()
        self._ended = threading.Event()
        self._writer = RecordWriter(folder / "witness.jsonl")
        self._thread = threading.Thread(target=self._run, name="recording", daemon=True)

    def start(self) -> None:
        """Begin to record. What the witness saw before does not count."""
        self._last = int(self._proxy.stats()["witness"]["last"])
        self._thread.start()

    def stop(self) -> None:
        """Take a last sample and end. Idempotent."""
        if self._ended.is_set():
            return
        self._ended.set()
        if self._thread.is_alive():
            self._thread.join(timeout=5)
        self._sample(number=0)
        self._writer.close()
        self._sender.close()

    def note(self, **values: float | str) -> None:
        """Add named values to every sample from now on, e.g. the level of a pressure."""
        with self._lock:
            self._extra.update(values)

    def records(self) -> tuple[Record, ...]:
        """All records so far, ordered by the moment they tell of, requests in flight included."""
        with self._lock:
            return tuple(sorted([*self._records, *self._pending], key=lambda one: one.mono_s))

    def samples(self) -> tuple[Sample, ...]:
        """The readings so far."""
        with self._lock:
            return tuple(one for one in self._records if isinstance(one, Sample))

    def _run(self) -> None:
        number = 0
        while not self._ended.wait(timeout=self.every_s):
            number += 1
            self._sample(number)

    def _sample(self, number: int) -> None:
        if number % TARGET_EVERY == 0:
            with contextlib.suppress(Unreachable):
                self._told = self._target.metrics()
        try:
            stats = self._proxy.stats()
            page = self._proxy.witness(since=self._last)
        except ChaosTradingError:
            self.gaps += 1
            return
        rows = [from_json(row) for row in page["records"]]
        with self._lock:
            self._pending = [from_json(row) for row in page["pending"]]
            self.lost += int(page["lost"])
            self._last = int(page["last"])
            now_s = self._clock.monotonic()
            values = {**_flat(stats), **_machine(), **self._extra, "target": self._told}
            told = evaluate(self._rules, values, self._alert_state, now_s)
            alerts = [alert.to_json() for alert in told]
            if alerts:
                values["alerts"] = alerts
            sample = Sample(seq=0, mono_s=now_s, wall_s=self._clock.wall(), values=values)
            self.alerts += alerts
            self._records += [*rows, sample]
            for row in page["records"]:
                self._writer.write_row(row)
            self._writer.write(sample)
        for alert in alerts:
            self._sender.put(alert)


def _machine() -> dict[str, float]:
    """How busy the machine is that chaos and, in the paper stack, the target run on."""
    import psutil  # every action loads this module, and only a run with a recording needs it

    return {
        "system.cpu_percent": psutil.cpu_percent(interval=None),
        "system.memory_percent": psutil.virtual_memory().percent,
    }


def _flat(row: dict[str, Any], name: str = "") -> dict[str, Any]:
    """Flatten nested counters: `{"connections": {"http": 1}}` is `{"connections.http": 1}`."""
    flat: dict[str, Any] = {}
    for key, value in row.items():
        if key == "streams":
            continue
        if isinstance(value, dict):
            flat.update(_flat(value, f"{name}{key}."))
        else:
            flat[f"{name}{key}"] = value
    return flat
