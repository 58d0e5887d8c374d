"""Does any way around the risk engine lead to the exchange?"""

from collections import Counter

from chaostrading.checkers.base import Evidence, Finding, checker
from chaostrading.checkers.judge import Judge, count
from chaostrading.checkers.trying import matched, text_of


@checker("bypass_attempts_blocked")
def check(evidence: Evidence, *, within_s: float = 5.0, attempts_min: int = 1) -> Finding:
    """No attempt that must be blocked leads to an order on the wire, whatever the target answered.

    Orders are found by the attempt's client id, else by symbol, side and quantity `within_s` after
    it; an id that stands in the exchange's books got there by a way past the wire.
    """
    judge = Judge(
        checker="bypass_attempts_blocked",
        expected="no order that breaks a risk rule reaches the exchange, by any way",
        evidence=evidence,
    )
    pairs = matched(evidence, "blocked", within_s)
    if len(pairs) < attempts_min:
        return judge.unknown(f"{count(len(pairs), 'attempt')} made, {attempts_min} are needed")
    booked = (
        {str(order.get("client_id")) for order in evidence.books.orders} if evidence.books else ()
    )
    through = [
        (attempt, item)
        for attempt, item in pairs
        if item is not None or attempt.get("client_id", "") in booked
    ]
    if through:
        ways = Counter(str(attempt.get("way", "unnamed")) for attempt, _ in through)
        told = ", ".join(f"{way} ({number})" for way, number in sorted(ways.items()))
        return judge.broken(
            f"{len(through)} of {count(len(pairs), 'attempt')} reached the exchange: {told}",
            [judge.row(item) if item else text_of(attempt) for attempt, item in through],
        )
    ways = Counter(str(attempt.get("way", "unnamed")) for attempt, _ in pairs)
    return judge.held(
        f"{count(len(pairs), 'attempt')} by {count(len(ways), 'way')}, none reached the exchange",
        [text_of(attempt) for attempt, _ in pairs],
    )
