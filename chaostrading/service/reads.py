"""The calls that only look: state, tests, runs, events, metrics."""

from dataclasses import asdict
from typing import Annotated, Any

from fastapi import APIRouter, Header, Query, Response
from fastapi import Path as InPath
from fastapi.responses import StreamingResponse

from chaostrading import __version__
from chaostrading.core.errors import ChaosTradingError
from chaostrading.safety import lever
from chaostrading.service.admission import target_name
from chaostrading.service.events import stream
from chaostrading.service.metrics import CONTENT_TYPE_LATEST, exposition
from chaostrading.service.models import RUN_ID, Health, RunList, TestList
from chaostrading.service.parts import BEARER, Parts, lever_answer
from chaostrading.service.problems import Problem
from chaostrading.suites.catalogue import SUITES, ChaosTest, catalogue

__all__ = ["router"]


def router(parts: Parts) -> APIRouter:
    """The routes, working with these parts."""
    api = APIRouter(tags=["reads"])
    _add_state(api, parts)
    _add_runs(api, parts)
    _add_streams(api, parts)
    return api


def _add_state(api: APIRouter, parts: Parts) -> None:
    @api.get("/health")
    def health() -> Health:
        """Whether the service is well; needs no token."""
        return Health(
            status="ok",
            enabled=_enabled(parts),
            lever_engaged=lever.read().engaged,
            running=len(parts.runs.live()),
        )

    @api.get("/api/chaos/status", dependencies=BEARER)
    def status() -> dict[str, Any]:
        """What is allowed, what runs, what comes next."""
        now_s = parts.clock.monotonic()
        return {
            "version": __version__,
            "target": target_name(parts.state.environ()),
            "enabled": _enabled(parts),
            "settings": _settings(parts),
            "lever": lever_answer(lever.read()).model_dump(),
            "running": [one.row(now_s) for one in parts.runs.live()],
            "last": next((one.row(now_s) for one in parts.runs.ended()), None),
            "schedule": parts.schedule.status() if parts.schedule else None,
            "listeners": parts.broker.clients,
        }

    @api.get("/api/chaos/tests", dependencies=BEARER)
    def tests() -> TestList:
        """The twelve tests, with what they do and what is expected."""
        known, missing = catalogue()
        return TestList(
            tests=[_test_row(test) for test in known], missing=[asdict(one) for one in missing]
        )


def _add_runs(api: APIRouter, parts: Parts) -> None:
    @api.get("/api/chaos/runs", dependencies=BEARER)
    def runs(
        limit: Annotated[int, Query(ge=1, le=500)] = 50,
        test: Annotated[str, Query(max_length=200)] = "",
    ) -> RunList:
        """Runs: those running first, then newest first."""
        rows = [row for row in _all_runs(parts) if not test or row["test"] == test]
        return RunList(runs=rows[:limit])

    @api.get("/api/chaos/runs/{run_id}", dependencies=BEARER)
    def one_run(run_id: Annotated[str, InPath(pattern=RUN_ID)]) -> dict[str, Any]:
        """One run: its newest sample while it runs, its journal's block afterwards."""
        live = parts.runs.find(run_id)
        block = parts.past.journal(run_id)
        if live is None and block is None:
            raise Problem(404, f"there is no run {run_id}")
        past = next((one.row() for one in parts.past.rows() if one.run_id == run_id), None)
        return {
            "run": live.row(parts.clock.monotonic()) if live else past,
            "sample": live.feed.sample if live and live.feed else None,
            "journal": block,
        }


def _add_streams(api: APIRouter, parts: Parts) -> None:
    @api.get(
        "/api/chaos/events",
        dependencies=BEARER,
        response_class=StreamingResponse,
        responses={200: {"content": {"text/event-stream": {}}, "description": "The stream"}},
    )
    async def events(
        last_event_id: Annotated[str, Header(max_length=100)] = "",
    ) -> StreamingResponse:
        """What happens, as server-sent events: run_started, run_sample (once a second),
        fault_armed, fault_ended, alert, run_finished, lever_engaged, lever_released,
        schedule_fired, schedule_skipped, schedule_finished, lost. `Last-Event-ID` gives what was
        missed. Browsers read it with fetch, since EventSource cannot send a token."""
        body = stream(parts.broker.subscribe(last_event_id))
        headers = {"x-accel-buffering": "no"}
        return StreamingResponse(body, media_type="text/event-stream", headers=headers)

    @api.get(
        "/metrics",
        dependencies=BEARER,
        response_class=Response,
        responses={200: {"content": {"text/plain": {}}, "description": "Prometheus' text format"}},
    )
    def metrics() -> Response:
        """The journals and the running test for Prometheus. Needs the role viewer."""
        body = exposition(parts.past, parts.runs, parts.calls, parts.clock)
        return Response(body, media_type=CONTENT_TYPE_LATEST)


def _enabled(parts: Parts) -> bool:
    try:
        return parts.state.settings().enabled and not lever.read().engaged
    except ChaosTradingError:
        return False


def _settings(parts: Parts) -> dict[str, Any]:
    try:
        settings = parts.state.settings()
    except ChaosTradingError as error:
        return {"error": str(error)}
    return {
        "trading_mode": settings.trading_mode,
        "enabled": settings.enabled,
        "impact_level": settings.impact_level,
        "probability": settings.probability,
        "max_duration_ms": settings.max_duration_ms,
        "approved_by": settings.approved_by,
        "blackouts": [window.text for window in settings.blackouts],
    }


def _test_row(test: ChaosTest) -> dict[str, Any]:
    row = {name: value for name, value in asdict(test).items() if name not in ("path", "judge")}
    suite = next(name for name, impacts in SUITES.items() if test.impact in impacts)
    return {**row, "suite": suite, "variants": sorted(test.judge.get("variants", {}))}


def _all_runs(parts: Parts) -> list[dict[str, Any]]:
    now_s = parts.clock.monotonic()
    running = [one.row(now_s) for one in parts.runs.live()]
    kept = parts.past.rows()
    journals = {one.run_id for one in kept}
    # A run that could not even write a journal must not vanish from the list.
    lost = [one.row(now_s) for one in parts.runs.ended() if one.run_id not in journals]
    return [*running, *lost, *(one.row() for one in kept)]
