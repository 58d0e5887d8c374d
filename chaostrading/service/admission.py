"""Says no to a run before it starts, with the status that tells what kind of no it is."""

from collections.abc import Mapping

from chaostrading.core.clock import Clock
from chaostrading.core.errors import ChaosTradingError, Unreachable
from chaostrading.safety import gate, lever
from chaostrading.safety.settings import Settings
from chaostrading.service.problems import Problem
from chaostrading.suites.catalogue import NAMES, ChaosTest, experiment_path, load_test
from chaostrading.targets import target_from

__all__ = ["admit", "find_test", "target_name"]

_STATUS: dict[gate.RefusalCode, int] = {"lever": 423, "incident": 409, "unhealthy": 409}


def find_test(name: str) -> ChaosTest:
    """The test of that name. Raises Problem 404, with the known names, when there is none."""
    if name not in NAMES:
        raise Problem(404, f"unknown test {name[:80]!r} (known: {', '.join(NAMES)})")
    try:
        return load_test(experiment_path(name))
    except ChaosTradingError as error:
        raise Problem(409, f"{name} cannot be used: {error}") from error


def admit(test: ChaosTest, settings: Settings, environ: Mapping[str, str], clock: Clock) -> None:
    """Raise Problem when the gate is against the run: 423 lever, 409 target not well, else 403.

    The guard asks the gate again in the run's own process, where it also looks for residue; this
    is to say no at once.
    """
    ruling = gate.decide(
        settings=settings,
        test=test,
        target=_facts(settings, environ),
        lever=lever.read(),
        wall_s=clock.wall(),
    )
    if ruling.refusals:
        first = ruling.refusals[0]
        hint = "; POST /api/chaos/enable as admin" if first.code in ("lever", "disabled") else ""
        raise Problem(_STATUS.get(first.code, 403), first.sentence + hint)


def target_name(environ: Mapping[str, str]) -> str:
    """What is under test: `paper stack`, or the kind and address of a target of your own."""
    kind = environ.get("CHAOS_TARGET", "")
    if not kind:
        return "paper stack"
    return f"{kind} {environ.get('CHAOS_TARGET_URL') or environ.get('CHAOS_TARGET_FILE', '')}"


def _facts(settings: Settings, environ: Mapping[str, str]) -> gate.TargetFacts:
    if settings.paper_stack:
        return gate.TargetFacts(name="paper stack", mode="paper", healthy=True)
    name = target_name(environ)
    try:
        target = target_from(environ)
        return gate.TargetFacts(name=target.name, mode=target.mode(), healthy=target.healthy())
    except Unreachable as error:
        return gate.TargetFacts(name=name, trouble=str(error))
