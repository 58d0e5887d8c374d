"""A Freqtrade bot as a target, through its REST API (`api_server` in its configuration)."""

from typing import Any

from chaostrading.core.clock import Clock, SystemClock
from chaostrading.targets.base import JsonApi

__all__ = ["FreqtradeTarget"]


class FreqtradeTarget:
    """Talks to Freqtrade 2024 or later.

    It counts as paper only while `show_config` says `dry_run: true`. `ping` stays up while the
    bot's loop hangs, so health is the age of `last_process`, which must be below `loop_s`.
    """

    name = "freqtrade"

    def __init__(
        self,
        url: str,
        *,
        user: str,
        password: str,
        loop_s: float = 15.0,
        clock: Clock | None = None,
    ) -> None:
        self.url = url
        self.loop_s = loop_s
        self.clock = clock or SystemClock()
        base = url.rstrip("/")
        self.api = JsonApi(base if base.endswith("/api/v1") else f"{base}/api/v1")
        self.api.session.auth = (user, password)

    def mode(self) -> str:
        config = self.api.get("/show_config")
        return "paper" if config.get("dry_run") is True else "live"

    def healthy(self) -> bool:
        return self._loop_age_s() < self.loop_s

    def metrics(self) -> dict[str, float]:
        count = self.api.get("/count")
        profit = self.api.get("/profit")
        return {
            "loop_age_s": self._loop_age_s(),
            "open_trades": float(count.get("current", 0)),
            "pnl_quote": float(profit.get("profit_all_coin") or 0.0),
            "drawdown_ratio": float(profit.get("max_drawdown") or 0.0),
        }

    def told(self) -> dict[str, Any]:
        return {"status": self.api.get("/show_config"), "orders": self.api.get("/status")}

    def _loop_age_s(self) -> float:
        last = self.api.get("/health").get("last_process_ts")
        return self.clock.wall() - float(last) if last else float("inf")
