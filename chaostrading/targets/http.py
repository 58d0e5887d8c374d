"""Any system with a JSON API as a target, described by a small JSON file.

    {
      "name": "my-bot",
      "url": "http://127.0.0.1:9000",
      "headers": {"Authorization": "Bearer env:BOT_TOKEN"},
      "mode": {"path": "/status", "at": "engine.mode", "paper": ["paper", "dry-run"]},
      "health": {"path": "/health", "at": "status", "healthy": ["ok"]},
      "metrics": {"path": "/stats", "values": {"open_orders": "orders.open"}},
      "positions": {"path": "/positions", "at": "net"}
    }

`at` is a dotted path into the answer. `env:NAME` at the end of a header is read from the
environment, so that the file holds no secret.
"""

import json
import os
from pathlib import Path
from typing import Any

import jsonschema

from chaostrading.core.errors import InvalidInput
from chaostrading.targets.base import JsonApi

__all__ = ["HttpTarget"]

_ASKED = {
    "type": "object",
    "required": ["path"],
    "properties": {
        "path": {"type": "string", "pattern": "^/"},
        "at": {"type": "string"},
        "paper": {"type": "array", "items": {"type": "string"}, "minItems": 1},
        "healthy": {"type": "array", "minItems": 1},
        "values": {"type": "object", "additionalProperties": {"type": "string"}},
    },
    "additionalProperties": False,
}
_SCHEMA = {
    "type": "object",
    "required": ["name", "url", "mode", "health"],
    "properties": {
        "name": {"type": "string"},
        "url": {"type": "string", "pattern": "^https?://"},
        "headers": {"type": "object", "additionalProperties": {"type": "string"}},
        "mode": {**_ASKED, "required": ["path", "at", "paper"]},
        "health": {**_ASKED, "required": ["path", "at", "healthy"]},
        "metrics": {**_ASKED, "required": ["path", "values"]},
        "positions": {**_ASKED, "required": ["path", "at"]},
    },
    "additionalProperties": False,
}


class HttpTarget:
    """Talks to a system as its description says."""

    def __init__(self, description: dict[str, Any]) -> None:
        try:
            jsonschema.validate(description, _SCHEMA)
        except jsonschema.ValidationError as error:
            where = ".".join(str(part) for part in error.path) or "description"
            raise InvalidInput(f"target: {where}: {error.message}") from error
        self.description = description
        self.name = str(description["name"])
        self.url = str(description["url"])
        self.api = JsonApi(self.url)
        for name, value in description.get("headers", {}).items():
            self.api.session.headers[name] = _from_environment(value)

    @classmethod
    def from_file(cls, path: str) -> "HttpTarget":
        """Read the description. Raises InvalidInput naming the file."""
        try:
            description = json.loads(Path(path).read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            raise InvalidInput(f"target: cannot read {path}: {error}") from error
        return cls(description)

    def mode(self) -> str:
        asked = self.description["mode"]
        said = _at(self.api.get(asked["path"]), asked["at"])
        return "paper" if said in asked["paper"] else str(said)

    def healthy(self) -> bool:
        asked = self.description["health"]
        return _at(self.api.get(asked["path"]), asked["at"]) in asked["healthy"]

    def metrics(self) -> dict[str, float]:
        asked = self.description.get("metrics")
        if asked is None:
            return {}
        row = self.api.get(asked["path"])
        found = {name: _at(row, at) for name, at in asked["values"].items()}
        return {name: float(value) for name, value in found.items() if _is_number(value)}

    def told(self) -> dict[str, Any]:
        asked = self.description.get("positions")
        if asked is None:
            return {}
        return {"positions": _at(self.api.get(asked["path"]), asked["at"])}


def _at(row: Any, dotted: str) -> Any:
    for part in dotted.split("."):
        if isinstance(row, list) and part.isdigit() and int(part) < len(row):
            row = row[int(part)]
        elif isinstance(row, dict):
            row = row.get(part)
        else:
            return None
    return row


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _from_environment(value: str) -> str:
    head, mark, name = value.partition("env:")
    if not mark:
        return value
    if name not in os.environ:
        raise InvalidInput(f"target: header needs {name} in the environment, it is not set")
    return head + os.environ[name]
