"""Stopping everything: it works without a reason, a body, a free thread or space on the disk."""

import asyncio
import contextlib
import json

from fastapi import Request

from chaostrading.safety import lever
from chaostrading.service.auth import Caller
from chaostrading.service.parts import Parts
from chaostrading.service.problems import Problem

__all__ = ["read_reason", "stop_everything"]

_BODY_WITHIN_S = 0.2


async def read_reason(request: Request) -> str:
    """The reason in the body, "" when there is none, or none that comes in time or can be read."""
    with contextlib.suppress(Exception):
        text = await asyncio.wait_for(request.body(), _BODY_WITHIN_S)
        return str(json.loads(text)["reason"]).strip()[:500]
    return ""


def stop_everything(parts: Parts, reason: str, caller: Caller) -> lever.LeverState:
    """Engage the lever. Raises Problem 503 when that cannot be written; the runs stop anyway.

    Whoever asks for it again and again is answered, but no longer written down each time."""
    state = lever.read()
    if state.engaged and parts.limiter.wait_s("stop", caller.address):
        return state
    try:
        state = lever.engage(reason, caller.name, clock=parts.clock)
    except OSError as error:
        parts.runs.closing = "the lever was to be engaged, but cannot be written"
        raise Problem(503, f"{parts.runs.closing} ({error}); its runs are stopped") from error
    parts.watch.look()
    return state
