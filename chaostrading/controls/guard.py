"""Control: may this run happen at all?

    {"name": "guard", "provider": {"type": "python", "module": "chaostrading.controls.guard"}}

It refuses with one sentence unless the settings allow it, the target says itself that it trades on
paper and is healthy, the lever is released, nothing is left of an earlier run, and the experiment
declares the recorder and rollbacks that always run. Only then it arms the run; every action refuses
without. While the run goes on it watches the lever and the target's mode, and stops the run within
a second when either changes.

| variable | meaning |
|---|---|
| `CHAOS_TARGET`, `CHAOS_TARGET_URL`, ... | your own system (`chaostrading.targets`) |
| `CHAOS_PROXY_ADMIN`, `CHAOS_PROXY_TOKEN` | admin API of the fault proxy in front of its exchange |
| `CHAOS_PROXY_URL` | where the bot connects, for the attestation |
| `CHAOS_EXCHANGE_URL`, `CHAOS_EXCHANGE_TOKEN` | a paper exchange whose books may be asked |
| `TRADING_MODE`, `CHAOS_ENABLED`, `CHAOS_IMPACT_LEVEL`, ... | see `chaostrading.safety.settings` |
"""

import logging
import os
import threading
from typing import Any

from chaoslib.exceptions import InterruptExecution
from chaoslib.exit import exit_gracefully

from chaostrading import session
from chaostrading.controls import paper_stack
from chaostrading.core import home
from chaostrading.core.clock import SystemClock
from chaostrading.core.errors import ChaosTradingError, InvalidInput, Refused, Unreachable
from chaostrading.paper.judge import PaperExchangeClient
from chaostrading.paper.stack import PaperStack
from chaostrading.proxy.client import ProxyClient
from chaostrading.reports.recording import Recording
from chaostrading.safety import gate, lever, paper_guard, undo
from chaostrading.safety.settings import Settings, seed_from, unknown_variables
from chaostrading.session import Session
from chaostrading.suites.catalogue import read_test
from chaostrading.suites.past import past_runs
from chaostrading.targets import target_from
from chaostrading.targets.base import Target
from chaostrading.targets.paper import PaperTarget

__all__ = ["before_experiment_control", "cleanup_control"]

RECORDER = "chaostrading.controls.recorder"
WATCH_EVERY_S = 0.25
logger = logging.getLogger("chaostoolkit")
_CLOCK = SystemClock()


def before_experiment_control(
    context: dict[str, Any], configuration: dict[str, Any] | None = None
) -> None:
    """Decide, and arm the run. Interrupts it with one sentence otherwise."""
    try:
        run = _admit(context, configuration or {})
        session.arm(run)
        run.recording.start()
    except ChaosTradingError as error:
        session.refuse(str(error))
        raise InterruptExecution(str(error)) from error
    threading.Thread(target=_watch, args=(run,), name="guard", daemon=True).start()


def cleanup_control() -> None:
    """Disarm, whatever happened: faults go, and no action can inject any more."""
    session.disarm()


