"""What an experiment tries on the target itself, and the record of it for the judges."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from typing import Any

from chaostrading.core.errors import Refused, Unreachable
from chaostrading.safety import undo
from chaostrading.session import Injection, Session
from chaostrading.targets.order_entry import OrderEntry, Reply
from chaostrading.targets.paper import PaperTarget
from chaostrading.targets.standing import restore, standing

__all__ = ["Attempts", "Row"]

Row = dict[str, Any]


class Attempts:
    """Sends requests to the target's order entry and keeps a row of each for the judges.

    The rows stand under `attempts` in the run's facts; `checkers` says what they are made of.
    """

    def __init__(self, run: Session, fault: str) -> None:
        if not isinstance(run.target, PaperTarget):
            raise Refused(
                f"{fault}: the target must be one whose orders this pack can enter (paper), "
                f"was {run.target.name}"
            )
        self.run = run
        self.fault = fault
        self.entry: OrderEntry = run.target.order_entry(run.clock)
        self.rows: list[Row] = run.facts.setdefault("attempts", [])
        self._lock = threading.Lock()
        self._before: Row = {}

    def symbols(self) -> list[str]:
        """What the target trades."""
        return [str(name) for name in self.entry.get("/status").get("symbols", [])]

    def price(self, symbol: str) -> Decimal:
        """What the target believes the price is. Raises Refused where it knows none."""
        known = self.entry.get("/status").get("market_data", {}).get(symbol, {})
        text = str(known.get("price", ""))
        if not text:
            raise Refused(f"{self.fault}: the target knows no price of {symbol}")
        return Decimal(text)

    def position(self, symbol: str) -> Decimal:
        """What the target holds."""
        return Decimal(str(self.entry.get("/positions")["positions"].get(symbol, "0")))

    def record(self, way: str, expect: str, order: Row, reply: Reply, **more: Any) -> Row:
        """Keep what became of one order."""
        told = {name: str(order[name]) for name in _SHOWN if order.get(name) not in (None, "")}
        row: Row = {
            "mono_s": reply.sent_s,
            "way": way,
            "expect": expect,
            **told,
            "status": reply.status,
            **more,
        }
        if reply.denied:
            row["denied"] = reply.denied
        if reply.body.get("client_id"):
            row["client_id"] = str(reply.body["client_id"])
        with self._lock:
            self.rows.append(row)
        return row

    @contextmanager
    def in_force(self, parameters: Row, duration_s: float) -> Iterator[Injection]:
        """Tell the run that a fault of this kind goes on from here on; `heal` ends it.

        How to bring the target back is on disk before that, where the target outlives the run."""
        self.run.refuse_when_stopped()
        self._before = standing(self.entry)
        injection = Injection(
            fault=self.fault,
            parameters=parameters,
            began_s=self.run.clock.monotonic(),
            duration_s=duration_s,
            end=self.restore,
            undo="" if self.run.paper_stack else self._write_undo(),
        )
        self.run.add(injection)
        try:
            yield injection
        finally:
            injection.report = {"hits": len(self.rows)}
            injection.duration_s = self.run.clock.monotonic() - injection.began_s

    def restore(self) -> None:
        """Bring the target back to how it stood. Raises Unreachable where it outlives the run."""
        try:
            restore(self.entry, self._before)
        except Unreachable:
            if not self.run.paper_stack:
                raise

    def _write_undo(self) -> str:
        action = {"kind": "restore_target", "url": self.entry.url, "before": self._before}
        return undo.write(self.run.run_id, {**action, "token": self.entry.token})


_SHOWN = ("symbol", "side", "quantity", "price")
