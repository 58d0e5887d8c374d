"""Short rows that become witness records: a test reads like the story on the wire.

Times are seconds since the fault began. The baseline is -20..0, the fault 0..20, the end 60.
"""

import itertools
from dataclasses import replace

from chaostrading.checkers.base import Books, Evidence
from chaostrading.records.types import (
    ConnectionEvent,
    LeaseEvent,
    MarketSlice,
    MessageRecord,
    Record,
    RequestRecord,
    Sample,
    Touch,
)

WALL_S = 1_700_000_000.0


def hit(fate="answer"):
    """The mark that the fault leaves on a frame; empty for none."""
    return (Touch(lease="L1", fault="some_fault", fate=fate),) if fate else ()


def request(
    t, method, path, *, role, status=200, took=0.1, fate="", exchange=None, told=None, **kw
):
    """An HTTP request; `exchange` is the status of the exchange itself, `kw` is its meaning."""
    outcome = kw.pop("outcome", "answered")
    code = kw.pop("code", "")
    connection = kw.pop("connection", 9)
    answer = kw.pop("answer", {})
    forwarded = kw.pop("forwarded", None)
    upstream = (0 if fate else status) if exchange is None else exchange
    return RequestRecord(
        seq=0,
        mono_s=t,
        wall_s=WALL_S + t,
        connection=connection,
        method=method,
        path=path,
        meaning={"role": role, **kw},
        outcome=outcome,
        status=status if outcome == "answered" else 0,
        code=code,
        retry_after_s=told,
        forwarded_s=(t if forwarded is None else forwarded) if upstream else None,
        upstream_status=upstream,
        upstream_latency_s=0.01 if upstream else None,
        answered_s=t + took if outcome == "answered" else None,
        answer=answer,
        touched=hit(fate),
    )


def order(t, client_id="c1", **kw):
    """`POST /api/v3/order`, by default BUY 1 BTCUSDT at 100."""
    what = {"symbol": "BTCUSDT", "side": "BUY", "order_type": "LIMIT", "quantity": "1"}
    if kw.get("order_type", "LIMIT") == "LIMIT":
        what["price"] = "100"
    return request(
        t, "POST", "/api/v3/order", **{"role": "order", "client_id": client_id, **what, **kw}
    )


def cancel(t, client_id="c1", **kw):
    """`DELETE /api/v3/order`."""
    what = {"role": "cancel", "client_id": client_id, "symbol": "BTCUSDT", **kw}
    return request(t, "DELETE", "/api/v3/order", **what)


def query(t, client_id="c1", **kw):
    """`GET /api/v3/order` of one client id."""
    return request(t, "GET", "/api/v3/order", **{"role": "query", "client_id": client_id, **kw})


def poll(t, path="/api/v3/account", role="account", **kw):
    """Any other GET."""
    return request(t, "GET", path, role=role, **kw)


def refusal(t, told=None, status=429, **kw):
    """A poll that is answered 429 (or 418) by the fault."""
    return poll(t, status=status, told=told, fate="answer", took=0.0, **kw)


def market(t, stream="btcusdt@bookTicker", *, connection=1, price="100", event_age_s=0.0):
    """A slice of untouched market data."""
    return MarketSlice(
        seq=0,
        mono_s=t,
        wall_s=WALL_S + t,
        connection=connection,
        stream=stream,
        symbol=stream.partition("@")[0].upper(),
        count=1,
        price=price,
        event_time_ms=int((WALL_S + t - event_age_s) * 1000),
    )


def message(t, *, connection=1, direction="down", opcode="text", stream="", fate="", **meaning):
    """One WebSocket message or control frame."""
    return MessageRecord(
        seq=0,
        mono_s=t,
        wall_s=WALL_S + t,
        connection=connection,
        direction=direction,
        opcode=opcode,
        stream=stream,
        meaning=meaning,
        touched=hit(fate),
    )


def link(t, event, connection=1, *, by="client", path="/ws", protocol="ws", fate="", how=""):
    """Something that happened to a connection."""
    return ConnectionEvent(
        seq=0,
        mono_s=t,
        wall_s=WALL_S + t,
        connection=connection,
        event=event,
        protocol=protocol,
        path=path,
        by=by,
        how=how,
        touched=hit(fate),
    )


def lease(t, event, fault="some_fault", **kw):
    """A lease that came into force (`armed`) or went (`ended`)."""
    return LeaseEvent(
        seq=0, mono_s=t, wall_s=WALL_S + t, event=event, fault=fault, lease="L1", **kw
    )


def sample(t, **values):
    """One reading of the recorder."""
    return Sample(seq=0, mono_s=t, wall_s=WALL_S + t, values=values)


def steps(since, until, step):
    """Moments from `since` (included) to `until` (excluded)."""
    return [since + step * number for number in range(int((until - since) / step + 0.999999))]


def every(step, since, until, make, **kw):
    """The same record again and again."""
    return [make(at, **kw) for at in steps(since, until, step)]


def trading(since=-20.0, until=0.0, step=2.0, **kw):
    """Orders that flow, each with a client id of its own."""
    return [order(at, f"n{at:g}", **kw) for at in steps(since, until, step)]


def booked(client_id, at, *, status="FILLED", symbol="BTCUSDT", side="BUY", quantity="1", **kw):
    """An order in the exchange's books."""
    return {
        "order_id": f"o-{client_id}",
        "client_id": client_id,
        "symbol": symbol,
        "side": side,
        "type": "LIMIT",
        "price": "100",
        "quantity": quantity,
        "executed": quantity if status == "FILLED" else "0",
        "status": status,
        "accepted_mono_s": at,
        **kw,
    }


def fill(at, quantity="1", *, symbol="BTCUSDT", side="BUY", client_id="c1", price="100"):
    """A fill in the exchange's books."""
    return {
        "trade_id": f"t{at}",
        "order_id": f"o-{client_id}",
        "client_id": client_id,
        "symbol": symbol,
        "side": side,
        "price": price,
        "quantity": quantity,
        "mono_s": at,
    }


def books(*, orders=(), fills=(), positions=None, mids=()):
    """The exchange's own books."""
    return Books(
        orders=tuple(orders), fills=tuple(fills), positions=positions or {}, mids=tuple(mids)
    )


def mids(prices, symbol="BTCUSDT"):
    """True mid prices from {second: price}."""
    return [(at, symbol, price) for at, price in prices.items()]


def flat(items) -> list[Record]:
    """Rows out of lists of lists of rows."""
    if isinstance(items, Record):
        return [items]
    return [row for item in items for row in flat(item)]


def play(*items, lose=(), **kw) -> Evidence:
    """A run's evidence: rows (or lists of rows) in any order, numbered as they happened.

    `lose` names the places (from 1) of records that the witness is to have lost.
    """
    rows = sorted(flat(items), key=lambda record: record.mono_s)
    places = itertools.count(1)
    kept = [
        record if isinstance(record, Sample) else replace(record, seq=next(places))
        for record in rows
    ]
    kept = [record for record in kept if record.seq == 0 or record.seq not in lose]
    settings = {"baseline_s": (-20.0, 0.0), "fault_s": (0.0, 20.0), "end_s": 60.0, **kw}
    return Evidence(records=tuple(kept), leases=("L1",), **settings)