def _admit(experiment: dict[str, Any], configuration: dict[str, Any]) -> Session:
    _require_structure(experiment)
    test = read_test(experiment)
    stack = paper_stack.running()
    settings = Settings.load(os.environ, paper_stack=stack is not None)
    for warning in unknown_variables(os.environ):
        logger.warning(warning)
    if stack is not None:
        target: Target = PaperTarget(stack.trader_url, token=stack.token)
        admin_url, token = stack.admin_url, stack.token
        proxy_url = stack.proxy_url
    else:
        target = target_from(os.environ)
        admin_url, token = _needed("CHAOS_PROXY_ADMIN"), _needed("CHAOS_PROXY_TOKEN")
        proxy_url = os.environ.get("CHAOS_PROXY_URL", "")
    undo.recover(session.undo_executors())
    facts = _facts(target)
    now_s = _CLOCK.wall()
    ruling = gate.decide(
        settings=settings,
        test=test,
        target=facts,
        lever=lever.read(),
        wall_s=now_s,
        residue=[record.sentence() for record in undo.residue()],
        history=past_runs(target.name, now_s - settings.escalation_days * 86_400),
    )
    ruling.require()
    for note in ruling.notes:
        logger.warning(note)
    proxy = ProxyClient(admin_url, token)
    proxy.leases()
    endpoint = paper_guard.admit(
        target=target.name,
        url=target.url,
        answer=facts.mode,
        trading_mode=settings.trading_mode,
        wall_s=now_s,
    )
    run_id = session.run_id_for(test.name)
    variant = str(configuration.get("variant", ""))
    return Session(
        run_id=run_id,
        test=test.name,
        variant=variant,
        seed=seed_from(os.environ),
        settings=settings,
        admin_url=admin_url,
        token=token,
        proxy_url=proxy_url,
        target=target,
        exchange=_books(stack),
        paper_stack=stack is not None,
        restart_target=stack.restart_trader if stack is not None else None,
        quick=configuration.get("quick") is True or bool(os.environ.get("CHAOS_QUICK")),
        decisions_min=int(test.judge_of(variant)["decisions_min"]),
        recording=Recording(home.evidence() / run_id, proxy=proxy, target=target, clock=_CLOCK),
        attestation=endpoint.attestation(),
        facts={"room": stack.room} if stack is not None and stack.room else {},
        approval=ruling.approval,
    )


def _books(stack: PaperStack | None) -> PaperExchangeClient | None:
    """Where the exchange's books are: the stack's exchange, or a paper exchange of one's own."""
    if stack is not None:
        return PaperExchangeClient(stack.exchange_url, stack.token)
    url = os.environ.get("CHAOS_EXCHANGE_URL", "")
    return PaperExchangeClient(url, _needed("CHAOS_EXCHANGE_TOKEN")) if url else None


def _require_structure(experiment: dict[str, Any]) -> None:
    """Refuse an experiment whose verdict or undo would be left to chance."""
    modules = [
        control.get("provider", {}).get("module") for control in experiment.get("controls", [])
    ]
    if RECORDER not in modules:
        raise Refused(f"not injecting: the experiment must declare the control {RECORDER}")
    strategy = experiment.get("runtime", {}).get("rollbacks", {}).get("strategy")
    if strategy != "always":
        raise Refused(f"not injecting: runtime.rollbacks.strategy must be always, was {strategy!r}")
    if experiment.get("dry"):
        raise Refused("not injecting: a dry run proves nothing, leave out --dry")


def _facts(target: Target) -> gate.TargetFacts:
    try:
        return gate.TargetFacts(name=target.name, mode=target.mode(), healthy=target.healthy())
    except Unreachable as error:
        return gate.TargetFacts(name=target.name, trouble=str(error))


def _needed(name: str) -> str:
    value = os.environ.get(name, "")
    if not value:
        raise InvalidInput(f"not injecting: {name} must be set for a target of your own")
    return value


def _watch(run: Session) -> None:
    """Stop the run when the lever is engaged or the target is no longer on paper."""
    rounds = 0
    while not run.stopped.wait(timeout=WATCH_EVERY_S):
        state = lever.read()
        if state.engaged:
            _stop(run, state.sentence())
            return
        rounds += 1
        if rounds % 4 == 0 and (mode := _mode(run.target)) not in ("paper", None):
            _stop(run, f"the target is no longer in paper mode, it says {mode!r}")
            return


def _mode(target: Target) -> str | None:
    """The target's mode, None while it does not answer: a fault may be the reason for that."""
    try:
        return target.mode()
    except Unreachable:
        return None


def _stop(run: Session, reason: str) -> None:
    logger.error(f"Stopping the run: {reason}")
    run.stop(reason)
    exit_gracefully()
