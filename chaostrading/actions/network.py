"""Network chaos: connections, streams and time on the wire.

The first two actions are the tests of the seed in all their variants; after them comes one action
for each fault, to build experiments of your own with.
"""

from collections.abc import Mapping
from typing import Any

from chaoslib.exceptions import ActivityFailed

from chaostrading import session
from chaostrading.actions import put_in_force
from chaostrading.core.errors import ChaosTradingError, unknown_name
from chaostrading.core.seeds import Dice
from chaostrading.paper.stimulus import await_resting_order, move_through

__all__ = [
    "announce_shutdown",
    "break_pings",
    "cut_websockets",
    "delay_requests",
    "delay_streams",
    "disconnect_websockets",
    "drip_answers",
    "fail_connects",
    "flap_websockets",
    "half_open_websockets",
    "mute_streams",
    "network_latency_spike",
    "refuse_connections",
    "refuse_reconnects",
    "replay_on_reconnect",
    "resubscribe_partially",
    "websocket_disconnect",
]

Lease = dict[str, Any]

OUTAGE_S: Mapping[str, tuple[float, float, float]] = {
    "close_frame": (5, 30, 5),
    "abrupt": (5, 30, 5),
    "half_open": (25, 30, 18),
    "zombie": (25, 30, 18),
    "refused_reconnects": (5, 30, 6),
    "planned_shutdown": (10, 30, 8),
    "partial_resubscribe": (15, 30, 12),
}
"""From and to, of which the length of an outage is drawn, and its length in a quick run. A silence
must be longer than a client needs to notice it."""

LATENCY_S: Mapping[str, tuple[float, float, float]] = {
    "answers": (20, 30, 14),
    "requests": (20, 30, 14),
    "streams": (20, 30, 15),
}
"""The same for how long latency lasts: long enough for several delays of 5 to 10 s."""

MOVE, MOVE_OVER_S = 0.015, 0.5
"""How far the market moves, as a share of the price, and within how many seconds."""
SLOW_MOVE = 0.03
"""How far it moves in all while streams are late."""


def websocket_disconnect(
    variant: str = "close_frame",
    duration_s: float = 0.0,
    move: float = MOVE,
    path: str = "",
    stream: str = "",
) -> dict[str, Any]:
    """
    Take the target's WebSockets from it for 5 to 30 s, and let something happen meanwhile.

    At the paper exchange this waits (6 s at most) until the target has an order resting, and right
    after the cut it moves the market through that order, so that the gap has a fill and a price
    that the target must learn of. The fault is in force when this returns and ends by itself; let
    `hold` wait and `heal` end it.

    - `variant`: how the connections go:
        `close_frame`: a close frame (1001), then handshakes are refused with 503 (F01);
        `abrupt`: a TCP reset, then handshakes are reset (F02);
        `half_open`: everything on the open connections is swallowed, new ones are healthy (F03);
        `zombie`: pings pass, but no data comes on the open connections (F04);
        `refused_reconnects`: a reset, then handshakes are answered 429 with a Retry-After (F05);
        `planned_shutdown`: `serverShutdown` is announced, later the connections end (F06);
        `partial_resubscribe`: a reset, and after the resubscription three streams stay silent
        until they are asked for again (F09)
    - `duration_s`: seconds of the outage; 0 draws them from the variant's part of 5..30 s by the
      run's seed (silences from 25..30 s, because a shorter one need not be noticed); a quick run
      takes 5 to 18 s
    - `move`: how far the market moves during the gap, as a share of the price
    - `path`, `stream`: shell patterns of the connections to touch, e.g. `/ws*`; empty touches all

    Returns the variant, the seconds, the lease as the proxy confirmed it, and the moves.

    Example:

        {"type": "action", "name": "disconnect", "provider": {"type": "python",
         "module": "chaostrading.actions.network", "func": "websocket_disconnect",
         "arguments": {"variant": "half_open"}}}
    """
    name = "websocket_disconnect"
    seconds = _seconds(name, variant, OUTAGE_S, duration_s)
    moves = (move, MOVE_OVER_S)
    return _disturb(name, variant, seconds, moves, *_outage(variant, seconds), path, stream)


