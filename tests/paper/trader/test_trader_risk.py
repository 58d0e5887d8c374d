"""The risk engine is the only maker of approved orders, and fails closed."""

from collections import Counter
from decimal import Decimal
from pathlib import Path

import pytest

from chaostrading.core.clock import ManualClock
from chaostrading.core.errors import Refused
from chaostrading.core.seeds import Dice
from chaostrading.paper.trader.account import Account
from chaostrading.paper.trader.audit import AuditLog
from chaostrading.paper.trader.book import Snapshot
from chaostrading.paper.trader.defences import Defences
from chaostrading.paper.trader.defences.alarm import Alarm
from chaostrading.paper.trader.defences.clock_discipline import ClockDiscipline
from chaostrading.paper.trader.defences.crash_recovery import Recovered
from chaostrading.paper.trader.defences.fill_accounting import Fill
from chaostrading.paper.trader.instruments import Instruments
from chaostrading.paper.trader.kit import Kit
from chaostrading.paper.trader.market import Market
from chaostrading.paper.trader.order import Order, Wish
from chaostrading.paper.trader.risk import Approved, RiskEngine
from chaostrading.paper.trader.settings import Limits, Settings

FILTERS = [
    {"filterType": "PRICE_FILTER", "tickSize": "0.01"},
    {"filterType": "LOT_SIZE", "stepSize": "0.001", "minQty": "0.001"},
    {"filterType": "NOTIONAL", "minNotional": "5"},
]


class Rig:
    """A risk engine with a fresh market at 99.9 to 100.1 and a known account."""

    def __init__(self, folder: Path, *without: str) -> None:
        self.clock = ManualClock()
        settings = Settings(exchange="http://x", state=folder, symbols=("BTCUSDT",))
        self.kit = Kit(
            clock=self.clock,
            dice=Dice(1),
            settings=settings,
            defences=Defences(without),
            audit=AuditLog(folder / "audit.jsonl", self.clock),
            alarm=Alarm(self.clock),
            counters=Counter(),
        )
        self.market = Market(self.kit, ClockDiscipline(self.clock))
        instruments = Instruments()
        row = {"symbol": "BTCUSDT", "status": "TRADING", "baseAsset": "BTC", "quoteAsset": "USDT"}
        instruments.read({"symbols": [{**row, "filters": FILTERS}]})
        self.account = Account(self.kit, instruments, Recovered())
        self.risk = RiskEngine(self.kit, self.market, self.account, instruments, [])
        self.risk.status.listed("BTCUSDT", "TRADING")
        self.risk.rules.read()
        self.count = 0
        self.risk.names = self.name
        self.data()
        self.balances()

    def name(self) -> str:
        """A new client id."""
        self.count += 1
        return f"ct-{self.count}"

    def data(self) -> None:
        """Fresh market data."""
        symbol = self.market.symbols["BTCUSDT"]
        symbol.rest(Decimal(100))
        symbol.book.invalidate()
        levels = ((Decimal("99.9"), Decimal(5)),), ((Decimal("100.1"), Decimal(5)),)
        symbol.book.snapshot(Snapshot(last=10, bids=levels[0], asks=levels[1]))
        now = int(self.clock.wall() * 1000)
        mark = int(self.clock.monotonic())
        symbol.depth({"b": [], "a": [], "U": 11, "u": mark, "E": now})
        symbol.ticker({"u": mark, "b": "99.9", "a": "100.1", "B": str(mark), "A": "1"})

    def balances(self) -> None:
        """A fresh account answer."""
        rows = [{"asset": "BTC", "free": "5", "locked": "0"}]
        rows.append({"asset": "USDT", "free": "100000", "locked": "0"})
        self.account.take({"balances": rows}, 1)

    def position(self, quantity: str) -> None:
        """Hold this much."""
        fill = Fill(
            symbol="BTCUSDT",
            trade_id=1,
            client_id="x",
            side="BUY",
            quantity=Decimal(quantity),
            price=Decimal(100),
        )
        self.account.add(fill)


