"""Calls to an exchange, whichever way they come: HTTP request or WebSocket API message.

Faults of the exchange's answers harm both alike. A call is what the client asks; its reply is the
frame of kind `answer`, or the message that carries the id of the call.
"""

from typing import Any

from chaostrading.core.seeds import Dice
from chaostrading.faults.base import Answer, Fate, Frame, Replace
from chaostrading.venues.base import Words

__all__ = ["EXECUTED", "answers_now", "call_key", "is_call", "is_reply", "said"]

EXECUTED = ("no", "yes", "random")

_TRADING = frozenset({"order", "cancel", "replace"})


def is_call(frame: Frame) -> bool:
    """Whether the client asks the exchange for something. Upgrades to WebSocket count, and
    messages of a WebSocket API; subscriptions to market streams do not."""
    if frame.kind == "request":
        return True
    if frame.kind != "message" or frame.direction != "up":
        return False
    return frame.path.startswith("/ws-") or frame.meaning.role in _TRADING


def is_reply(frame: Frame) -> bool:
    """Whether the exchange replies to a call: it has acted by now."""
    if frame.kind == "answer":
        return True
    return (
        frame.kind == "message"
        and frame.direction == "down"
        and bool(frame.meaning.request_id)
        and frame.meaning.role not in ("subscription", "private")
    )


def call_key(frame: Frame) -> str:
    """What a call and its reply have in common: the connection, and the id of the message."""
    return f"{frame.connection}/{frame.meaning.request_id}"


def said(frame: Frame, words: Words, delay_s: float = 0.0, close: bool = False) -> Fate:
    """The fate that lets the client hear these words from the exchange, at a call or its reply."""
    if frame.kind == "message":
        body = frame.venue.ws_error(
            request_id=frame.meaning.request_id, words=words, now_ms=frame.now_ms
        )
        if frame.direction == "down":
            return Replace(payloads=(body,), delay_s=delay_s)
        return Answer(status=words.status, body=body, delay_s=delay_s)
    return Answer(
        status=words.status, headers=words.headers, body=words.body, delay_s=delay_s, close=close
    )


def answers_now(executed: str, frame: Frame, dice: Dice, memory: dict[str, Any]) -> bool:
    """Whether a fault whose failures are `executed` no, yes or at random speaks at this frame.

    Not executed: at the call, which the exchange never sees. Executed: at the reply. At random, the
    dice are thrown at the call and remembered for its reply. Upgrades are never executed first."""
    key = call_key(frame)
    if is_reply(frame):
        known = memory.pop(key, None)
        if frame.kind == "answer" and frame.status == 101:
            return False
        return bool(known) or (executed == "yes" and frame.kind == "answer")
    if not is_call(frame):
        return False
    if executed == "no" or frame.upgrade:
        return True
    if executed == "random" and dice.chance(0.5):
        memory.pop(key, None)
        return True
    memory[key] = True
    return False