def network_latency_spike(
    variant: str = "answers",
    delay_s_min: float = 5.0,
    delay_s_max: float = 10.0,
    duration_s: float = 0.0,
    move: float = 0.0,
    path: str = "",
    stream: str = "",
) -> dict[str, Any]:
    """
    Delay what the target sends or hears by 5 to 10 s, while the market moves.

    At the paper exchange this waits (6 s at most) until the target has an order resting, and right
    after the fault is in force it moves the market through that order, so that an order that comes
    late costs money. Let `hold` wait and `heal` end it.

    - `variant`: what is slow:
        `answers`: each answer comes 5 to 10 s after the exchange has acted, so an order is live
        while the target knows nothing of it (F11);
        `requests`: each request is withheld 5 to 10 s before the exchange sees it (F11);
        `streams`: each WebSocket message to the target is late by one time from the upper half
        of 5 to 10 s, because a bot need not notice less (F12)
    - `delay_s_min`, `delay_s_max`: the range of the delays in seconds, by the run's seed
    - `duration_s`: seconds that the latency lasts; 0 draws them from 20..30 s by the run's seed; a
      quick run takes 14 or 15 s
    - `move`: how far the market moves, as a share of the price; 0 is 0.015 at once, with `streams`
      0.03 little by little, so that a late price is a wrong one all the time
    - `path`, `stream`: shell patterns of the requests or streams to touch; empty touches all

    Returns the variant, the seconds, the lease as the proxy confirmed it, and the moves.

    Example:

        {"type": "action", "name": "latency", "provider": {"type": "python",
         "module": "chaostrading.actions.network", "func": "network_latency_spike",
         "arguments": {"variant": "requests", "path": "/api/v3/order"}}}
    """
    name = "network_latency_spike"
    seconds = _seconds(name, variant, LATENCY_S, duration_s)
    if not 0 < delay_s_min <= delay_s_max:
        raise ActivityFailed(
            f"{name}: delay_s_min must be above 0 and at most delay_s_max ({delay_s_max!r}), "
            f"was {delay_s_min!r}"
        )
    middle_s, half_s = (delay_s_min + delay_s_max) / 2, (delay_s_max - delay_s_min) / 2
    if variant == "streams":
        lag_s = Dice(session.current().seed, f"{name}/lag").uniform(middle_s, delay_s_max)
        slow: tuple[str, dict[str, Any]] = ("latency_ws", {"lag_s": round(lag_s, 3)})
        moves = (move or SLOW_MOVE, seconds)
    else:
        where = "response" if variant == "answers" else "request"
        slow = ("latency_rest", {"where": where, "delay_s": middle_s, "jitter_s": half_s})
        moves = (move or MOVE, MOVE_OVER_S)
    return _disturb(name, variant, seconds, moves, *slow, path, stream)


def _seconds(
    name: str, variant: str, known: Mapping[str, tuple[float, float, float]], wanted_s: float
) -> float:
    """How long the fault is to last. Raises ActivityFailed for a variant that nobody knows."""
    try:
        run = session.current()
        if variant not in known:
            raise unknown_name(f"variant of {name}", variant, known)
    except ChaosTradingError as error:
        raise ActivityFailed(str(error)) from error
    low_s, high_s, quick_s = known[variant]
    drawn_s = round(Dice(run.seed, name).uniform(low_s, high_s), 1)
    return wanted_s or (quick_s if run.quick else drawn_s)


def _outage(variant: str, seconds: float) -> tuple[str, dict[str, Any]]:
    """The fault of a variant of `websocket_disconnect`, and its parameters."""
    lead_s = round(seconds * 0.6, 3)
    faults: dict[str, tuple[str, dict[str, Any]]] = {
        "close_frame": ("ws_close_frame", {"refuse_s": seconds}),
        "abrupt": ("ws_abrupt", {"refuse_s": seconds, "refuse_mode": "reset"}),
        "half_open": ("ws_half_open", {}),
        "zombie": ("ws_zombie", {"stream": "*"}),
        "refused_reconnects": (
            "ws_reconnect_refused",
            {"refuse_s": seconds, "status": 429, "retry_after": "2"},
        ),
        # Announced at arming: the limit counts from there when all end at once.
        "planned_shutdown": (
            "ws_planned_shutdown",
            {"limit_s": lead_s, "lead_s": lead_s, "all_at_once": True},
        ),
        "partial_resubscribe": ("ws_partial_resubscribe", {"streams_without_data": 3}),
    }
    return faults[variant]


def _disturb(
    name: str,
    variant: str,
    seconds: float,
    move: tuple[float, float],
    fault: str,
    parameters: dict[str, Any],
    path: str,
    stream: str,
) -> dict[str, Any]:
    """Put the fault in force and move the market through what the target has resting."""
    try:
        run = session.current()
        exchange, moves = run.exchange, []
        resting = await_resting_order(exchange, run.clock, run.hold) if exchange else []
        scope = {"path": path, "stream": stream}
        lease = put_in_force(fault, parameters, duration_s=seconds, scope=scope)
        if exchange:
            moves = move_through(exchange, resting, Dice(run.seed, f"{name}/move"), *move)
            run.facts["moves"] = moves
    except ChaosTradingError as error:
        raise ActivityFailed(str(error)) from error
    return {"variant": variant, "seconds": seconds, "lease": lease, "moves": moves}


