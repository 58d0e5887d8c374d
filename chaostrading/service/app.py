"""The application: its routes, its pages, its errors, and the guard around it."""

from collections.abc import Callable
from pathlib import Path

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import FileResponse, RedirectResponse
from starlette.exceptions import HTTPException

from chaostrading import __version__
from chaostrading.core.errors import ChaosTradingError
from chaostrading.service import acts, api_page, calendar, history, reads
from chaostrading.service.guard import Guard
from chaostrading.service.models import ErrorAnswer
from chaostrading.service.parts import Parts, StrictJson
from chaostrading.service.problems import Problem

__all__ = ["create_app"]

STATIC = Path(__file__).parent / "static"


def create_app(parts: Parts, static: Path = STATIC) -> Guard:
    """Make the application. Nothing runs until a server runs it."""
    api = FastAPI(
        title="Chaos trading",
        version=__version__,
        description="Chaos tests for a trading system in paper mode: enable, run, watch, disable.",
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        default_response_class=StrictJson,
        responses={
            status: {"model": ErrorAnswer, "description": meaning}
            for status, meaning in _REFUSALS.items()
        },
    )
    _add_errors(api)
    for room in (acts, reads, history, calendar):
        api.include_router(room.router(parts))
    _add_pages(api, static)
    return Guard(
        api, tokens=parts.tokens, limiter=parts.limiter, calls=parts.calls, clock=parts.clock
    )


_REFUSALS = {
    400: "The call could not be read",
    401: "A bearer token is needed",
    403: "Not with this token, not for another site, or not in paper mode",
    404: "There is none of that name; the answer lists what there is",
    409: "The target is taken, or not well",
    413: "The body is too large",
    422: "A value cannot be right",
    423: "The lever is engaged",
    429: "Too many calls",
    503: "The service is ending, or cannot write",
}


def _add_errors(api: FastAPI) -> None:
    def problem(request: Request, error: Exception) -> Response:
        assert isinstance(error, Problem)
        return StrictJson({"error": str(error)}, error.status, headers=error.headers)

    def refused(request: Request, error: Exception) -> Response:
        return StrictJson({"error": str(error)}, 409)

    def by_starlette(request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)
        text = f"{request.method} {request.url.path[:200]}: {error.detail}"
        return StrictJson({"error": text}, error.status_code, headers=error.headers)

    def invalid(request: Request, error: Exception) -> Response:
        assert isinstance(error, RequestValidationError)
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"]) or "the call"
        return StrictJson({"error": f"{where}: {first['msg']}"}, 422)

    def unexpected(request: Request, error: Exception) -> Response:
        return StrictJson({"error": f"the service failed: {type(error).__name__}"}, 500)

    api.add_exception_handler(Problem, problem)
    api.add_exception_handler(ChaosTradingError, refused)
    api.add_exception_handler(HTTPException, by_starlette)
    api.add_exception_handler(RequestValidationError, invalid)
    api.add_exception_handler(Exception, unexpected)


def _add_pages(api: FastAPI, static: Path) -> None:
    @api.get("/docs", include_in_schema=False)
    def docs() -> Response:
        return Response(api_page.render(api.openapi()), media_type="text/html")

    files = [path for path in sorted(static.rglob("*")) if path.is_file()]
    for path in files:
        _add_file(api, "/" + path.relative_to(static).as_posix(), path)
    if static / "index.html" in files:
        _add_file(api, "/", static / "index.html")
    else:
        api.add_api_route("/", lambda: RedirectResponse("/docs"), include_in_schema=False)


def _add_file(api: FastAPI, url: str, path: Path) -> None:
    # A route for each file: nothing else of the disk can be asked for, however it is spelt.
    # A browser asks each time whether it has changed: after an update no old half stays.
    fresh = {"cache-control": "no-cache"}
    answer: Callable[[], FileResponse] = lambda: FileResponse(path, headers=fresh)  # noqa: E731
    api.add_api_route(url, answer, response_class=FileResponse, include_in_schema=False)
