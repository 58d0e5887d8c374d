"""What can be asked of the exchange: one table for HTTP and for the WebSocket API."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from chaostrading.paper.exchange.params import Params
from chaostrading.paper.exchange.venue import PaperVenue

__all__ = ["ENDPOINTS", "METHODS", "Answer", "Endpoint", "endpoint", "weigh_symbols"]

Answer = Callable[[PaperVenue, Params], Any]
Weight = int | Callable[[Params], int]
Security = Literal["none", "key", "signed"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Endpoint:
    """One thing that can be asked."""

    method: str
    path: str
    answer: Answer
    weight: Weight = 1
    security: Security = "none"
    orders: int = 0
    """How many unfilled orders it counts as."""
    ws: str = ""
    """Its name in the WebSocket API, "" where it has none."""

    def weigh(self, params: Params) -> int:
        """The request weight of this very request."""
        return self.weight if isinstance(self.weight, int) else self.weight(params)


ENDPOINTS: dict[tuple[str, str], Endpoint] = {}
METHODS: dict[str, Endpoint] = {}


def endpoint(
    method: str,
    path: str,
    *,
    weight: Weight = 1,
    security: Security = "none",
    orders: int = 0,
    ws: str = "",
) -> Callable[[Answer], Answer]:
    """Register what answers a method and path, and under which name the WebSocket API has it."""

    def register(answer: Answer) -> Answer:
        item = Endpoint(
            method=method,
            path=path,
            answer=answer,
            weight=weight,
            security=security,
            orders=orders,
            ws=ws,
        )
        ENDPOINTS[(method, path)] = item
        if ws:
            METHODS[ws] = item
        return answer

    return register


def weigh_symbols(one: int, many: int) -> Callable[[Params], int]:
    """The weight of requests that are dearer without a symbol."""
    return lambda params: one if "symbol" in params else many