def refuse_connections(
    cut_existing: bool = True,
    duration_s: float = 30.0,
    share: float = 1.0,
) -> Lease:
    """
    Refuses all new TCP connections (ECONNREFUSED), REST and WebSocket alike (F14).

    The proxy closes its listening socket from arming to the end of the lease, so this cannot be
    narrowed to a path or client, and the lease's duration is the outage. A request that met the
    refusal was surely not sent. The admin API has a socket of its own and stays reachable.

    - `cut_existing`: reset the connections that are open at arming; false lets them live, or
      leaves them to a fault such as `ws_close_frame` that is armed first.
    - `duration_s`: how long the fault is in force; the proxy ends it by itself
    - `share`: part of the matching frames to touch, 0..1, by seeded dice

    Returns the lease as the proxy confirmed it.

    Example:

        {"type": "action", "name": "refuse-connections", "provider": {"type": "python",
         "module": "chaostrading.actions.network", "func": "refuse_connections",
         "arguments": {"duration_s": 20}}}
    """
    return put_in_force(
        "connect_refused", {"cut_existing": cut_existing}, duration_s=duration_s, share=share
    )


def fail_connects(
    form: str = "blackhole",
    for_s: float = 20.0,
    cut_existing: bool = False,
    duration_s: float = 30.0,
    share: float = 1.0,
) -> Lease:
    """
    Makes new connections fail before the exchange has seen a byte; REST and WebSocket alike
    (F14).

    A request on such a connection was surely not sent, so it may be repeated. The operating
    system accepts the connection first: a client with TLS meets the failure in its handshake, a
    client without it in its first read. For ECONNREFUSED use `connect_refused`. Names that do
    not resolve and expired certificates lie with the client's own configuration, outside of a
    proxy's reach.

    - `form`: `blackhole`: nothing is ever answered (also a stalled TLS handshake); `reset`: TCP
      reset; `fin`: the connection is ended at once.
    - `for_s`: seconds from arming during which connections fail, 0.1..86400. A connection in
      the black hole goes on when it is over, as one does whose SYN is repeated.
    - `cut_existing`: reset the connections that are open at arming, which would go on
      otherwise. A request that is under way then has an unknown fate.
    - `duration_s`: how long the fault is in force; the proxy ends it by itself
    - `share`: part of the matching frames to touch, 0..1, by seeded dice

    Returns the lease as the proxy confirmed it.

    Example:

        {"type": "action", "name": "fail-connects", "provider": {"type": "python",
         "module": "chaostrading.actions.network", "func": "fail_connects",
         "arguments": {"duration_s": 20}}}
    """
    return put_in_force(
        "dns_tls_connect",
        {"form": form, "for_s": for_s, "cut_existing": cut_existing},
        duration_s=duration_s,
        share=share,
    )


def delay_requests(
    where: str = "response",
    delay_s: float = 7.0,
    jitter_s: float = 2.0,
    ramp_s: float = 0.0,
    duration_s: float = 30.0,
    share: float = 1.0,
    method: str = "",
    path: str = "",
    stream: str = "",
    symbol: str = "",
) -> Lease:
    """
    Delays requests before the exchange sees them, or answers after it has acted (F11).

    `request`: a signed request ages and may be refused as outside its receive window.
    `response`: an order is live meanwhile. Requests and answers of the WebSocket API are
    delayed alike, handshakes and streams are not.

    - `where`: `request` or `response`: which of the two is delayed.
    - `delay_s`: seconds of delay, 0.001..300. The seed asks for 5 to 10.
    - `jitter_s`: each delay is drawn evenly from plus or minus this, 0..`delay_s`.
    - `ramp_s`: seconds from arming over which the delay grows from nothing to its full size,
      0..86400.
    - `duration_s`: how long the fault is in force; the proxy ends it by itself
    - `share`: part of the matching frames to touch, 0..1, by seeded dice
    - `method`: HTTP methods to touch, separated by commas; empty: all
    - `path`: shell pattern of the paths to touch, e.g. `/api/v3/order`; empty: all
    - `stream`: shell pattern of the streams to touch, e.g. `btcusdt@*`; empty: all
    - `symbol`: shell pattern of the symbols to touch, e.g. `BTCUSDT`; empty: all

    Returns the lease as the proxy confirmed it.

    Example:

        {"type": "action", "name": "delay-requests", "provider": {"type": "python",
         "module": "chaostrading.actions.network", "func": "delay_requests",
         "arguments": {"duration_s": 20}}}
    """
    return put_in_force(
        "latency_rest",
        {"where": where, "delay_s": delay_s, "jitter_s": jitter_s, "ramp_s": ramp_s},
        duration_s=duration_s,
        share=share,
        scope={"method": method, "path": path, "stream": stream, "symbol": symbol},
    )


