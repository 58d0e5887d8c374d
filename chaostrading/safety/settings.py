"""The variables that say what may be done: `TRADING_MODE` and `CHAOS_*`.

| variable | unset, paper stack | unset, any other target |
|---|---|---|
| `TRADING_MODE` | paper | empty, which the gate refuses |
| `CHAOS_ENABLED` | true | false |
| `CHAOS_IMPACT_LEVEL` | critical | medium |
| `CHAOS_PROBABILITY` | 1 | 0.01 |
| `CHAOS_MAX_DURATION` (ms) | no cap | 60000 |
| `CHAOS_ESCALATION_DAYS` | 0 (off) | 30 |
| `CHAOS_APPROVED_BY`, `CHAOS_BLACKOUT`, `CHAOS_HOME` | empty | empty |

A variable that is set wins everywhere. One that is set to nothing is a mistake, not a default.
"""

import difflib
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from chaostrading.core.errors import InvalidInput
from chaostrading.core.seeds import fresh_seed
from chaostrading.safety.blackout import Blackout, parse_blackouts

__all__ = ["IMPACTS", "Impact", "Settings", "seed_from", "unknown_variables"]

Impact = Literal["low", "medium", "high", "critical"]
IMPACTS: tuple[Impact, ...] = ("low", "medium", "high", "critical")
"""From harmless to dangerous."""

_TRUE = ("true", "1", "yes", "on")
_FALSE = ("false", "0", "no", "off")
_KNOWN = (
    "CHAOS_ALERTS", "CHAOS_ALERT_WEBHOOK", "CHAOS_APPROVED_BY", "CHAOS_BLACKOUT", "CHAOS_CONTACTS",
    "CHAOS_ENABLED", "CHAOS_ESCALATION_DAYS", "CHAOS_EXCHANGE_TOKEN", "CHAOS_EXCHANGE_URL",
    "CHAOS_HOME", "CHAOS_IMPACT_LEVEL", "CHAOS_MAX_DURATION", "CHAOS_OPERATOR_TOKEN",
    "CHAOS_PAPER_KEY", "CHAOS_PAPER_SECRET", "CHAOS_PAPER_TOKEN", "CHAOS_PAPER_WEBHOOK",
    "CHAOS_PAPER_WITHOUT", "CHAOS_PROBABILITY", "CHAOS_PROXY_ADMIN", "CHAOS_PROXY_TOKEN",
    "CHAOS_PROXY_URL", "CHAOS_QUICK", "CHAOS_REGULATION", "CHAOS_RUN_ID", "CHAOS_SCOPE_KIND",
    "CHAOS_SCOPE_PATH", "CHAOS_SCOPE_STREAM", "CHAOS_SCOPE_SYMBOL", "CHAOS_SEED", "CHAOS_TARGET",
    "CHAOS_TARGET_FILE", "CHAOS_TARGET_PASSWORD", "CHAOS_TARGET_PID", "CHAOS_TARGET_TOKEN",
    "CHAOS_TARGET_URL", "CHAOS_TARGET_USER", "CHAOS_TOKENS_FILE", "CHAOS_VIEWER_TOKEN",
)  # fmt: skip
_FOREIGN = ("CHAOSTOOLKIT_", "CHAOS_TOOLKIT_")


