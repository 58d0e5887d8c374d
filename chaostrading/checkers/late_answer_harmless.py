"""Does an answer that comes after the target has given up do no harm?"""

from chaostrading.checkers.base import Evidence, Finding, checker
from chaostrading.checkers.judge import Judge, count
from chaostrading.checkers.no_duplicate_orders import repeats
from chaostrading.checkers.reading import accepted, client_id, orders

OPEN = frozenset({"NEW", "PARTIALLY_FILLED"})


@checker("late_answer_harmless")
def check(evidence: Evidence, *, repeat_s: float = 30.0) -> Finding:
    """Orders that the exchange took after or while the bot hung up are executed once and known.

    The bot did not repeat them under another id without asking, and at the end its own list, where
    it shows one, agrees with the books on whether they are still open.
    """
    judge = Judge(
        checker="late_answer_harmless",
        expected="an order that the exchange took although the bot had given up is executed once "
        "and known to the bot",
        evidence=evidence,
    )
    late = [
        item
        for item in orders(evidence, evidence.fault_s[0])
        if accepted(item) and item.outcome in ("client_gone", "dropped", "reset")
    ]
    if not late:
        return judge.unknown("the exchange took no order on which the bot had given up")
    names = {client_id(item) for item in late} - {""}
    twice = [
        item
        for item in orders(evidence, evidence.fault_s[0])
        if client_id(item) in names and accepted(item) and item not in late
    ]
    if twice:
        return judge.broken(f"{count(len(twice), 'order')} taken twice under one id", twice)
    pairs = [pair for pair in repeats(evidence, repeat_s) if pair[0] in late]
    if pairs:
        return judge.broken(
            f"{count(len(pairs), 'order')} sent again under a new id, so it was executed twice",
            [item for pair in pairs for item in pair],
        )
    wrong = _disagreements(evidence, names)
    if wrong:
        return judge.broken(
            f"the bot is wrong about {count(len(wrong), 'order')} that it had given up", wrong
        )
    return judge.held(
        f"{count(len(late), 'order')} taken although the bot had given up, each executed once",
        late,
    )


def _disagreements(evidence: Evidence, names: set[str]) -> list[dict[str, str]]:
    if "orders" not in evidence.target or evidence.books is None:
        return []
    own = {str(row.get("client_id", "")): str(row["status"]) for row in evidence.target["orders"]}
    wrong = []
    for order in evidence.books.orders:
        name = str(order.get("client_id", ""))
        if name not in names:
            continue
        told = own.get(name, "unknown")
        if told == "unknown" or (told.upper() in OPEN) != (str(order["status"]) in OPEN):
            wrong.append({"client_id": name, "bot": told, "exchange": str(order["status"])})
    return wrong
