"""Does the target learn of what happened while it was cut off?"""

from chaostrading.checkers.base import Evidence, Finding, checker
from chaostrading.checkers.judge import Judge, count
from chaostrading.checkers.resolving import listed_since_s
from chaostrading.checkers.truth import last_positions
from chaostrading.core.money import decimal_or_none


@checker("no_data_lost")
def check(evidence: Evidence, *, after_s: float = 0.0, settle_s: float = 2.0) -> Finding:
    """Fills of the fault's window (and `after_s` longer) are in the target's positions and orders.

    The symbols that were filled in that time must agree with the books at the end, and the filled
    orders must be in the target's list where it shows one. Fills of the last `settle_s` may be
    known to the target already or not yet.
    """
    judge = Judge(
        checker="no_data_lost",
        expected="fills that happened during the fault are in the bot's positions and orders",
        evidence=evidence,
        wire=False,
    )
    if evidence.books is None:
        return judge.unknown("the exchange's books are not at hand")
    begin, end = evidence.fault_s[0], evidence.fault_s[1] + after_s
    fills = [fill for fill in evidence.books.fills if begin <= float(fill["mono_s"]) <= end]
    if not fills:
        return judge.unknown("nothing was filled during the fault, so nothing could be missed")
    target = evidence.target
    if "positions" not in target and "orders" not in target:
        return judge.unknown("the bot shows neither its positions nor its orders")
    wrong = []
    if "positions" in target:
        for name in sorted({str(fill["symbol"]) for fill in fills}):
            own = decimal_or_none(str(target["positions"].get(name, "0")))
            if own not in last_positions(evidence, name, settle_s):
                true = evidence.books.positions.get(name, "0")
                wrong.append({"symbol": name, "bot": str(own), "exchange": true})
    if "orders" in target:
        known = {str(row.get("client_id", "")) for row in target["orders"]}
        since = listed_since_s(evidence)
        seen = [fill for fill in fills if float(fill["mono_s"]) >= since]
        names = {str(fill.get("client_id", "")) for fill in seen} - {""}
        wrong += [{"client_id": name, "bot": "unknown"} for name in sorted(names - known)]
    if wrong:
        return judge.broken(
            f"{count(len(fills), 'fill')} happened during the fault and the bot missed some: "
            f"{count(len(wrong), 'difference')} from the exchange's books",
            wrong,
        )
    return judge.held(f"{count(len(fills), 'fill')} during the fault, all known to the bot")
