"""What the routes work with, and what they have in common."""

from dataclasses import dataclass
from typing import Any

from fastapi import Security
from fastapi.responses import JSONResponse
from fastapi.security import HTTPBearer

from chaostrading.core.clock import Clock, iso
from chaostrading.core.files import to_json
from chaostrading.safety import lever
from chaostrading.service.auth import Tokens
from chaostrading.service.events import Broker
from chaostrading.service.limits import Limiter
from chaostrading.service.metrics import Calls
from chaostrading.service.models import LeverAnswer
from chaostrading.service.past import Past
from chaostrading.service.runs import Runs
from chaostrading.service.state import ServiceState
from chaostrading.service.watch import Watch
from chaostrading.suites.schedule import Schedule

__all__ = ["BEARER", "Parts", "StrictJson", "lever_answer"]

BEARER = [Security(HTTPBearer(auto_error=False, description="ADMIN_TOKEN, or a lesser one"))]
"""For the API page only: `guard` has looked at the token long before."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Parts:
    """What the routes work with. Made by `serve.make_parts`."""

    tokens: Tokens
    state: ServiceState
    broker: Broker
    runs: Runs
    past: Past
    watch: Watch
    schedule: Schedule | None
    limiter: Limiter
    calls: Calls
    clock: Clock


class StrictJson(JSONResponse):
    """JSON without NaN and infinity, which browsers refuse to read."""

    def render(self, content: Any) -> bytes:
        return to_json(content).encode()


def lever_answer(state: lever.LeverState) -> LeverAnswer:
    return LeverAnswer(
        engaged=state.engaged,
        reason=state.reason,
        by=state.by,
        since=iso(state.wall_s) if state.wall_s else None,
        sentence=state.sentence(),
    )
