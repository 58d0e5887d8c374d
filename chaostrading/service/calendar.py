"""The calls about the schedule: show, pause, resume."""

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request

from chaostrading.service.guard import caller_of
from chaostrading.service.models import ReasonBody, SchedulePaused
from chaostrading.service.parts import BEARER, Parts
from chaostrading.service.problems import Problem
from chaostrading.suites.schedule import Schedule

__all__ = ["router"]


def router(parts: Parts) -> APIRouter:
    """The routes, working with these parts."""
    api = APIRouter(dependencies=BEARER, tags=["schedule"])

    def schedule() -> Schedule:
        if parts.schedule is None:
            raise Problem(409, "this service keeps no schedule (--no-schedule)")
        return parts.schedule

    @api.get("/api/chaos/schedule")
    def show(count: Annotated[int, Query(ge=1, le=50)] = 5) -> dict[str, Any]:
        """The next firings of each rule, and what became of the last ones."""
        return {**schedule().status(count), "log": schedule().log()}

    @api.post("/api/chaos/schedule/pause")
    def pause(request: Request, body: ReasonBody | None = None) -> SchedulePaused:
        """Fire nothing until resumed; each firing meanwhile is recorded as skipped."""
        reason = (body.reason.strip() if body else "") or "paused through the control API"
        schedule().pause(caller_of(request.scope).name, reason)
        return SchedulePaused(**schedule().status())

    @api.post("/api/chaos/schedule/resume")
    def resume(request: Request) -> SchedulePaused:
        """Fire again from the next firing on."""
        schedule().resume(caller_of(request.scope).name)
        return SchedulePaused(**schedule().status())

    return api
