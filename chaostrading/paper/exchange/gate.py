"""Lets a request in, or not, in the real exchange's order: ban, weight, key, time, signature."""

from dataclasses import dataclass
from typing import Any

from chaostrading.paper.exchange.endpoint import Endpoint
from chaostrading.paper.exchange.keys import check_timing
from chaostrading.paper.exchange.params import Params
from chaostrading.paper.exchange.rejections import Rejected
from chaostrading.paper.exchange.venue import ACCOUNT, PaperVenue

__all__ = ["Asked", "ask"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Asked:
    """A request, however it came in."""

    endpoint: Endpoint
    values: dict[str, str]
    address: str
    key: str | None
    payload: str
    """What the signature is about."""
    arrived_ms: float
    """Wall clock at the first byte."""
    trusted: bool = False
    """The session has logged on, so that no signature is needed."""


async def ask(venue: PaperVenue, asked: Asked) -> Any:
    """Admit the request and answer it. Raises `Rejected`."""
    endpoint, params = asked.endpoint, Params(asked.values)
    venue.limits.charge(asked.address, endpoint.weigh(params), venue.engine.now_ms())
    if endpoint.security != "none":
        key = venue.keys.check_key(asked.key)
        if endpoint.security == "signed":
            check_timing(params, asked.arrived_ms, arrival=True)
            if not asked.trusted:
                venue.keys.check_signature(key, asked.payload, params.raw("signature"))
    if endpoint.orders:
        venue.limits.check_orders(ACCOUNT, endpoint.orders, venue.engine.now_ms())
    if venue.settings.processing_ms and endpoint.security == "signed":
        await venue.clock.pause(venue.settings.processing_ms / 1000)
    if endpoint.security == "signed":
        check_timing(params, venue.clock.wall() * 1000, arrival=False)
    try:
        answer = endpoint.answer(venue, params)
        _count(venue, endpoint)
    except Rejected as refusal:
        # A cancelReplace counts even where its new order was refused or not attempted.
        if refusal.code in (-2021, -2022):
            _count(venue, endpoint)
        raise
    finally:
        venue.publish()
    return answer


def _count(venue: PaperVenue, endpoint: Endpoint) -> None:
    # Before the fills are published, for each order's first fill gives one back.
    if endpoint.orders:
        venue.limits.count_orders(ACCOUNT, endpoint.orders, venue.engine.now_ms())
