"""What a row of the table of public cases is made of: the wire events, and who judges them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

__all__ = ["Lease", "Lever", "Row", "Script", "Step", "move", "swing"]

SYMBOLS = ("BTCUSDT", "ETHUSDT")


@dataclass(frozen=True, kw_only=True, slots=True)
class Lease:
    """A fault that the proxy is told to put in force."""

    fault: str
    parameters: Mapping[str, Any] = field(default_factory=dict)
    for_s: float = 8.0
    at_s: float = 0.0
    """Seconds from the first step of the script."""
    scope: Mapping[str, Any] = field(default_factory=dict)
    more: Mapping[str, Any] = field(default_factory=dict)
    """Other fields of a lease: share, mode, max_hits."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Lever:
    """Something that happens elsewhere than on the wire: a price moves, the trader is killed."""

    what: str
    """`market`, `rules` or `limits` of the exchange, or `restart`: the trader is killed and started
    again."""
    body: Mapping[str, Any] = field(default_factory=dict)
    at_s: float = 0.0


Step = Lease | Lever


@dataclass(frozen=True, kw_only=True, slots=True)
class Script:
    """One event on the wire; several rows may judge the same one."""

    name: str
    steps: tuple[Step, ...]
    wire: str
    """What is done, in a few words, for the reader of the table."""
    lasts_s: float
    """From the first step until all faults are taken away."""
    after_s: float = 4.0
    baseline_s: float = 6.0
    """At least; a baseline lasts until the trader has placed some orders."""
    through: float = 0.0
    """Wait for a resting order first, and move the market through it by this share."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Row:
    """One public case: its replay, what must hold, and which defence makes it hold."""

    id: str
    source: str
    tests: str
    """Tests of the seed: T1 WebSocket disconnect, T2 latency, T3 rate limits, T4 timeouts, T5
    partial failure, T6 stale prices, T7 corrupted data."""
    script: str
    oracle: Mapping[str, Mapping[str, Any]]
    """Checkers and their limits: all of them must hold."""
    words: str
    """The oracle in a few words."""
    without: str
    """The defence, or defences, that the oracle must miss."""
    scaled: bool = True
    """Times or numbers of the report were shortened (the dagger in the table)."""


def move(share: float, over_s: float = 0.5, at_s: float = 0.5) -> tuple[Lever, ...]:
    """The true price of all symbols moves for good."""
    return tuple(
        Lever(
            what="market", body={"symbol": one, "move": f"{share:g}", "over_s": over_s}, at_s=at_s
        )
        for one in SYMBOLS
    )


def swing(
    share: float,
    for_s: float,
    every_s: float = 2.0,
    at_s: float = 0.5,
    symbols: tuple[str, ...] = SYMBOLS,
) -> tuple[Lever, ...]:
    """The true price goes up and down."""
    body = {"oscillate": f"{share:g}", "every_s": every_s, "for_s": for_s}
    return tuple(Lever(what="market", body={"symbol": one, **body}, at_s=at_s) for one in symbols)
