"""Does the target wait for fresh data before it trades again?"""

from chaostrading.checkers.base import Evidence, Finding, checker
from chaostrading.checkers.judge import Judge, count
from chaostrading.checkers.reading import orders, symbol
from chaostrading.checkers.sockets import data_of, losses
from chaostrading.records.types import RequestRecord


@checker("no_decision_before_data")
def check(evidence: Evidence, *, grace_s: float = 2.0) -> Finding:
    """No order on a symbol whose data was cut comes before its first data after the loss.

    Data by request or on another stream counts as well. `grace_s` after the loss is for orders
    whose decision was made before.
    """
    judge = Judge(
        checker="no_decision_before_data",
        expected="no order on a symbol between the loss of its data and the first data after it",
        evidence=evidence,
    )
    lost_s: dict[str, list[float]] = {}
    for socket in losses(evidence):
        for stream in socket.streams:
            lost_s.setdefault(stream.partition("@")[0].upper(), []).append(socket.until_s)
    if not lost_s:
        return judge.unknown("no connection was lost that had carried market data")
    sent = [
        item
        for item in orders(evidence, evidence.fault_s[0])
        if symbol(item) in lost_s and item.mono_s > lost_s[symbol(item)][0]
    ]
    if not sent:
        return judge.unknown("the bot sent no order on the affected symbols after the loss")
    data = {name: [item.mono_s for item in data_of(evidence, name)] for name in lost_s}
    blind: list[RequestRecord] = []
    for item in sent:
        since = max(at for at in lost_s[symbol(item)] if at < item.mono_s)
        fresh = any(since < at <= item.mono_s for at in data[symbol(item)])
        if item.mono_s > since + grace_s and not fresh:
            blind.append(item)
    if blind:
        name = symbol(blind[0])
        wait = blind[0].mono_s - max(at for at in lost_s[name] if at < blind[0].mono_s)
        return judge.broken(
            f"{count(len(blind), 'order')} without fresh data, the first on {name} "
            f"{wait:.1f} s after its data was cut",
            blind,
        )
    return judge.held(
        f"{count(len(sent), 'order')} on the affected symbols after the loss, "
        "each with data fresher than the loss",
        sent,
    )