def delay_streams(
    lag_s: float = 7.0,
    growth_s_per_s: float = 0.0,
    lag_for_s: float = 0.0,
    end: str = "burst",
    drain_s: float = 10.0,
    duration_s: float = 30.0,
    share: float = 1.0,
    stream: str = "",
    symbol: str = "",
) -> Lease:
    """
    Delays every WebSocket message to the client; bytes, stamps and order stay as they are
    (F12).

    A client that consumes too slowly sees the same. Frames behind a delayed message wait for
    it, so a lease on one stream holds up the others of its connection.

    - `lag_s`: seconds from a message's arrival to its delivery, 0.001..300.
    - `growth_s_per_s`: seconds by which the lag grows each second from arming, 0..10.
    - `lag_for_s`: seconds from arming to the end of the lag, 0..86400; 0: it ends with the
      lease.
    - `end`: what becomes of late messages at the end: `burst` delivers them at once, `drop`
      loses them, `drain` delivers them ever less late. The latter two need `lag_for_s`.
    - `drain_s`: with `drain`: seconds from the end until there is no lag left, 0.1..3600.
    - `duration_s`: how long the fault is in force; the proxy ends it by itself
    - `share`: part of the matching frames to touch, 0..1, by seeded dice
    - `stream`: shell pattern of the streams to touch, e.g. `btcusdt@*`; empty: all
    - `symbol`: shell pattern of the symbols to touch, e.g. `BTCUSDT`; empty: all

    Returns the lease as the proxy confirmed it.

    Example:

        {"type": "action", "name": "delay-streams", "provider": {"type": "python",
         "module": "chaostrading.actions.network", "func": "delay_streams",
         "arguments": {"duration_s": 20}}}
    """
    return put_in_force(
        "latency_ws",
        {
            "lag_s": lag_s,
            "growth_s_per_s": growth_s_per_s,
            "lag_for_s": lag_for_s,
            "end": end,
            "drain_s": drain_s,
        },
        duration_s=duration_s,
        share=share,
        scope={"stream": stream, "symbol": symbol},
    )


def drip_answers(
    bytes_per_s: float = 200.0,
    head_s: float = 0.0,
    body_s: float = 0.0,
    duration_s: float = 30.0,
    share: float = 1.0,
    method: str = "",
    path: str = "",
    symbol: str = "",
) -> Lease:
    """
    Sends the head of an answer at once and its body at some bytes a second (F13).

    Each read of the client succeeds in time, so that only a deadline for the whole request
    helps. The exchange has acted.

    - `bytes_per_s`: bytes of body a second, 0.1..1000000. Usual: 50..5000.
    - `head_s`: seconds from the answer's arrival to its head, 0..300.
    - `body_s`: seconds from the head to the first byte of the body, 0..300. For `head at once,
      body after n seconds` set this and a high `bytes_per_s`.
    - `duration_s`: how long the fault is in force; the proxy ends it by itself
    - `share`: part of the matching frames to touch, 0..1, by seeded dice
    - `method`: HTTP methods to touch, separated by commas; empty: all
    - `path`: shell pattern of the paths to touch, e.g. `/api/v3/order`; empty: all
    - `symbol`: shell pattern of the symbols to touch, e.g. `BTCUSDT`; empty: all

    Returns the lease as the proxy confirmed it.

    Example:

        {"type": "action", "name": "drip-answers", "provider": {"type": "python",
         "module": "chaostrading.actions.network", "func": "drip_answers",
         "arguments": {"duration_s": 20}}}
    """
    return put_in_force(
        "slow_drip",
        {"bytes_per_s": bytes_per_s, "head_s": head_s, "body_s": body_s},
        duration_s=duration_s,
        share=share,
        scope={"method": method, "path": path, "symbol": symbol},
    )


