"""F35: the exchange's messages are not what they were."""

import json
import re
from dataclasses import dataclass

from chaostrading.core.seeds import Dice
from chaostrading.faults.base import PASS, Fate, Fault, Frame, Replace, State
from chaostrading.faults.limits import one_of, within
from chaostrading.faults.registry import register
from chaostrading.venues.editing import add_member, drop_member, rename_member

__all__ = ["SchemaDrift"]

_CHANGES = (
    "unknown_enum", "unknown_event", "missing_field", "renamed_field", "extra_field",
    "string_number", "shifted_array",
)  # fmt: skip
_DEAD = re.compile(rb'("(?:X|x|status)"\s*:\s*")(?:CANCELED|EXPIRED|REJECTED)(")')
_QUOTED = re.compile(rb'"(-?\d+(?:\.\d+)?)"(?=\s*[,\]}])')
_BARE = re.compile(rb"(?<=[:\[,])(-?\d+(?:\.\d+)?)(?=\s*[,\]}])")
_ROW = re.compile(rb'\[(?=\s*["\d-])')


@register
@dataclass(frozen=True, kw_only=True, slots=True)
class SchemaDrift(Fault):
    """Change the shape of messages and answers as exchanges do without notice.

    On the wire: market messages and answers, account events and answers about orders are edited in
    place, all other bytes kept. An unknown enum only takes the place of the status of an order
    that is dead anyway, so that what the client learns stays true. An unknown event is one more
    message behind another one, every `every_s`."""

    name = "schema_drift"
    catalogue = "F35"
    category = "exchange"
    kinds = frozenset({"answer", "message"})
    state_per = "connection"

    changes: tuple[str, ...] = ("unknown_enum", "unknown_event")
    """Any of unknown_enum, unknown_event, missing_field, renamed_field, extra_field, string_number
    (quoted numbers lose their quotes, or bare ones gain them), shifted_array (one more value in
    front of every row)."""
    status: str = "EXPIRED_IN_MATCH"
    """The unknown order status."""
    event: str = "TRADE_PREVENTION"
    """Type of the unknown event."""
    every_s: float = 5.0
    """Seconds between unknown events of one connection, 0..3600."""
    field: str = "E"
    """Name of the field that goes missing or is renamed to itself with `_v2` behind."""

    def __post_init__(self) -> None:
        for change in self.changes:
            one_of(self.name, "changes", change, _CHANGES)
        within(self.name, "every_s", self.every_s, 0, 3_600)

    def decide(self, frame: Frame, dice: Dice, state: State) -> Fate:
        if frame.direction == "up" or frame.status >= 400 or frame.status == 101:
            return PASS
        if frame.meaning.role not in ("market", "private", "order", "query", "account"):
            return PASS
        payload = self._edited(frame.payload)
        payloads = [payload]
        if frame.kind == "message" and "unknown_event" in self.changes:
            last_s: float = state.memory.get("event_s", -1e9)
            if frame.now_s - last_s >= self.every_s:
                state.memory["event_s"] = frame.now_s
                payloads.append(self._event(frame))
        unchanged = len(payloads) == 1 and payload == frame.payload
        return PASS if unchanged else Replace(payloads=tuple(payloads))

    def _edited(self, payload: bytes) -> bytes:
        changes = self.changes
        if "unknown_enum" in changes:
            status = self.status.encode()
            payload = _DEAD.sub(lambda found: found.group(1) + status + found.group(2), payload)
        if "missing_field" in changes:
            payload = drop_member(payload, self.field)
        if "renamed_field" in changes:
            payload = rename_member(payload, self.field, f"{self.field}_v2")
        if "extra_field" in changes:
            payload = add_member(payload, b'"newField":"drift"')
        if "string_number" in changes:
            bare = _QUOTED.sub(rb"\1", payload)
            payload = bare if bare != payload else _BARE.sub(rb'"\1"', payload)
        if "shifted_array" in changes:
            payload = _ROW.sub(b"[0,", payload)
        return payload

    def _event(self, frame: Frame) -> bytes:
        row: dict[str, object] = {"e": self.event, "E": frame.now_ms, "s": frame.meaning.symbol}
        if frame.payload.startswith(b'{"stream"'):
            row = {"stream": frame.stream, "data": row}
        elif frame.payload.startswith(b'{"subscriptionId"'):
            row = {"subscriptionId": 0, "event": row}
        return json.dumps(row, separators=(",", ":")).encode()
