"""Control: the embedded exchange, proxy and trader, when no target of your own is named.

    {"name": "paper-stack", "provider": {"type": "python",
     "module": "chaostrading.controls.paper_stack"}}

With `CHAOS_TARGET` set it does nothing: your own system is then expected behind a fault proxy that
`CHAOS_PROXY_ADMIN` and `CHAOS_PROXY_TOKEN` name. `CHAOS_PAPER_WITHOUT` is a comma-separated list of
the trader's defences to leave out, `CHAOS_SEED` the seed of market and strategy.

With the arguments `memory_mib` and `cores` the trader runs in a control group of its own with these
limits (512 MiB and 1 core where only one is given), so that memory and CPU pressure are felt by it
and not by the whole machine. Where the machine does not permit that (it needs Linux and the right
to make control groups, mostly root), a warning says why, and the machine itself is pressed.

The stack ends in `cleanup_control`, after the recorder has judged, and with this process whatever
happens to it.
"""

import logging
import os
from typing import Any

from chaoslib.exceptions import InterruptExecution

from chaostrading import session
from chaostrading.core import home
from chaostrading.core.clock import SystemClock
from chaostrading.core.errors import ChaosTradingError
from chaostrading.paper.stack import PaperStack, Room, start_stack
from chaostrading.safety import gate, lever
from chaostrading.safety.settings import Settings, seed_from
from chaostrading.suites.catalogue import read_test

__all__ = ["before_experiment_control", "cleanup_control", "running"]

logger = logging.getLogger("chaostoolkit")
_stack: PaperStack | None = None


def running() -> PaperStack | None:
    """The stack of this process, or None."""
    return _stack


def before_experiment_control(
    context: dict[str, Any], memory_mib: int = 0, cores: float = 0.0
) -> None:
    """Start the stack. Interrupts the run with one sentence when it may not or cannot start."""
    global _stack
    if os.environ.get("CHAOS_TARGET"):
        return
    try:
        _refuse_early(context)
        seed = seed_from(os.environ)
        os.environ["CHAOS_SEED"] = str(seed)
        _stack = start_stack(
            home.home() / "paper" / str(os.getpid()),
            seed=seed,
            without=os.environ.get("CHAOS_PAPER_WITHOUT", ""),
            room=_room(memory_mib, cores),
        )
        if _stack.room and _stack.group is None:
            logger.warning(_stack.room)
    except ChaosTradingError as error:
        session.refuse(str(error))
        raise InterruptExecution(str(error)) from error


def _room(memory_mib: int, cores: float) -> Room | None:
    if not memory_mib and not cores:
        return None
    return Room(memory_mib=memory_mib or Room().memory_mib, cores=cores or Room().cores)


def _refuse_early(experiment: dict[str, Any]) -> None:
    """Start nothing for a run that the guard will refuse anyway; the stack itself is on paper."""
    gate.decide(
        settings=Settings.load(os.environ, paper_stack=True),
        test=read_test(experiment),
        target=gate.TargetFacts(name="paper stack", mode="paper", healthy=True),
        lever=lever.read(),
        wall_s=SystemClock().wall(),
    ).require()


def cleanup_control() -> None:
    """End the stack."""
    global _stack
    stack, _stack = _stack, None
    if stack is not None:
        stack.stop()