def cut_websockets(
    mode: str = "rst",
    mid_frame: bool = False,
    refuse_s: float = 15.0,
    refuse_mode: str = "http",
    repeat: int = 1,
    up_s: float = 5.0,
    duration_s: float = 30.0,
    share: float = 1.0,
    method: str = "",
    path: str = "",
    stream: str = "",
    symbol: str = "",
) -> Lease:
    """
    Breaks every open WebSocket without a close frame, and refuses new ones for a while (F02).

    Clients report it as 1006 or `no close frame received or sent`. REST is not touched. For
    ECONNREFUSED arm `connect_refused` beside this, which takes REST along.

    - `mode`: `rst`: TCP reset; `fin`: orderly end of TCP, yet no close frame.
    - `mid_frame`: cut in the middle of the next message to the client, after 1 s at the latest.
      Needs `rst`.
    - `refuse_s`: seconds from each cut during which WebSocket handshakes are refused, 0..86400.
    - `refuse_mode`: `http`: the handshake is answered with 503; `reset`: with a TCP reset.
    - `repeat`: number of cuts, 1..10000.
    - `up_s`: seconds from the end of a refusal to the next cut, 0.1..86400.
    - `duration_s`: how long the fault is in force; the proxy ends it by itself
    - `share`: part of the matching frames to touch, 0..1, by seeded dice
    - `method`: HTTP methods to touch, separated by commas; empty: all
    - `path`: shell pattern of the paths to touch, e.g. `/api/v3/order`; empty: all
    - `stream`: shell pattern of the streams to touch, e.g. `btcusdt@*`; empty: all
    - `symbol`: shell pattern of the symbols to touch, e.g. `BTCUSDT`; empty: all

    Returns the lease as the proxy confirmed it.

    Example:

        {"type": "action", "name": "cut-websockets", "provider": {"type": "python",
         "module": "chaostrading.actions.network", "func": "cut_websockets",
         "arguments": {"duration_s": 20}}}
    """
    return put_in_force(
        "ws_abrupt",
        {
            "mode": mode,
            "mid_frame": mid_frame,
            "refuse_s": refuse_s,
            "refuse_mode": refuse_mode,
            "repeat": repeat,
            "up_s": up_s,
        },
        duration_s=duration_s,
        share=share,
        scope={"method": method, "path": path, "stream": stream, "symbol": symbol},
    )


def disconnect_websockets(
    code: int = 1001,
    reason: str = "",
    refuse_s: float = 15.0,
    refuse_mode: str = "http",
    status: int = 503,
    duration_s: float = 30.0,
    share: float = 1.0,
    method: str = "",
    path: str = "",
    symbol: str = "",
) -> Lease:
    """
    Ends every open WebSocket with a close frame at arming, and refuses new ones for a while
    (F01).

    The client receives a close frame with this code and reason, then FIN. A code of 1000 is
    sent by real servers too and must lead to a reconnect. REST is not touched. For ECONNREFUSED
    arm `connect_refused` beside this, which takes REST along.

    - `code`: close code: 1000..1003, 1007..1014 or 3000..4999. 1006 is made by `ws_abrupt`.
    - `reason`: reason text in the close frame, 0..123 bytes of UTF-8.
    - `refuse_s`: seconds from arming during which WebSocket handshakes are refused, 0..86400.
    - `refuse_mode`: `http`: the handshake is answered with `status`; `reset`: with a TCP reset.
    - `status`: HTTP status of a refused handshake, 400..599.
    - `duration_s`: how long the fault is in force; the proxy ends it by itself
    - `share`: part of the matching frames to touch, 0..1, by seeded dice
    - `method`: HTTP methods to touch, separated by commas; empty: all
    - `path`: shell pattern of the paths to touch, e.g. `/api/v3/order`; empty: all
    - `symbol`: shell pattern of the symbols to touch, e.g. `BTCUSDT`; empty: all

    Returns the lease as the proxy confirmed it.

    Example:

        {"type": "action", "name": "disconnect-websockets", "provider": {"type": "python",
         "module": "chaostrading.actions.network", "func": "disconnect_websockets",
         "arguments": {"duration_s": 20}}}
    """
    return put_in_force(
        "ws_close_frame",
        {
            "code": code,
            "reason": reason,
            "refuse_s": refuse_s,
            "refuse_mode": refuse_mode,
            "status": status,
        },
        duration_s=duration_s,
        share=share,
        scope={"method": method, "path": path, "symbol": symbol},
    )


def flap_websockets(
    up_s: float = 8.0,
    down_s: float = 8.0,
    spread_s: float = 0.0,
    cycles: int = 6,
    mode: str = "rst",
    duration_s: float = 30.0,
    share: float = 1.0,
    method: str = "",
    path: str = "",
    symbol: str = "",
) -> Lease:
    """
    Cuts all WebSockets and refuses them for a while, lets them be for a while, and again (F08).

    Down comes first. Shows whether backoff is reset too early and what each reconnect leaks.
    REST is not touched.

    - `up_s`: seconds that WebSockets are let be, 0.1..3600.
    - `down_s`: seconds that handshakes are refused, 0.1..3600.
    - `spread_s`: each of the two is drawn anew from plus or minus this, 0..the smaller of them.
    - `cycles`: number of cuts, 1..10000.
    - `mode`: how connections are cut: `rst`, `fin` (no close frame) or `close` (1001).
    - `duration_s`: how long the fault is in force; the proxy ends it by itself
    - `share`: part of the matching frames to touch, 0..1, by seeded dice
    - `method`: HTTP methods to touch, separated by commas; empty: all
    - `path`: shell pattern of the paths to touch, e.g. `/api/v3/order`; empty: all
    - `symbol`: shell pattern of the symbols to touch, e.g. `BTCUSDT`; empty: all

    Returns the lease as the proxy confirmed it.

    Example:

        {"type": "action", "name": "flap-websockets", "provider": {"type": "python",
         "module": "chaostrading.actions.network", "func": "flap_websockets",
         "arguments": {"duration_s": 20}}}
    """
    return put_in_force(
        "ws_flap",
        {"up_s": up_s, "down_s": down_s, "spread_s": spread_s, "cycles": cycles, "mode": mode},
        duration_s=duration_s,
        share=share,
        scope={"method": method, "path": path, "symbol": symbol},
    )


