"""Events reach every listener in order, again after a gap, and nobody waits for the slow one."""

import asyncio
import json
import threading

import pytest

from chaostrading.service.events import Broker, Subscription, stream
from chaostrading.service.problems import Problem

pytestmark = pytest.mark.anyio


async def drain(subscription: Subscription) -> list[tuple[str, object]]:
    """What is queued, as name and number."""
    got = []
    while (event := await subscription.next(0.01)) is not None:
        got.append((event.name, event.data.get("n", event.data.get("count"))))
    return got


async def test_every_listener_gets_every_event_in_order(clock):
    """Two listeners, one stream each."""
    broker = Broker(clock)
    one, two = broker.subscribe(), broker.subscribe()

    for number in range(3):
        broker.publish("tick", n=number)

    assert await drain(one) == await drain(two) == [("tick", 0), ("tick", 1), ("tick", 2)]


async def test_publishing_from_a_thread_wakes_the_listener(clock):
    """Runs are watched by threads, streams are served by the loop."""
    broker = Broker(clock)
    subscription = broker.subscribe()
    waiting = asyncio.create_task(subscription.next(5))
    await asyncio.sleep(0)

    threading.Thread(target=broker.publish, args=("tick",), kwargs={"n": 1}).start()

    event = await waiting
    assert event is not None
    assert event.data["n"] == 1


async def test_who_comes_back_gets_what_was_missed_and_only_that(clock):
    """Last-Event-ID names the last event that was seen."""
    broker = Broker(clock)
    first = broker.subscribe()
    broker.publish("tick", n=0)
    seen = await first.next(1)
    assert seen is not None
    first.close()
    broker.publish("tick", n=1)

    back = broker.subscribe(seen.id)
    broker.publish("tick", n=2)

    assert await drain(back) == [("tick", 1), ("tick", 2)]


@pytest.mark.parametrize("last_id", ["0badc0de-7", "nonsense"])
async def test_who_comes_back_after_a_restart_is_told_that_something_is_lost(clock, last_id):
    """How much cannot be said; what is kept is sent."""
    broker = Broker(clock)
    broker.publish("tick", n=0)

    assert await drain(broker.subscribe(last_id)) == [("lost", None), ("tick", 0)]


async def test_a_slow_listener_loses_the_oldest_and_is_told_how_many(clock):
    """A full queue never makes a run wait."""
    broker = Broker(clock, kept=3)
    slow = broker.subscribe()

    for number in range(5):
        broker.publish("tick", n=number)

    assert await drain(slow) == [("lost", 2), ("tick", 2), ("tick", 3), ("tick", 4)]


async def test_an_event_goes_over_the_wire_with_id_name_and_one_line_of_json(clock):
    """Line breaks in a reason would end the event."""
    broker = Broker(clock)
    body = stream(broker.subscribe())
    broker.publish("lever_engaged", reason="a\nb", value=float("nan"))
    broker.close()

    texts = [text async for text in body]

    assert texts[0] == "retry: 2000\n\n"
    head, name, data, *rest = texts[1].split("\n")
    assert (head[:4], name, rest) == ("id: ", "event: lever_engaged", ["", ""])
    told = json.loads(data.removeprefix("data: "))
    assert (told["reason"], told["value"]) == ("a\nb", None)


async def test_a_quiet_stream_is_kept_alive_by_comments(clock):
    """Proxies cut connections on which nothing moves."""
    broker = Broker(clock)
    body = stream(broker.subscribe(), heartbeat_s=0.01)

    assert [await anext(body) for _ in range(3)][1:] == [": still here\n\n"] * 2
    await body.aclose()
    assert broker.clients == 0


async def test_closing_ends_every_stream_after_what_is_queued(clock):
    """A server that is ending must not wait for listeners."""
    broker = Broker(clock)
    before = stream(broker.subscribe())
    broker.publish("tick", n=1)
    broker.close()

    assert len([text async for text in before]) == 2
    assert len([text async for text in stream(broker.subscribe())]) == 1


async def test_listeners_have_a_limit(clock, monkeypatch):
    """Each holds a queue; the one too many is told so."""
    monkeypatch.setattr("chaostrading.service.events.CLIENTS_MAX", 1)
    broker = Broker(clock)
    broker.subscribe()

    with pytest.raises(Problem, match="at most 1") as caught:
        broker.subscribe()
    assert caught.value.status == 429
