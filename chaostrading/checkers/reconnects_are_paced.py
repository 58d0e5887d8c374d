"""Does the target reconnect with patience, yet without giving up?"""

from dataclasses import replace
from itertools import pairwise

from chaostrading.checkers.base import Evidence, Finding, checker
from chaostrading.checkers.judge import Judge, count
from chaostrading.checkers.reading import grows, of
from chaostrading.checkers.sockets import Socket, Try, head, losses, reachable_s, sockets, tries
from chaostrading.records.types import MarketSlice, RequestRecord

BURST_S = 0.1
FLEETING_S = 0.5
"""What ends sooner and without data is no connection: the handshake is answered, and it closes."""


@checker("reconnects_are_paced")
def check(
    evidence: Evidence,
    *,
    attempts_max: int = 20,
    growth_min: float = 1.2,
    enough_s: float = 5.0,
    silence_s_max: float = 60.0,
    sockets_max: int = 2,
) -> Finding:
    """Attempts per lost connection are bounded, their pauses grow, and the bot never gives up.

    `attempts_max` per lost connection (one that closes right after its handshake is an attempt that
    failed); of the pauses between failed attempts on the same path the
    later half is `growth_min` times the earlier half, or all are `enough_s`. A pause as long as the
    exchange had asked for need not grow. While it is not connected an attempt comes at least every
    `silence_s_max`; no stream is open on more than `sockets_max` connections at once.
    """
    judge = Judge(
        checker="reconnects_are_paced",
        expected=f"at most {attempts_max} attempts per lost connection, with growing pauses, one "
        f"at least every {silence_s_max:g} s, and at most {sockets_max} connections per stream",
        evidence=evidence,
    )
    fleeting = {item.connection for item in losses(evidence) if _is_fleeting(item)}
    lost = [item for item in losses(evidence) if item.connection not in fleeting]
    if not lost:
        return judge.unknown("the bot lost no WebSocket connection")
    tried = [
        replace(item, ok=item.ok and item.connection not in fleeting)
        for item in tries(evidence, lost[0].until_s)
    ]
    rows = [{"t_s": judge.at(item.at_s), "path": item.path, "ok": item.ok} for item in tried]
    if len(tried) > attempts_max * len(lost):
        return judge.broken(
            f"{count(len(tried), 'attempt')} for {count(len(lost), 'lost connection')}", rows
        )
    double = _crowded(evidence, sockets_max)
    if double:
        return judge.broken(f"{double} was open on more than {sockets_max} connections at once")
    silent = _longest_silence(evidence, reachable_s(evidence, lost[0].until_s), tried)
    if silent > silence_s_max:
        return judge.broken(f"the bot made no attempt for {silent:.0f} s while cut off", rows)
    gaps = _gaps(evidence, [item for item in tried if not item.ok])
    for own in gaps:
        if len(own) >= 3 and not grows(own, growth_min=growth_min, enough_s=enough_s):
            return judge.broken(
                f"the pauses between failed attempts do not grow: {_listed(own)} s", rows
            )
    if not tried:
        return judge.unknown("the bot made no attempt to reconnect that was seen")
    longest = max(gaps, key=len, default=[])
    growth = f", pauses {_listed(longest)} s" if longest else ""
    return judge.held(
        f"{count(len(tried), 'attempt')} for {count(len(lost), 'lost connection')}{growth}", rows
    )


def _is_fleeting(socket: Socket) -> bool:
    return not socket.streams and socket.until_s - socket.since_s < FLEETING_S


def _gaps(evidence: Evidence, failed: list[Try]) -> list[list[float]]:
    """Pauses after failed attempts, path by path; without those that the exchange asked for."""
    told = {
        item.connection: item.retry_after_s
        for item in of(evidence, RequestRecord)
        if item.retry_after_s is not None
    }
    paths: dict[str, list[Try]] = {}
    for item in failed:
        own = paths.setdefault(head(item.path), [])
        # Attempts of several sockets at the same time are one.
        if not own or item.at_s - own[-1].at_s > BURST_S:
            own.append(item)
    return [
        [
            later.at_s - earlier.at_s
            for earlier, later in pairwise(own)
            if later.at_s - earlier.at_s < told.get(earlier.connection, float("inf"))
        ]
        for own in paths.values()
    ]


def _listed(gaps: list[float]) -> str:
    return ", ".join(f"{gap:.2f}" for gap in gaps[:8])


def _longest_silence(evidence: Evidence, since_s: float, tried: list[Try]) -> float:
    """Longest time without an attempt up to the first success, or the end of observation."""
    moments = [since_s]
    for item in tried:
        moments.append(item.at_s)
        if item.ok:
            break
    else:
        moments.append(evidence.end_s)
    return max((later - earlier for earlier, later in pairwise(moments)), default=0.0)


def _crowded(evidence: Evidence, sockets_max: int) -> str:
    """A stream that had data on too many open connections within one second."""
    alive = {item.connection: item for item in sockets(evidence)}
    seen: dict[str, dict[int, float]] = {}
    for item in of(evidence, MarketSlice):
        if item.mono_s < evidence.fault_s[0]:
            continue
        carriers = seen.setdefault(item.stream, {})
        carriers[item.connection] = item.mono_s
        current = [
            number
            for number, at in carriers.items()
            if item.mono_s - at <= 1.0 and alive[number].until_s >= item.mono_s
        ]
        if len(current) > sockets_max:
            return item.stream
    return ""