def half_open_websockets(
    direction: str = "both",
    dead_s: float = 60.0,
    end: str = "keep_dead",
    duration_s: float = 30.0,
    share: float = 1.0,
    stream: str = "",
    symbol: str = "",
) -> Lease:
    """
    Swallows everything on WebSockets that were open at arming; new connections are healthy
    (F03).

    TCP stays up: no data, ping, pong, close frame or end of connection crosses in the chosen
    direction, as after a NAT or load balancer forgot the connection. The client can only find
    out with a ping and a deadline of its own, so the lease must outlast its ping interval plus
    timeout. REST is not touched.

    - `direction`: `down`: nothing reaches the client; `up`: nothing reaches the exchange;
      `both`.
    - `dead_s`: with `rst`: seconds from arming to the reset, 0.1..86400.
    - `end`: `keep_dead`: mute until the lease ends, and then reset rather than revived with a
      gap; `rst`: reset after `dead_s`.
    - `duration_s`: how long the fault is in force; the proxy ends it by itself
    - `share`: part of the matching frames to touch, 0..1, by seeded dice
    - `stream`: shell pattern of the streams to touch, e.g. `btcusdt@*`; empty: all
    - `symbol`: shell pattern of the symbols to touch, e.g. `BTCUSDT`; empty: all

    Returns the lease as the proxy confirmed it.

    Example:

        {"type": "action", "name": "half-open-websockets", "provider": {"type": "python",
         "module": "chaostrading.actions.network", "func": "half_open_websockets",
         "arguments": {"duration_s": 20}}}
    """
    return put_in_force(
        "ws_half_open",
        {"direction": direction, "dead_s": dead_s, "end": end},
        duration_s=duration_s,
        share=share,
        scope={"stream": stream, "symbol": symbol},
    )


def resubscribe_partially(
    ack: str = "ok",
    ack_late_s: float = 5.0,
    streams_without_data: int = 1,
    retry_heals: bool = True,
    cut_existing: bool = True,
    duration_s: float = 30.0,
    share: float = 1.0,
    stream: str = "",
    symbol: str = "",
) -> Lease:
    """
    Lets clients resubscribe, and then gives no data for some of the streams they asked for
    (F09).

    WebSockets open at arming are reset, so that clients have to resubscribe. Of the streams
    named in a subscription message, or in the address of a new connection, a few stay without
    data.

    - `ack`: acknowledgement of a subscription: `ok`, `missing`, `error` (and no data at all),
      `late`.
    - `ack_late_s`: with `late`: seconds that the acknowledgement comes late, 0.1..3600.
    - `streams_without_data`: number of streams of each subscription that stay silent, 0..1024.
    - `retry_heals`: a stream that has been silent once gets data when it is subscribed again.
    - `cut_existing`: reset the WebSockets that are open at arming.
    - `duration_s`: how long the fault is in force; the proxy ends it by itself
    - `share`: part of the matching frames to touch, 0..1, by seeded dice
    - `stream`: shell pattern of the streams to touch, e.g. `btcusdt@*`; empty: all
    - `symbol`: shell pattern of the symbols to touch, e.g. `BTCUSDT`; empty: all

    Returns the lease as the proxy confirmed it.

    Example:

        {"type": "action", "name": "resubscribe-partially", "provider": {"type": "python",
         "module": "chaostrading.actions.network", "func": "resubscribe_partially",
         "arguments": {"duration_s": 20}}}
    """
    return put_in_force(
        "ws_partial_resubscribe",
        {
            "ack": ack,
            "ack_late_s": ack_late_s,
            "streams_without_data": streams_without_data,
            "retry_heals": retry_heals,
            "cut_existing": cut_existing,
        },
        duration_s=duration_s,
        share=share,
        scope={"stream": stream, "symbol": symbol},
    )


