"""What the service remembers over a restart: whether it was enabled, and the keys of its runs."""

import json
import threading
from collections.abc import Mapping
from typing import Any

from chaostrading.core import home
from chaostrading.core.clock import Clock, iso
from chaostrading.core.files import to_json, write_atomically
from chaostrading.safety.settings import Settings
from chaostrading.service.auth import TOKEN_VARIABLES
from chaostrading.service.problems import Problem

__all__ = ["ServiceState"]

_KEYS_KEPT = 500
_KEY_LIFE_S = 86_400.0


class ServiceState:
    """Kept in `service.json` of the chaos home. Of an unreadable file nothing is believed."""

    def __init__(self, environ: Mapping[str, str], clock: Clock) -> None:
        self._base = dict(environ)
        self._clock = clock
        self._lock = threading.Lock()
        self._row = _read()

    def environ(self) -> dict[str, str]:
        """The environment of runs: the service's own, with its word on `CHAOS_ENABLED`, and
        without tokens."""
        values = {name: value for name, value in self._base.items() if name not in TOKEN_VARIABLES}
        word = self._row.get("enabled")
        # The newer word wins: a variable that was changed since is newer than the call.
        if isinstance(word, dict) and word.get("variable") == self._base.get("CHAOS_ENABLED"):
            values["CHAOS_ENABLED"] = "true"
        return values

    def settings(self) -> Settings:
        """What is allowed now. Raises InvalidInput for a variable that cannot be right."""
        values = self.environ()
        return Settings.load(values, paper_stack=not values.get("CHAOS_TARGET"))

    def enable(self, by: str) -> None:
        """Remember that an admin has enabled chaos testing."""
        with self._lock:
            self._row["enabled"] = {
                "by": by,
                "at": iso(self._clock.wall()),
                "variable": self._base.get("CHAOS_ENABLED"),
            }
            self._write()

    def run_of(self, key: str, asked: str) -> str:
        """The run that this idempotency key has started, "" if none.

        Raises Problem 422 when it was used for another request."""
        with self._lock:
            row = self._row["keys"].get(key)
        if row is None or self._clock.wall() - row["wall_s"] > _KEY_LIFE_S:
            return ""
        if row["asked"] != asked:
            raise Problem(422, "Idempotency-Key was used for another run before; take a new one")
        return str(row["run_id"])

    def remember(self, key: str, asked: str, run_id: str) -> None:
        """Remember for a day, and for at most 500 keys, what a key has started."""
        with self._lock:
            keys = self._row["keys"]
            keys[key] = {"asked": asked, "run_id": run_id, "wall_s": self._clock.wall()}
            for oldest in sorted(keys, key=lambda name: keys[name]["wall_s"])[:-_KEYS_KEPT]:
                del keys[oldest]
            self._write()

    def _write(self) -> None:
        write_atomically(home.home() / "service.json", to_json(self._row, indent=1), mode=0o600)


def _read() -> dict[str, Any]:
    try:
        row = json.loads((home.home() / "service.json").read_text(encoding="utf-8"))
        keys = {
            str(key): {
                "asked": str(one["asked"]),
                "run_id": str(one["run_id"]),
                "wall_s": float(one["wall_s"]),
            }
            for key, one in row["keys"].items()
        }
        return {"enabled": row.get("enabled"), "keys": keys}
    except (OSError, ValueError, TypeError, KeyError, AttributeError):
        return {"enabled": None, "keys": {}}
