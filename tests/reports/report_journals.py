"""Journals for the tests of reports: small, complete, changed where a test says so."""

import json
from copy import deepcopy
from pathlib import Path

from chaostrading.reports.score import Listed

START = "2025-06-15T15:00:00+00:00"
TESTS = [
    Listed(name="rate_limit_storm", category="exchange", impact="low", recovery_s=60),
    Listed(name="websocket_disconnect", category="network", impact="low", recovery_s=30),
    Listed(name="risk_engine_bypass", category="trading", impact="critical", recovery_s=10),
]
SERIES = {
    "latency_ms.p99": [[at / 2, 5.0 + at % 7] for at in range(-20, 80)],
    "answers_total.429": [[at / 2, float(max(0, at))] for at in range(2, 60)],
    "orders_total": [[at / 2, float(at + 20)] for at in range(-20, 80)],
    "orders_accepted_total": [[at / 2, float((at + 20) // 2)] for at in range(-20, 80)],
    "target.pnl_usdt": [[at / 2, at * -0.01] for at in range(-20, 80)],
}
BLOCK = {
    "run_id": "20250615T150000-rate_limit_storm-abcd",
    "test": {
        "name": "rate_limit_storm",
        "category": "exchange",
        "impact": "low",
        "purpose": "Test 429 error handling and backoff",
        "expected": ["Exponential backoff"],
    },
    "verdict": {
        "outcome": "passed",
        "sentence": "rate_limit_storm passed: 14 requests met the fault",
        "conclusive": True,
        "refused": False,
    },
    "recovery": {
        "seconds": 1.5,
        "bound_s": 60.0,
        "censored": False,
        "error_bar_s": 0.25,
        "adapted": False,
    },
    "findings": [
        {
            "checker": "no_requests_while_forbidden",
            "answer": "held",
            "expected": "no request comes too early",
            "observed": "no request came too early",
            "evidence": [],
        },
        {
            "checker": "positions_agree",
            "answer": "held",
            "expected": "the target holds what the exchange says",
            "observed": "4 positions agree",
            "evidence": [],
        },
    ],
    "zero_at": "2025-06-15T15:00:10.000Z",
    "fault": [
        {
            "fault": "http_429",
            "lease": "lease-1",
            "parameters": {"retry_after_s": 1},
            "scope": {},
            "hits": 14,
            "misses": 3,
            "began": 0.0,
            "ended": 20.0,
            "first_hit": 0.5,
            "last_hit": 19.0,
            "unmatched": {},
            "reason": "removed",
        }
    ],
    "timeline": [
        {"t_s": -10.0, "event": "baseline began", "detail": ""},
        {"t_s": 0.0, "event": "http_429 armed", "detail": "lease lease-1"},
        {"t_s": 20.0, "event": "fault confirmed gone", "detail": ""},
        {"t_s": 21.5, "event": "recovered", "detail": "after 1.5 s (± 0.2 s)"},
    ],
    "series": SERIES,
    "impact": {
        "orders_attempted": 10,
        "orders_accepted": 8,
        "order_success_ratio": 0.8,
        "duplicate_orders": 0,
        "position_gaps": {},
        "pnl_usdt": -0.5,
    },
    "alerts": [
        {
            "t_s": 1.0,
            "rule": "rate_limited",
            "group": "Rate limit warnings",
            "severity": "warning",
            "event": "fired",
            "metric": "answers_total.429",
            "value": 3.0,
            "condition": "increases by 1 within 5 s",
            "summary": "the exchange answers 429",
            "action": "",
        }
    ],
    "alerting": {
        "rules": 14,
        "blind": [],
        "fault_to_alert_s": 0.5,
        "line_s": 5.0,
        "in_time": True,
    },
    "attestation": {
        "target": "paper",
        "url": "http://127.0.0.1:9103",
        "answered": "paper",
        "trading_mode": "paper",
        "at": "2025-06-15T15:00:01.000Z",
    },
    "approval": None,
    "evidence_folder": "/evidence",
    "evidence_lost": 0,
    "versions": {"chaostrading": "1.0", "chaoslib": "1.44.0"},
    "seed": 7,
    "variant": "storm",
}


def journal(**block):
    """A journal of Chaos Toolkit with our block; `block` replaces parts of it."""
    return {
        "chaoslib-version": "1.44.0",
        "platform": "Linux",
        "node": "vm",
        "experiment": {
            "title": "Does the trader survive a storm of 429s?",
            "steady-state-hypothesis": {"title": "The trader trades", "probes": []},
        },
        "start": START,
        "end": START,
        "duration": 42.0,
        "status": "completed",
        "deviated": False,
        "steady_states": {"before": {"steady_state_met": True, "probes": []}, "after": None},
        "run": [{"activity": {"type": "action", "name": "storm"}, "status": "succeeded"}],
        "rollbacks": [],
        "chaostrading": {**deepcopy(BLOCK), **block},
    }


def deviated(*checkers, name="rate_limit_storm", impact="low", **block):
    """A journal of a run in which these checkers broke."""
    findings = [
        {
            "checker": checker,
            "answer": "broken",
            "expected": "it holds",
            "observed": f"{checker} did not hold",
            "evidence": [{"t_s": 1.2, "path": "/api/v3/order", "status": 429}],
        }
        for checker in checkers
    ]
    verdict = {
        "outcome": "deviated",
        "sentence": f"{name} deviated: {checkers[0]} did not hold",
        "conclusive": True,
        "refused": False,
    }
    test = {**BLOCK["test"], "name": name, "impact": impact}
    return journal(**{"findings": findings, "verdict": verdict, "test": test, **block})


def put(folder: Path, name: str, row, start: str = START) -> Path:
    """Write a journal into a folder of journals."""
    folder.mkdir(parents=True, exist_ok=True)
    if isinstance(row.get("chaostrading"), dict):
        row["chaostrading"]["run_id"] = name
    path = folder / f"{name}.json"
    path.write_text(json.dumps({**row, "start": start}), encoding="utf-8")
    return path