def break_pings(
    form: str = "swallow_pong",
    direction: str = "up",
    timeout_s: float = 20.0,
    burst: int = 50,
    every_s: float = 5.0,
    duration_s: float = 30.0,
    share: float = 1.0,
) -> Lease:
    """
    Disturbs pings and pongs of WebSockets while their data goes on (F07).

    `swallow_pong`: pongs vanish, and where they are the client's, the server's end closes with
    1008 after `timeout_s`, as Binance does after 60 s. `withhold_ping`: the exchange's pings do
    not reach the client. `ping_burst`: many pings at once. `check_echo`: pings with a payload
    of their own; a client that does not send it back in time is closed with 1008.

    - `form`: `swallow_pong`, `withhold_ping`, `ping_burst` or `check_echo`.
    - `direction`: with `swallow_pong`: `up` the client's pongs, `down` the exchange's answers
      to the client's own pings, `both`.
    - `timeout_s`: seconds from a ping or swallowed pong to the close, 0.1..86400. Real: 60 s.
    - `burst`: pings in a burst, 1..10000.
    - `every_s`: seconds between bursts or checked pings, 0.1..3600.
    - `duration_s`: how long the fault is in force; the proxy ends it by itself
    - `share`: part of the matching frames to touch, 0..1, by seeded dice

    Returns the lease as the proxy confirmed it.

    Example:

        {"type": "action", "name": "break-pings", "provider": {"type": "python",
         "module": "chaostrading.actions.network", "func": "break_pings",
         "arguments": {"duration_s": 20}}}
    """
    return put_in_force(
        "ws_ping_fault",
        {
            "form": form,
            "direction": direction,
            "timeout_s": timeout_s,
            "burst": burst,
            "every_s": every_s,
        },
        duration_s=duration_s,
        share=share,
    )


def announce_shutdown(
    limit_s: float = 120.0,
    announce: str = "serverShutdown",
    lead_s: float = 10.0,
    follow: str = "close",
    code: int = 1001,
    all_at_once: bool = False,
    duration_s: float = 30.0,
    share: float = 1.0,
) -> Lease:
    """
    Ends each WebSocket when it reaches an age, with an announcement some seconds before (F06).

    Binance's 24 hours, scaled: `{"e":"serverShutdown","E":<ms>}` is injected as one more
    message, wrapped as the connection's other messages are (combined streams, WebSocket API).
    The new connection is to be up before the old one closes. WebSockets older than that at
    arming are announced at once. REST is not touched.

    - `limit_s`: age at which a WebSocket ends, seconds, 0.1..86400. Real: 24 h.
    - `announce`: `serverShutdown` (Binance), `notice` (OKX, code 64008), or `none`.
    - `lead_s`: seconds from the announcement to the end, 0..`limit_s`. No lead time is
      promised.
    - `follow`: what follows the announcement: `close`, or `none`, which leaves the WebSocket
      open.
    - `code`: close code: 1000..1003, 1007..1014 or 3000..4999.
    - `all_at_once`: every `limit_s` from arming, all WebSockets that exist at the announcement
      end together.
    - `duration_s`: how long the fault is in force; the proxy ends it by itself
    - `share`: part of the matching frames to touch, 0..1, by seeded dice

    Returns the lease as the proxy confirmed it.

    Example:

        {"type": "action", "name": "announce-shutdown", "provider": {"type": "python",
         "module": "chaostrading.actions.network", "func": "announce_shutdown",
         "arguments": {"duration_s": 20}}}
    """
    return put_in_force(
        "ws_planned_shutdown",
        {
            "limit_s": limit_s,
            "announce": announce,
            "lead_s": lead_s,
            "follow": follow,
            "code": code,
            "all_at_once": all_at_once,
        },
        duration_s=duration_s,
        share=share,
    )


