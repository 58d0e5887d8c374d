"""Is the target's audit log unbroken, and does it tell of what was refused?"""

import hashlib
import json
from typing import Any

from chaostrading.checkers.base import Evidence, Finding, checker
from chaostrading.checkers.judge import Judge, count
from chaostrading.checkers.reading import attempts

SEALED = ("seq", "wall_s", "event", "detail")


def entry_hash(previous: str, entry: dict[str, Any]) -> str:
    """The hash of an audit entry: SHA-256 of the canonical JSON of what it seals.

    Sealed are `seq`, `wall_s`, `event`, `detail` and `previous`, the hash of the entry before.
    Canonical: keys sorted, no spaces, UTF-8 as it is.
    """
    body = {**{name: entry.get(name) for name in SEALED}, "previous": previous}
    text = json.dumps(body, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


@checker("audit_chain_verifies")
def check(evidence: Evidence, *, refusals_logged: bool = True) -> Finding:
    """Each entry of `target["audit"]` seals the one before, and none is missing.

    `refusals_logged`: there are at least as many entries whose event says `denied` as attempts
    that the target refused. The log may begin in the middle; its first entry is taken as given.
    """
    judge = Judge(
        checker="audit_chain_verifies",
        expected="the audit log is an unbroken chain and tells of every refusal",
        evidence=evidence,
        wire=False,
    )
    audit = evidence.target.get("audit")
    entries = audit.get("entries") if isinstance(audit, dict) else audit
    if not isinstance(entries, list) or not entries:
        return judge.unknown("the bot shows no audit log")
    wrong = _first_wrong(entries)
    if wrong is not None:
        return judge.broken(f"the chain breaks at entry {wrong.get('seq')}", [_row(wrong)])
    head = audit.get("head") if isinstance(audit, dict) else None
    if isinstance(head, dict):
        head = head.get("hash")
    if head and head != entries[-1]["hash"]:
        return judge.broken("the log's head is not the hash of its last entry", [_row(entries[-1])])
    refused = sum(1 for attempt in attempts(evidence) if attempt.get("denied"))
    told = [entry for entry in entries if "denied" in str(entry.get("event", "")).lower()]
    if refusals_logged and len(told) < refused:
        return judge.broken(
            f"{count(refused, 'attempt')} refused, but the log tells of {len(told)}",
            [_row(entry) for entry in told],
        )
    return judge.held(
        f"{count(len(entries), 'entry')} in an unbroken chain, "
        f"{count(len(told), 'refusal')} logged",
        [_row(entry) for entry in told],
    )


def _first_wrong(entries: list[dict[str, Any]]) -> dict[str, Any] | None:
    previous = str(entries[0].get("previous", ""))
    number = entries[0].get("seq")
    for entry in entries:
        sealed = entry.get("previous") == previous and entry.get("seq") == number
        if not sealed or entry.get("hash") != entry_hash(previous, entry):
            return entry
        previous = str(entry["hash"])
        number = int(entry["seq"]) + 1
    return None


def _row(entry: dict[str, Any]) -> dict[str, Any]:
    return {name: entry.get(name) for name in SEALED}
