"""What the calls take and answer, for the API page and for checking what comes in."""

from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from chaostrading.suites.catalogue import NAMES

__all__ = [
    "RUN_ID",
    "Answer",
    "ErrorAnswer",
    "Health",
    "LeverAnswer",
    "ReasonBody",
    "RunBody",
    "RunList",
    "RunStarted",
    "SchedulePaused",
    "TestList",
]

RUN_ID = r"^[A-Za-z0-9][A-Za-z0-9_.:-]{0,199}$"
"""A run's id names files, so it holds nothing that a path could be made of."""


def _whole(value: Any) -> Any:
    """In JSON 7.0 is a whole number; Python thinks otherwise."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


class Answer(BaseModel):
    """Answers may gain fields in later versions."""

    model_config = ConfigDict(extra="allow")


class ErrorAnswer(Answer):
    """Why the call was refused."""

    error: str = Field(description="One sentence.")


class ReasonBody(BaseModel):
    """Why, for the audit."""

    model_config = ConfigDict(extra="forbid")
    reason: str = Field(default="", max_length=500)


class RunBody(BaseModel):
    """What to run."""

    model_config = ConfigDict(extra="forbid", strict=True)
    test: str = Field(max_length=200, description="One of the twelve.", examples=list(NAMES))
    variant: Annotated[str, Field(pattern=r"^([a-z][a-z0-9_]{0,63})?$")] = Field(
        default="", description="A variant of the test, e.g. zombie; its usual one when left out."
    )
    quick: bool = Field(default=False, description="Shorten holds to what still proves the point.")
    seed: Annotated[int, BeforeValidator(_whole), Field(ge=0, le=2**32 - 1)] | None = Field(
        default=None, description="Drawn when left out; the journal has it."
    )


class RunStarted(Answer):
    """The run has begun; follow `url`, or the events."""

    run_id: str
    url: str
    replayed: bool = Field(description="The idempotency key had started this run before.")


class LeverAnswer(Answer):
    """The state of the lever after the call."""

    engaged: bool
    reason: str
    by: str
    since: str | None
    sentence: str


class Health(Answer):
    """Whether the service itself is well."""

    status: str
    enabled: bool
    lever_engaged: bool
    running: int


class RunList(Answer):
    """Runs, newest first, those still running before all others."""

    runs: list[dict[str, Any]]


class TestList(Answer):
    """The tests that can be run, and those whose experiment cannot be used."""

    tests: list[dict[str, Any]]
    missing: list[dict[str, Any]]


class SchedulePaused(Answer):
    """The schedule after the call."""

    paused: dict[str, Any] | None
    rules: list[dict[str, Any]]
