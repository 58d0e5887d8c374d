"""The three calls of the procedures: enable, run, disable."""

from typing import Annotated, Any

from fastapi import APIRouter, Header, Request, Response

from chaostrading.core.errors import ChaosTradingError
from chaostrading.safety import lever
from chaostrading.service.admission import admit, find_test
from chaostrading.service.guard import caller_of
from chaostrading.service.models import LeverAnswer, ReasonBody, RunBody, RunStarted
from chaostrading.service.parts import BEARER, Parts, lever_answer
from chaostrading.service.problems import Problem
from chaostrading.service.runs import RunRequest
from chaostrading.service.stopping import read_reason, stop_everything
from chaostrading.suites.catalogue import ChaosTest

__all__ = ["router"]

_STOP_DOCUMENT: dict[str, Any] = {
    "security": [{}],  # or none at all
    "requestBody": {
        "required": False,
        "content": {"application/json": {"schema": ReasonBody.model_json_schema()}},
    },
}


def router(parts: Parts) -> APIRouter:
    """The routes, working with these parts."""
    api = APIRouter(dependencies=BEARER, tags=["acts"])

    @api.post("/api/chaos/enable")
    def enable(request: Request, body: ReasonBody | None = None) -> LeverAnswer:
        """Release the lever and allow runs. Needs the role admin."""
        by = caller_of(request.scope).name
        reason = (body.reason.strip() if body else "") or "enabled through the control API"
        try:
            parts.state.enable(by)
            state = lever.release(reason, by, clock=parts.clock)
        except OSError as error:
            raise Problem(503, f"this could not be written down: {error}") from error
        parts.watch.look()
        return lever_answer(state)

    # Not in the pool of threads, where it would wait behind a thousand readers; and its body is
    # read leniently, for a stop must not fail for the sake of its reason.
    @api.post("/api/chaos/disable", openapi_extra=_STOP_DOCUMENT)
    async def disable(request: Request) -> LeverAnswer:
        """Engage the lever: running tests stop within a second, nothing new starts. Any token
        may; from loopback anybody may without one."""
        reason = await read_reason(request) or "disabled through the control API"
        return lever_answer(stop_everything(parts, reason, caller_of(request.scope)))

    @api.post("/api/chaos/run", status_code=202)
    def run(
        body: RunBody,
        request: Request,
        response: Response,
        idempotency_key: Annotated[str | None, Header(min_length=1, max_length=200)] = None,
    ) -> RunStarted:
        """Run one test now. Needs the role operator. With `Idempotency-Key`, asking twice starts
        one run."""
        test = find_test(body.test)
        asked = RunRequest(test=test, variant=body.variant, quick=body.quick, seed=body.seed)
        key = idempotency_key or ""
        run_id = parts.state.run_of(key, asked.text()) if key else ""
        replayed = bool(run_id)
        if not run_id:
            _admit(parts, test)
            by = caller_of(request.scope).name
            run_id, replayed = parts.runs.start(asked, by=by, key=key)
        url = f"/api/chaos/runs/{run_id}"
        response.headers["Location"] = url
        return RunStarted(run_id=run_id, url=url, replayed=replayed)

    return api


def _admit(parts: Parts, test: ChaosTest) -> None:
    try:
        admit(test, parts.state.settings(), parts.state.environ(), parts.clock)
    except Problem:
        raise
    except ChaosTradingError as error:
        raise Problem(403, f"not injecting: {error}") from error
