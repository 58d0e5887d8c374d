"""Weights, bans and order counts, on a clock that is moved by hand."""

import pytest

from chaostrading.core.errors import InvalidInput
from chaostrading.paper.exchange.limits import Limits, LimitSettings
from chaostrading.paper.exchange.rejections import TooMany

NOON_MS = 1_750_000_020_000 // 60_000 * 60_000


def charge(limits: Limits, times: int, now_ms: int, weight: int = 1) -> int:
    """Charge several times and return the last status."""
    status = 200
    for _ in range(times):
        try:
            limits.charge("a", weight, now_ms)
            status = 200
        except TooMany as refusal:
            status = refusal.status
    return status


def test_weight_over_the_limit_is_429_until_the_next_minute_begins():
    """Windows are aligned to the minute; Retry-After counts down to its end."""
    limits = Limits(LimitSettings(weight_per_minute=100))
    limits.charge("a", 100, NOON_MS + 20_000)

    with pytest.raises(TooMany) as caught:
        limits.charge("a", 1, NOON_MS + 20_000)

    assert (caught.value.status, caught.value.code) == (429, -1003)
    assert caught.value.retry_after_s == 40
    limits.charge("a", 100, NOON_MS + 60_000)


def test_asking_on_after_429_is_banned_and_each_ban_is_twice_as_long():
    """418 for 10 s, then, offended again, for 20 s."""
    settings = LimitSettings(weight_per_minute=1, ban_after=2, ban_s=10)
    limits = Limits(settings)

    assert charge(limits, 3, NOON_MS) == 429
    assert charge(limits, 1, NOON_MS) == 418
    assert charge(limits, 1, NOON_MS + 9_999) == 418
    assert charge(limits, 3, NOON_MS + 10_000) == 418
    assert charge(limits, 1, NOON_MS + 29_999) == 418
    assert charge(limits, 1, NOON_MS + 60_000) == 200


def test_weight_is_counted_per_address():
    """What one address used is nothing to another."""
    limits = Limits(LimitSettings(weight_per_minute=100))
    limits.charge("a", 100, NOON_MS)

    limits.charge("b", 100, NOON_MS)

    assert limits.used_weight("b", NOON_MS) == 100


def test_orders_that_trade_give_their_count_back():
    """50 in 10 s; a filled one makes room for another."""
    limits = Limits(LimitSettings(orders_per_10s=50))
    limits.count_orders("paper", 50, NOON_MS)
    with pytest.raises(TooMany, match="current limit is 50 orders per 10 SECOND"):
        limits.check_orders("paper", 1, NOON_MS)

    limits.count_orders("paper", -1, NOON_MS)

    limits.check_orders("paper", 1, NOON_MS)


def test_connection_attempts_are_counted_over_five_minutes():
    """The third within five minutes is refused; later it is allowed again."""
    limits = Limits(LimitSettings(connections_per_5m=2))
    limits.connect("a", NOON_MS)
    limits.connect("a", NOON_MS + 1)

    with pytest.raises(TooMany):
        limits.connect("a", NOON_MS + 2)

    limits.connect("a", NOON_MS + 300_001)


@pytest.mark.parametrize("changes", [{"weight": 1}, {"ban_s": -1}, {"ban_s": "1"}, {"ban_s": True}])
def test_unknown_limits_and_bad_numbers_are_refused_and_change_nothing(changes):
    """All or none."""
    settings = LimitSettings()

    with pytest.raises(InvalidInput):
        settings.change({"orders_per_10s": 1, **changes})

    assert settings.orders_per_10s == 50
