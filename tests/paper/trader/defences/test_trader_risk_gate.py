"""Reserve first, then send."""

from decimal import Decimal

from chaostrading.paper.trader.defences.risk_gate import NaiveRiskGate, Reservation, RiskGate

PRICE = Decimal(1_000)
LIMIT = Decimal(10_000)
ZERO = Decimal(0)


def buy(quantity: str) -> Reservation:
    """A purchase."""
    return Reservation(symbol="X", side="BUY", quantity=Decimal(quantity))


def sell(quantity: str) -> Reservation:
    """A sale."""
    return Reservation(symbol="X", side="SELL", quantity=Decimal(quantity))


def test_parallel_orders_cannot_share_the_same_room() -> None:
    """Eight orders of 2,000 USDT against a limit of 10,000: five pass."""
    gate = RiskGate(LIMIT)

    denials = [gate.reserve(f"o{n}", buy("2"), ZERO, PRICE) for n in range(8)]

    assert denials[:5] == [None] * 5
    assert denials[5] == "POSITION_EXCEEDS_MAXIMUM: symbol=X, position_usdt=12000.00, max=10000"


def test_a_released_order_gives_its_room_back() -> None:
    """What it filled is in the position by then."""
    gate = RiskGate(LIMIT)
    gate.reserve("a", buy("10"), ZERO, PRICE)

    full = gate.reserve("b", buy("1"), ZERO, PRICE)
    gate.release("a")

    assert full is not None
    assert gate.reserve("b", buy("1"), ZERO, PRICE) is None


def test_an_unknown_position_denies() -> None:
    """Fail closed."""
    denial = RiskGate(LIMIT).reserve("a", buy("1"), None, PRICE)

    assert denial == "POSITION_UNKNOWN: symbol=X"


def test_reducing_is_allowed_beyond_the_limit() -> None:
    """A position above the limit can still be sold."""
    gate = RiskGate(LIMIT)

    denial = gate.reserve("a", sell("5"), Decimal(20), PRICE)

    assert denial is None


def test_exits_together_do_not_turn_the_position_around() -> None:
    """Two exits of 6 do not both fit into a position of 10."""
    gate = RiskGate(LIMIT)

    first = gate.exit_fits(sell("6"), Decimal(10))
    gate.reserve("a", sell("6"), Decimal(10), PRICE)

    assert (first, gate.exit_fits(sell("6"), Decimal(10))) == (True, False)
    assert not gate.exit_fits(buy("1"), Decimal(10))


def test_a_stop_that_rests_takes_no_exit_its_room() -> None:
    """The stop covers the whole position; leaving before it is hit is an exit all the same."""
    gate = RiskGate(LIMIT)
    stop = Reservation(symbol="X", side="SELL", quantity=Decimal(10), is_stop=True)
    gate.reserve("stop", stop, Decimal(10), PRICE)

    assert gate.exit_fits(sell("10"), Decimal(10))
    assert not gate.exit_fits(sell("11"), Decimal(10))
    assert not gate.exit_fits(stop, Decimal(10))


def test_without_it_everybody_acts_on_the_same_check() -> None:
    """The naive gate looks at the position alone: all eight pass."""
    gate = NaiveRiskGate(LIMIT)

    denials = [gate.reserve(f"o{n}", buy("2"), ZERO, PRICE) for n in range(8)]

    assert denials == [None] * 8