@pytest.fixture
def rig(tmp_path: Path) -> Rig:
    """A rig with all defences."""
    return Rig(tmp_path)


def buy(quantity: str, price: str | None = "100.1", **more: str) -> Wish:
    """A purchase by hand."""
    return Wish(
        symbol="BTCUSDT",
        side=more.get("side", "BUY"),
        type=more.get("type", "LIMIT"),
        quantity=Decimal(quantity),
        price=None if price is None else Decimal(price),
        purpose=more.get("purpose", "manual"),
    )


def test_nobody_else_can_approve() -> None:
    """The type is the permission."""
    order = Order(client_id="x", wish=buy("1"), is_exit=False, created_s=0)

    with pytest.raises(Refused, match="only the risk engine"):
        Approved(order, object())


def test_a_sane_order_is_approved_and_its_exposure_reserved(rig: Rig) -> None:
    """From this moment it counts."""
    approved = rig.risk.approve(buy("1"))

    assert isinstance(approved, Approved)
    assert list(rig.risk.gate.held()) == ["ct-1"]


@pytest.mark.parametrize(
    ("wish", "denial"),
    [
        (buy("21", None, type="MARKET"), "NOTIONAL_EXCEEDS_MAXIMUM: notional_usdt=2100.00"),
        (buy("21", "96"), "NOTIONAL_EXCEEDS_MAXIMUM: notional_usdt=2100.00"),
        (buy("1", "106"), "PRICE_OUTSIDE_BAND: price=106"),
        (buy("1", "94"), "PRICE_OUTSIDE_BAND: price=94"),
        (buy("NaN"), "QUANTITY_NOT_POSITIVE: quantity=NaN"),
        (buy("0"), "QUANTITY_NOT_POSITIVE: quantity=0"),
        (buy("1", "0"), "PRICE_NOT_POSITIVE: price=0"),
        (buy("0.001"), "QUANTITY_TOO_SMALL"),
        (buy("1", type="OCO"), "ORDER_NOT_ALLOWED: type=OCO"),
        (buy("1", side="HOLD"), "ORDER_NOT_ALLOWED: type=LIMIT, side=HOLD"),
    ],
)
def test_a_denial_says_which_limit_and_which_value(rig: Rig, wish: Wish, denial: str) -> None:
    """Category, condition, key and value; nothing is reserved."""
    verdict = rig.risk.approve(wish)

    assert isinstance(verdict, str)
    assert verdict.startswith(denial)
    assert dict(rig.risk.gate.held()) == {}


def test_eight_orders_at_once_share_one_limit(rig: Rig) -> None:
    """Each is below the cap, together they are not: five of eight pass."""
    verdicts = [rig.risk.approve(buy("19.5", "100")) for _ in range(8)]

    assert sum(isinstance(verdict, Approved) for verdict in verdicts) == 5
    assert str(verdicts[-1]).startswith("POSITION_EXCEEDS_MAXIMUM")


def test_stale_data_denies_entries_and_routine_exits_but_not_a_person_s(rig: Rig) -> None:
    """A person may leave at the last known good price; the strategy waits."""
    rig.position("5")
    rig.clock.advance(6)

    entry = rig.risk.approve(buy("1"))
    routine = rig.risk.approve(buy("1", "99.9", side="SELL", purpose="trade"))
    by_hand = rig.risk.approve(buy("1", "99.9", side="SELL"))

    assert str(entry).startswith("DATA_STALE: symbol=BTCUSDT")
    assert str(routine).startswith("DATA_STALE")
    assert isinstance(by_hand, Approved)


