"""Control: judges the run, tells the truth through the exit code, and keeps the journal.

    {"name": "recorder", "provider": {"type": "python", "module": "chaostrading.controls.recorder"}}

Declare it last. At the end of the experiment it takes all faults away, runs the checkers that the
experiment names, sets `journal["chaostrading"]`, corrects `status` and `deviated` (so that plain
`chaos run` exits 0 only for *passed*), stores the journal as `.chaostrading/journals/RUN.json` and
prints the verdict.
"""

import logging
import platform
from importlib import metadata
from typing import Any

from chaostrading import __version__, session
from chaostrading.core import home
from chaostrading.core.errors import ChaosTradingError, HealNotConfirmed
from chaostrading.core.files import to_json, write_atomically
from chaostrading.reports.block import RunEnd, build_block
from chaostrading.session import Session
from chaostrading.suites.catalogue import ChaosTest, read_test

__all__ = ["after_experiment_control", "cleanup_control"]

logger = logging.getLogger("chaostoolkit")
_judged = False


def after_experiment_control(context: dict[str, Any], state: dict[str, Any]) -> None:
    """Judge, correct the journal, keep it, print the verdict."""
    global _judged
    _judged = True
    try:
        _judge(context, state)
    except Exception as error:  # Chaos Toolkit swallows what a control raises, and would exit 0
        logger.exception("The run could not be judged")
        _fail(state, f"the run could not be judged: {type(error).__name__}: {error}")


def cleanup_control() -> None:
    """Say so when a crash of the experiment kept the run from being judged."""
    run = session.armed()
    if run is not None and not _judged:
        run.recording.stop()
        logger.error(f"Run {run.run_id} crashed before it could be judged; nothing was proven")


def _judge(experiment: dict[str, Any], journal: dict[str, Any]) -> None:
    run = session.armed()
    try:
        test = read_test(experiment)
    except ChaosTradingError as error:
        _fail(journal, session.refusal() or str(error))
        return
    end = _end_of(run, journal, test)
    block = build_block(end)
    journal["chaostrading"] = block
    outcome = block["verdict"]["outcome"]
    journal["deviated"] = outcome == "deviated"
    if outcome == "passed":
        journal["status"] = "completed"
    elif outcome in ("interrupted", "aborted"):
        journal["status"] = outcome
    elif outcome != "deviated":
        journal["status"] = "failed"
    # What the reports need takes longer to load than a run needs to begin.
    from chaostrading.reports.incident import write_incident
    from chaostrading.reports.terminal import print_block

    path = home.journals() / f"{block['run_id']}.json"
    write_atomically(path, to_json(journal, indent=1))
    print_block(block, journal_path=path)
    if (incident := write_incident(path)) is not None:
        logger.warning(f"Incident report: {incident}")


def _end_of(run: Session | None, journal: dict[str, Any], test: ChaosTest) -> RunEnd:
    versions = _versions()
    if run is None:
        why = session.refusal()
        missing = "guard has not armed this run; nothing was injected"
        return RunEnd(
            run_id=session.run_id_for(test.name),
            test=test,
            refused=why,
            error="" if why else missing,
            versions=versions,
        )
    error = _failed_activity(journal)
    try:
        run.finish()
    except HealNotConfirmed as not_healed:
        error = f"the heal was not confirmed: {not_healed}"
    evidence = run.evidence(final=True)
    run.recording.stop()
    return RunEnd(
        run_id=run.run_id,
        test=test,
        variant=run.variant,
        seed=run.seed,
        evidence=evidence,
        cleared_s=run.cleared_s(),
        decisions_min=run.decisions_min,
        injections=[_injection_row(one) for one in run.injections],
        interrupted=run.stop_reason or _interruption(journal),
        baseline=str(run.facts.get("baseline", "")),
        error=error,
        lost=run.recording.lost,
        gaps=run.recording.gaps,
        attestation=run.attestation,
        approval=run.approval,
        evidence_folder=str(run.recording.folder),
        versions=versions,
    )


def _injection_row(one: session.Injection) -> dict[str, Any]:
    return {
        "fault": one.fault,
        "parameters": one.parameters,
        "began_s": one.began_s,
        "ended_s": one.ended_s,
        **one.report,
    }


def _failed_activity(journal: dict[str, Any]) -> str:
    """The first action of the method that failed: its fault may never have been in force."""
    for entry in journal.get("run", []):
        activity = entry.get("activity", {})
        if activity.get("type") == "action" and entry.get("status") == "failed":
            lines = entry.get("exception") or ["it gave no reason"]
            # Chaos Toolkit puts the names of exceptions before what they say, one for each level.
            said = str(lines[-1]).strip().rpartition("exceptions.ActivityFailed: ")[2]
            return f"{activity.get('name')}: {said}"
    return ""


def _interruption(journal: dict[str, Any]) -> str:
    if journal.get("status") != "interrupted":
        return ""
    told = journal.get("interruption") or {}
    return str(told.get("reason") or told.get("name") or "by a signal or a control")


def _fail(journal: dict[str, Any], why: str) -> None:
    journal["status"] = "failed"
    logger.error(why)


def _versions() -> dict[str, str]:
    return {
        "chaostrading": __version__,
        "chaostoolkit": metadata.version("chaostoolkit"),
        "chaostoolkit-lib": metadata.version("chaostoolkit-lib"),
        "python": platform.python_version(),
    }