def refuse_reconnects(
    form: str = "http",
    status: int = 503,
    retry_after: str = "",
    refuse_s: float = 15.0,
    attempts: int = 0,
    slot_held_s: float = 0.0,
    text: str = '[{"T":"error","code":406,"msg":"connection limit exceeded"}]',
    code: int = 1008,
    cut_existing: bool = True,
    duration_s: float = 30.0,
    share: float = 1.0,
    method: str = "",
    path: str = "",
    stream: str = "",
    symbol: str = "",
) -> Lease:
    """
    Refuses WebSocket handshakes, after having reset the WebSockets that were open at arming
    (F05).

    A handshake is refused while any of `refuse_s`, `attempts` and `slot_held_s` says so: with
    an HTTP status, or, as Alpaca does, with a good 101 followed by an error message and a
    close.

    - `form`: `http`: the handshake is answered with `status`; `message`: with 101, then `text`
      and a close frame.
    - `status`: with `http`: 429, 403, 502, 503 or another status, 400..599.
    - `retry_after`: with `http`: text of the Retry-After header, "" for no header.
    - `refuse_s`: seconds from arming during which all handshakes are refused, 0..86400.
    - `attempts`: number of handshakes that are refused whenever they come, 0..1000000.
    - `slot_held_s`: seconds that a connection keeps its slot after its end, 0..86400. Above 0,
      only one WebSocket at a time is allowed, and the next one is refused until the slot is
      free.
    - `text`: with `message`: the error message.
    - `code`: with `message`: the close code: 1000..1003, 1007..1014 or 3000..4999.
    - `cut_existing`: reset the WebSockets that are open at arming, so that clients have to come
      back.
    - `duration_s`: how long the fault is in force; the proxy ends it by itself
    - `share`: part of the matching frames to touch, 0..1, by seeded dice
    - `method`: HTTP methods to touch, separated by commas; empty: all
    - `path`: shell pattern of the paths to touch, e.g. `/api/v3/order`; empty: all
    - `stream`: shell pattern of the streams to touch, e.g. `btcusdt@*`; empty: all
    - `symbol`: shell pattern of the symbols to touch, e.g. `BTCUSDT`; empty: all

    Returns the lease as the proxy confirmed it.

    Example:

        {"type": "action", "name": "refuse-reconnects", "provider": {"type": "python",
         "module": "chaostrading.actions.network", "func": "refuse_reconnects",
         "arguments": {"duration_s": 20}}}
    """
    return put_in_force(
        "ws_reconnect_refused",
        {
            "form": form,
            "status": status,
            "retry_after": retry_after,
            "refuse_s": refuse_s,
            "attempts": attempts,
            "slot_held_s": slot_held_s,
            "text": text,
            "code": code,
            "cut_existing": cut_existing,
        },
        duration_s=duration_s,
        share=share,
        scope={"method": method, "path": path, "stream": stream, "symbol": symbol},
    )


def replay_on_reconnect(
    events: int = 50,
    flagged: bool = False,
    cut_after_s: float = 10.0,
    duration_s: float = 30.0,
    share: float = 1.0,
    stream: str = "",
    symbol: str = "",
) -> Lease:
    """
    Sends account events of the past as new ones to each private WebSocket that comes back
    (F10).

    Kraken does so with the last 50 of `ownTrades`. The bytes and trade ids are those of the
    events that passed since arming; `cut_after_s` later the private WebSockets are reset. With
    no event since arming there is nothing to replay, and nothing is cut.

    - `events`: number of events that are sent again, the newest ones, 1..1000.
    - `flagged`: mark them with `"snapshot":true` as the first member.
    - `cut_after_s`: seconds from arming to the reset of private WebSockets older than the
      lease, 0..86400; 0 for no reset.
    - `duration_s`: how long the fault is in force; the proxy ends it by itself
    - `share`: part of the matching frames to touch, 0..1, by seeded dice
    - `stream`: shell pattern of the streams to touch, e.g. `btcusdt@*`; empty: all
    - `symbol`: shell pattern of the symbols to touch, e.g. `BTCUSDT`; empty: all

    Returns the lease as the proxy confirmed it.

    Example:

        {"type": "action", "name": "replay-on-reconnect", "provider": {"type": "python",
         "module": "chaostrading.actions.network", "func": "replay_on_reconnect",
         "arguments": {"duration_s": 20}}}
    """
    return put_in_force(
        "ws_replay_on_reconnect",
        {"events": events, "flagged": flagged, "cut_after_s": cut_after_s},
        duration_s=duration_s,
        share=share,
        scope={"stream": stream, "symbol": symbol},
    )


def mute_streams(
    stream: str = "",
    symbol: str = "",
    heal: str = "new_connection",
    mute_s: float = 60.0,
    duration_s: float = 30.0,
    share: float = 1.0,
) -> Lease:
    """
    Silences the data of a stream while pings, pongs, answers and other streams go on (F04).

    The connection looks healthy to everything but a watch on the age of this stream's data.
    Account events count as a stream of the name `private`.

    - `stream`: shell pattern of the streams to silence, `*` for all; "" with no `symbol` takes
      the first one that sends after arming.
    - `symbol`: shell pattern of the symbols whose streams are silenced, in the venue's
      spelling.
    - `heal`: what brings the data back: `new_connection` (only connections open at arming are
      mute), `resubscribe` (a subscription naming the stream), or `time` (`mute_s`).
    - `mute_s`: with `time`: seconds of silence from arming, 0.1..86400.
    - `duration_s`: how long the fault is in force; the proxy ends it by itself
    - `share`: part of the matching frames to touch, 0..1, by seeded dice

    Returns the lease as the proxy confirmed it.

    Example:

        {"type": "action", "name": "mute-streams", "provider": {"type": "python",
         "module": "chaostrading.actions.network", "func": "mute_streams",
         "arguments": {"duration_s": 20}}}
    """
    return put_in_force(
        "ws_zombie",
        {"stream": stream, "symbol": symbol, "heal": heal, "mute_s": mute_s},
        duration_s=duration_s,
        share=share,
    )