@dataclass(frozen=True, kw_only=True, slots=True)
class Settings:
    """What the user allows. Made by `load`; every value in it has been checked."""

    paper_stack: bool
    """The target is the embedded paper stack."""
    trading_mode: str
    """As written, `""` when unset. The gate lets nothing but `paper` pass."""
    enabled: bool
    impact_level: Impact
    """The highest impact that may run."""
    probability: float
    """Chance (0..1) that a scheduled test fires. An operator's own run always fires."""
    max_duration_ms: int | None
    """Cap on the duration of a fault; None is no cap."""
    approved_by: str = ""
    """Who approved critical tests."""
    home: str = ""
    """`CHAOS_HOME` as written; `core.home` says where files really are."""
    blackouts: tuple[Blackout, ...] = ()
    escalation_days: int = 0
    """How long a pass on a lower impact level counts; 0 turns gradual escalation off."""

    @classmethod
    def load(cls, environ: Mapping[str, str], paper_stack: bool) -> "Settings":
        """Read the variables. Raises InvalidInput with the variable, the rule and the value."""
        return cls(
            paper_stack=paper_stack,
            trading_mode=environ.get("TRADING_MODE", "paper" if paper_stack else ""),
            enabled=_flag(environ, "CHAOS_ENABLED", default=paper_stack),
            impact_level=_impact(environ, "critical" if paper_stack else "medium"),
            probability=_probability(environ, 1.0 if paper_stack else 0.01),
            max_duration_ms=_whole(
                environ, "CHAOS_MAX_DURATION", 1, None if paper_stack else 60_000, "milliseconds"
            ),
            approved_by=environ.get("CHAOS_APPROVED_BY", "").strip(),
            home=environ.get("CHAOS_HOME", ""),
            blackouts=parse_blackouts(environ.get("CHAOS_BLACKOUT", "")),
            escalation_days=_whole(
                environ, "CHAOS_ESCALATION_DAYS", 0, 0 if paper_stack else 30, "days"
            )
            or 0,
        )

    def capped_ms(self, duration_ms: int) -> int:
        """The duration of a fault in milliseconds, at most `CHAOS_MAX_DURATION`."""
        return (
            duration_ms if self.max_duration_ms is None else min(duration_ms, self.max_duration_ms)
        )


def seed_from(environ: Mapping[str, str]) -> int:
    """The seed of a run: `CHAOS_SEED`, else a fresh one. Raises InvalidInput for anything else."""
    seed = _whole(environ, "CHAOS_SEED", 0, None, "any size")
    return fresh_seed() if seed is None else seed


def unknown_variables(environ: Mapping[str, str]) -> list[str]:
    """Warn of each `CHAOS_*` variable that nothing reads, with the nearest known name.

    A mistyped limit would otherwise be no limit at all, and nobody would notice."""
    warnings = []
    for name in sorted(environ):
        similar = difflib.get_close_matches(name, ("TRADING_MODE",), n=1, cutoff=0.85)
        if name == "TRADING_MODE" or name in _KNOWN:
            continue
        if name.startswith(_FOREIGN) or not (name.startswith("CHAOS_") or similar):
            continue
        near = similar or difflib.get_close_matches(name, _KNOWN, n=1)
        hint = f", did you mean {near[0]}?" if near else ""
        warnings.append(f"{name} is set but nothing reads it{hint}")
    return warnings


def _flag(environ: Mapping[str, str], name: str, *, default: bool) -> bool:
    text = environ.get(name)
    if text is None:
        return default
    word = text.strip().lower()
    if word in _TRUE or word in _FALSE:
        return word in _TRUE
    raise InvalidInput(f"{name} must be true or false, was {text!r}")


def _impact(environ: Mapping[str, str], default: Impact) -> Impact:
    text = environ.get("CHAOS_IMPACT_LEVEL")
    if text is None:
        return default
    for impact in IMPACTS:
        if text.strip().lower() == impact:
            return impact
    raise InvalidInput(f"CHAOS_IMPACT_LEVEL must be one of {', '.join(IMPACTS)}, was {text!r}")


def _probability(environ: Mapping[str, str], default: float) -> float:
    text = environ.get("CHAOS_PROBABILITY")
    if text is None:
        return default
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not 0.0 <= value <= 1.0:
        raise InvalidInput(f"CHAOS_PROBABILITY must be a number within 0..1, was {text!r}")
    return value


def _whole(
    environ: Mapping[str, str], name: str, lowest: int, default: int | None, unit: str
) -> int | None:
    text = environ.get(name)
    if text is None:
        return default
    if not (text.strip().isascii() and text.strip().isdigit()) or int(text) < lowest:
        raise InvalidInput(
            f"{name} must be a whole number of {unit}, at least {lowest}, was {text!r}"
        )
    return int(text)