def test_a_lost_feed_stops_the_routine_at_once_but_not_a_person(rig: Rig) -> None:
    """The last price is young, yet nobody knows how far the market has gone since."""
    rig.position("5")
    rig.risk.routine.append(lambda _: "FEED_NOT_READY: state=down")

    routine = rig.risk.approve(buy("1", "99.9", side="SELL", purpose="trade"))
    by_hand = rig.risk.approve(buy("1", "99.9", side="SELL"))
    stop = rig.risk.approve(buy("1", "99.9", side="SELL", purpose="stop"))

    assert routine == "FEED_NOT_READY: state=down"
    assert isinstance(by_hand, Approved)
    assert isinstance(stop, Approved)


def test_an_unknown_account_denies_entries(rig: Rig) -> None:
    """No account answer for 30 s."""
    rig.clock.advance(30)
    rig.data()

    verdict = rig.risk.approve(buy("1"))

    assert verdict == "ACCOUNT_UNKNOWN: symbol=BTCUSDT"


def test_the_rate_cap_denies_entries_and_lets_exits_pass(rig: Rig) -> None:
    """120 attempts in a minute."""
    rig.position("5")
    for _ in range(120):
        rig.risk.rate.attempt()

    entry = rig.risk.approve(buy("1"))
    leave = rig.risk.approve(buy("1", "99.9", side="SELL"))

    assert entry == "RATE_EXCEEDS_MAXIMUM: orders_per_minute=121, max=120"
    assert isinstance(leave, Approved)


def test_a_large_loss_leaves_only_exits(rig: Rig, tmp_path: Path) -> None:
    """The state is reducing."""
    losing = Rig(tmp_path / "other")
    fill = Fill(
        symbol="BTCUSDT",
        trade_id=1,
        client_id="x",
        side="BUY",
        quantity=Decimal(10),
        price=Decimal(700),
    )
    losing.account.add(fill)

    entry = losing.risk.approve(buy("1"))
    leave = losing.risk.approve(buy("1", "99.9", side="SELL"))

    assert losing.risk.trading_state == "reducing"
    assert str(entry).startswith("LOSS_EXCEEDS_MAXIMUM: drawdown_usdt=6000.00")
    assert isinstance(leave, Approved)


def test_the_kill_switch_denies_everything(rig: Rig) -> None:
    """Halted."""
    rig.risk.kill.engage()

    assert rig.risk.approve(buy("1")) == "STATE_HALTED: reason=kill switch"
    assert rig.risk.trading_state == "halted"


def test_an_engine_that_stumbles_says_no(rig: Rig) -> None:
    """An exception in a check is a denial and an error, never an approval."""

    def broken(symbol: str) -> str | None:
        raise RuntimeError("no input")

    rig.risk.entries.append(broken)

    assert rig.risk.approve(buy("1")) == "RISK_ENGINE_FAILED: error=RuntimeError"
    assert rig.kit.counters["errors_total"] == 1


def test_every_denial_is_in_the_audit_log(rig: Rig) -> None:
    """With its words."""
    rig.risk.approve(buy("0"))

    entry = rig.kit.audit.since(0)[-1]
    assert entry["event"] == "OrderDenied"
    assert entry["detail"]["denied"] == "QUANTITY_NOT_POSITIVE: quantity=0"


def test_without_the_risk_gate_all_eight_pass(tmp_path: Path) -> None:
    """Check, then act: nobody sees the others."""
    naive = Rig(tmp_path, "risk_gate")

    verdicts = [naive.risk.approve(buy("19.5", "100")) for _ in range(8)]

    assert all(isinstance(verdict, Approved) for verdict in verdicts)


def test_without_sizing_caps_a_giant_order_passes(tmp_path: Path) -> None:
    """90,000 USDT, and there is no limit for the symbol either."""
    naive = Rig(tmp_path, "sizing_caps")

    assert isinstance(naive.risk.approve(buy("900", "100")), Approved)


def test_limits_must_be_positive() -> None:
    """A limit of zero or below is a mistake."""
    with pytest.raises(ValueError, match="orders_per_minute_max must be above 0"):
        Limits(orders_per_minute_max=0)
