"""What the HTTP API shows: plain JSON values only."""

import os
from typing import Any

from chaostrading.paper.trader.trader import Trader

__all__ = ["health", "metrics", "orders", "status"]

COUNTED = (
    "decisions_total",
    "orders_sent_total",
    "orders_accepted_total",
    "orders_rejected_total",
    "orders_denied_total",
    "cancels_sent_total",
    "fills_total",
    "paper_fills_total",
    "requests_total",
    "errors_total",
    "bad_frames_total",
    "rate_limited_total",
    "reconnects_total",
    "risk_violations_total",
    "candle_decisions_total",
)


def health(trader: Trader, pid: int) -> dict[str, Any]:
    """Alive, and in which mode. The mode is always `paper`: there is no other."""
    started = round(trader.started_wall_s, 3)
    return {"status": "ok", "mode": "paper", "pid": pid, "started_wall_s": started}


def breakers(trader: Trader) -> dict[str, str]:
    """Circuit breakers by name, `open` or `closed`."""
    states = trader.gateway.breaker.states()
    return {**states, "order_rate": "open" if trader.risk.rate.tripped else "closed"}


def status(trader: Trader) -> dict[str, Any]:
    """The state that people and probes look at."""
    alarm = trader.kit.alarm
    source = trader.feed.addresses.source
    data = {}
    for symbol, market in trader.market.symbols.items():
        price = market.good.for_marking(market.raw)
        data[symbol] = {
            "age_s": round(market.age_s, 3),
            "price": "" if price is None else str(price),
            "stale": market.stale,
            "source": "last_known_good" if market.stale else source,
            "denial": market.denial(),
        }
    return {
        "mode": "fallback_paper" if trader.gateway.fallback.active else "paper",
        "trading_state": trader.risk.trading_state,
        "kill_verified": trader.risk.kill.engaged and trader.risk.kill.verified,
        "without": list(trader.kit.defences.without),
        "seed": trader.kit.settings.seed,
        "symbols": list(trader.kit.settings.symbols),
        "market_data": data,
        "market_status": trader.risk.status.statuses(),
        "breakers": breakers(trader),
        "queues": {
            "requests": trader.gateway.queue.depth,
            "market_frames": trader.guards.depth,
            "unknown_orders": len(trader.orders.unsettled()),
        },
        "connections": {"market": trader.feed.state, "user": trader.user_stream.state},
        "clock_offset_s": round(trader.gateway.clock.offset_s, 3),
        "orders_per_minute": trader.risk.rate.count(),
        "limits": limits(trader),
        "alarms": [raised.to_json() for raised in list(alarm.kept)[-50:]],
        "shedding": trader.guards.shedding,
        "open_incident": "kill switch engaged" if trader.risk.kill.engaged else None,
    }


def limits(trader: Trader) -> dict[str, str]:
    """The risk limits."""
    given = trader.risk.limits
    return {
        "order_notional_usdt_max": str(given.order_notional_usdt_max),
        "position_usdt_max": str(given.position_usdt_max),
        "orders_per_minute_max": str(given.orders_per_minute_max),
        "price_band": str(given.price_band),
        "loss_usdt_max": str(given.loss_usdt_max),
        "data_age_s_max": str(given.data_age_s_max),
    }


def metrics(trader: Trader) -> dict[str, float]:
    """Flat numbers."""
    counters = trader.kit.counters
    marks = [(s, m.good.for_marking(m.raw)) for s, m in trader.market.symbols.items()]
    worth, drawdown = trader.account.result(marks)
    open_breakers = sum(state == "open" for state in breakers(trader).values())
    return {
        **{name: counters[name] for name in COUNTED},
        "queue_depth": trader.gateway.queue.depth + trader.guards.depth,
        "market_data_age_s": round(max(m.age_s for m in trader.market.symbols.values()), 3),
        "order_latency_ms": round(counters["order_latency_us"] / 1000, 3),
        "loop_lag_ms": round(trader.guards.lag_s * 1000, 3),
        "cpu_percent": trader.cpu_percent,
        "rss_bytes": trader.guards.rss_bytes,
        "tape_frames": len(trader.tape),
        "pid": os.getpid(),
        "pnl_usdt": round(float(worth), 6) if worth.is_finite() else 0.0,
        "drawdown_usdt": round(float(drawdown), 6) if drawdown.is_finite() else 0.0,
        "breaker_open": open_breakers,
        "task_restarts_total": trader.supervisor.restarts,
        "alarms_total": trader.kit.alarm.total,
        "fallbacks_total": trader.gateway.fallback.entered_total,
        "book_resyncs_total": sum(m.book.resyncs for m in trader.market.symbols.values()),
    }


def orders(trader: Trader) -> dict[str, Any]:
    """The latest orders, newest last."""
    return {"orders": [order.to_json() for order in list(trader.orders.orders.values())[-200:]]}
