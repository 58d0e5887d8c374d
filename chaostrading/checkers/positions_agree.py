"""Does the target hold what the exchange says it holds?"""

from chaostrading.checkers.base import Evidence, Finding, checker
from chaostrading.checkers.judge import Judge, count
from chaostrading.checkers.truth import last_positions
from chaostrading.core.money import decimal, decimal_or_none


@checker("positions_agree")
def check(evidence: Evidence, *, tolerance: str = "0", settle_s: float = 2.0) -> Finding:
    """At the end the target's positions equal the exchange's books, symbol by symbol.

    `tolerance` is the accepted difference in units of the base asset, as text. A fill of the last
    `settle_s` may be known to the target already or not yet: the two are asked one after the other.
    """
    judge = Judge(
        checker="positions_agree",
        expected="at the end the bot's positions equal the exchange's books"
        + ("" if tolerance == "0" else f" to within {tolerance}"),
        evidence=evidence,
        wire=False,
    )
    if evidence.books is None:
        return judge.unknown("the exchange's books are not at hand")
    if "positions" not in evidence.target:
        return judge.unknown("the bot does not show its positions")
    held = [decimal_or_none(amount) for amount in evidence.books.positions.values()]
    if not evidence.books.fills and not any(held):
        return judge.unknown("nothing was traded, so there was nothing to get wrong")
    own, true = dict(evidence.target["positions"]), evidence.books.positions
    allowed = decimal(tolerance, "tolerance")
    rows = []
    for name in sorted({*own, *true}):
        theirs = decimal_or_none(str(own.get(name, "0")))
        ours = last_positions(evidence, name, settle_s)
        if theirs is None or all(abs(theirs - amount) > allowed for amount in ours):
            amount = str(true.get(name, "0"))
            rows.append({"symbol": name, "bot": str(own.get(name, "0")), "exchange": amount})
    if rows:
        row = rows[0]
        return judge.broken(
            f"{count(len(rows), 'position')} differ: the bot believes in {row['bot']} "
            f"{row['symbol']}, the exchange has {row['exchange']}",
            rows,
        )
    return judge.held(
        f"{count(len({*own, *true}), 'position')} agree to the last digit",
        [{"symbol": name, "exchange": amount} for name, amount in sorted(true.items())],
    )
