"""Does the position stay within its limit at every moment?"""

from decimal import Decimal

from chaostrading.checkers.base import Evidence, Finding, checker
from chaostrading.checkers.judge import Judge, count
from chaostrading.checkers.reading import attempts
from chaostrading.checkers.truth import mid_at, positions
from chaostrading.core.errors import InvalidInput
from chaostrading.core.money import ZERO, decimal


@checker("position_limit_holds")
def check(
    evidence: Evidence,
    *,
    quantity_max: str = "",
    notional_max: str = "",
    reach_min: float = 0.3,
) -> Finding:
    """In the exchange's books no position ever exceeds the limit. Limits are decimal texts.

    `quantity_max` is per symbol in the base asset, `notional_max` is the sum over all symbols at
    true prices in the quote asset; one of them must be given. If less than `reach_min` of the limit
    was ever used and the experiment tried nothing, that proves nothing.
    """
    if not quantity_max and not notional_max:
        raise InvalidInput("position_limit_holds: give quantity_max or notional_max")
    wanted = [f"{quantity_max} per symbol"] if quantity_max else []
    wanted += [f"a value of {notional_max} in all"] if notional_max else []
    judge = Judge(
        checker="position_limit_holds",
        expected=f"the position never exceeds {' and '.join(wanted)}",
        evidence=evidence,
        wire=False,
    )
    if evidence.books is None:
        return judge.unknown("the exchange's books are not at hand")
    steps = [item for item in positions(evidence) if item[0] >= evidence.baseline_s[0]]
    if not steps:
        return judge.unknown("nothing was filled, so no position was built")
    uses = _uses(evidence, steps, quantity_max, notional_max)
    over = [row for row in uses if row[1] > 1]
    at, most, text = max(uses, key=lambda row: row[1])
    rows = [{"t_s": judge.at(when), "position": what} for when, _, what in over]
    if over:
        return judge.broken(
            f"the limit was exceeded after {count(len(over), 'fill')}, most by {text} "
            f"{judge.at(at):.1f} s into the fault",
            rows,
        )
    if most < Decimal(str(reach_min)) and not attempts(evidence):
        return judge.unknown(f"only {most:.0%} of the limit was ever used ({text})")
    return judge.held(f"at most {most:.0%} of the limit was used: {text}")


def _uses(
    evidence: Evidence,
    steps: list[tuple[float, str, Decimal]],
    quantity_max: str,
    notional_max: str,
) -> list[tuple[float, Decimal, str]]:
    """After each fill: the used part of the tightest limit, and the position in words."""
    level: dict[str, Decimal] = {}
    uses = []
    for at, name, amount in steps:
        level[name] = amount
        parts = [ZERO]
        if quantity_max:
            parts.append(abs(amount) / decimal(quantity_max, "quantity_max"))
        if notional_max:
            worth = sum(
                (abs(held) * (mid_at(evidence, own, at) or ZERO) for own, held in level.items()),
                ZERO,
            )
            parts.append(worth / decimal(notional_max, "notional_max"))
        uses.append((at, max(parts), _words(level)))
    return uses


def _words(level: dict[str, Decimal]) -> str:
    return ", ".join(f"{held:f} {own}" for own, held in level.items() if held) or "nothing"
