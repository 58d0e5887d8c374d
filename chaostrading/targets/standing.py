"""How a paper target stood before an experiment entered orders there, and how to bring it back.

`standing` is JSON-able, so that the write-ahead undo can keep it: a run that is killed half-way
leaves a kill switch engaged, a limit lowered or a small order resting, and `recover` ends that.
"""

from typing import Any

from chaostrading.core.errors import Unreachable
from chaostrading.targets.order_entry import OrderEntry

__all__ = ["KILL_REASON", "restore", "standing"]

KILL_REASON = "the experiment tries what passes a kill switch"
"""What the target is told with the kill. One that was engaged for another reason is left alone."""
LIMITS = ("order_notional_usdt_max", "position_usdt_max")
"""Those that an experiment changes."""
MANUAL = "manual"
"""What the target calls the purpose of orders that came through its order entry."""


def standing(entry: OrderEntry) -> dict[str, Any]:
    """Limits, and the orders that came through the order entry and rest. Raises Unreachable."""
    limits = entry.get("/status").get("limits", {})
    return {
        "limits": {name: str(limits[name]) for name in LIMITS if name in limits},
        "resting": _resting(entry),
    }


def restore(entry: OrderEntry, before: dict[str, Any]) -> str:
    """Bring the target back to how it stood, and say what was done. Raises Unreachable.

    The kill switch is released if the experiment has engaged it, limits are set again, and orders
    that came through the order entry since then are cancelled. Twice is as good as once.
    """
    told = []
    if _killed_by_us(entry):
        _must(entry, "/resume", {"reason": "the experiment is over"})
        told.append("kill switch released")
    limits = entry.get("/status").get("limits", {})
    changed = {
        name: text for name, text in before["limits"].items() if str(limits.get(name)) != text
    }
    if changed:
        _must(entry, "/limits", changed)
        told.append(f"{len(changed)} limits set again")
    left = [name for name in _resting(entry) if name not in before["resting"]]
    for name in left:
        entry.send(f"/orders/{name}", method="DELETE")
    if left:
        told.append(f"{len(left)} orders cancelled")
    _must(entry, "/strategy/pause", {"seconds": 0})
    return ", ".join(told) or "nothing had to be changed"


def _resting(entry: OrderEntry) -> list[str]:
    orders = entry.get("/orders").get("orders", [])
    return [
        str(row["client_id"])
        for row in orders
        if row.get("purpose") == MANUAL and row.get("status") == "live"
    ]


def _killed_by_us(entry: OrderEntry) -> bool:
    if entry.get("/status").get("trading_state") != "halted":
        return False
    entries = entry.get("/audit").get("entries", [])
    switched = [row for row in entries if row.get("event") in ("Killed", "Resumed")]
    last = switched[-1] if switched else {}
    return last.get("event") == "Killed" and last["detail"].get("reason") == KILL_REASON


def _must(entry: OrderEntry, path: str, body: dict[str, Any]) -> None:
    reply = entry.send(path, body)
    if reply.status >= 300:
        raise Unreachable(f"target: POST {path} was answered {reply.status}: {reply.denied}")
