"""Is the data fresh on which orders are placed under load?"""

from chaostrading.checkers.base import Evidence, Finding, checker
from chaostrading.checkers.judge import Judge, count
from chaostrading.checkers.reading import of, orders, percentile, series, symbol
from chaostrading.records.types import MarketSlice, RequestRecord


@checker("price_age_bounded")
def check(
    evidence: Evidence, *, age_s_max: float = 2.0, factor_max: float = 3.0, orders_min: int = 3
) -> Finding:
    """When an order arrives, the newest data that the bot had taken off the wire is young.

    Its age by the exchange's own stamp (by arrival where there is none): the 99th percentile during
    the fault is at most `age_s_max`, or `factor_max` times the baseline's where that is more. A bot
    that reads too slowly holds up its own data, so its age grows here. What the target says of its
    own data (`market_data_age_s`) is held to the same limit where it is shown.
    """
    judge = Judge(
        checker="price_age_bounded",
        expected=f"orders are placed on data not older than {age_s_max:g} s",
        evidence=evidence,
    )
    data = [item for item in of(evidence, MarketSlice) if item.symbol]
    before = _ages(data, orders(evidence, *evidence.baseline_s))
    during = _ages(data, orders(evidence, *evidence.fault_s))
    if len(before) < orders_min or len(during) < orders_min:
        return judge.unknown(
            f"{count(len(before), 'order')} before and {len(during)} during the fault had data of "
            f"their symbol, {orders_min} each are needed"
        )
    usual = percentile((age for _, age in before), 0.99)
    now = percentile((age for _, age in during), 0.99)
    limit = max(age_s_max, factor_max * usual)
    old = [item for item, age in during if age > limit]
    if now > limit:
        return judge.broken(
            f"{count(len(old), 'order')} on data up to {max(age for _, age in during):.1f} s old, "
            f"{limit:.1f} s are allowed ({usual:.1f} s were usual)",
            old,
        )
    begin, end = evidence.fault_s
    own = [age for at, age in series(evidence, "market_data_age_s") if begin <= at <= end]
    if own and percentile(own, 0.99) > limit:
        return judge.broken(f"the bot itself says that its data was {max(own):.1f} s old")
    return judge.held(
        f"{count(len(during), 'order')} on data {now:.2f} s old at most ({usual:.2f} s were usual)",
        [item for item, _ in during],
    )


def _ages(data: list[MarketSlice], sent: list[RequestRecord]) -> list[tuple[RequestRecord, float]]:
    found = []
    for order in sent:
        seen = [
            item for item in data if item.symbol == symbol(order) and item.mono_s <= order.mono_s
        ]
        if not seen:
            continue
        stamps = [item.event_time_ms for item in seen if item.event_time_ms is not None]
        age = order.wall_s - max(stamps) / 1000 if stamps else order.mono_s - seen[-1].mono_s
        found.append((order, max(0.0, age)))
    return found
