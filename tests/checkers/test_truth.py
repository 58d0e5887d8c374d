from decimal import Decimal

from witness_play import booked, books, cancel, fill, market, message, mids, order, play

from chaostrading.checkers import truth


def test_the_true_price_is_the_newest_of_the_books():
    """Before the first one, the first; without books, what the wire carried."""
    evidence = play(market(1, price="7"), books=books(mids=mids({0: "100", 10: "101.5"})))

    assert truth.mid_at(evidence, "BTCUSDT", 9.9) == 100
    assert truth.mid_at(evidence, "BTCUSDT", 10.0) == Decimal("101.5")
    assert truth.mid_at(evidence, "BTCUSDT", -5.0) == 100
    assert truth.mid_at(play(market(1, price="7")), "BTCUSDT", 2.0) == 7
    assert truth.mid_at(evidence, "SOLUSDT", 2.0) is None


def test_an_order_is_worth_its_quantity_at_the_greater_price():
    """A false price does not make it small."""
    evidence = play(books=books(mids=mids({0: "100"})))

    assert truth.notional(evidence, order(1, quantity="2", price="1")) == 200
    assert truth.notional(evidence, order(1, quantity="2", price="150")) == 300
    assert truth.notional(evidence, order(1, quantity="NaN")) is None


def test_positions_count_back_from_the_end():
    """2 at the end, after buying 1 and selling 0.5: 1.5 before."""
    true = books(fills=[fill(1, "1"), fill(5, "0.5", side="SELL")], positions={"BTCUSDT": "2"})
    evidence = play(books=true)

    assert truth.positions(evidence) == [
        (1.0, "BTCUSDT", Decimal("2.5")),
        (5.0, "BTCUSDT", Decimal("2.0")),
    ]
    assert truth.position_at(evidence, "BTCUSDT", 0.0) == Decimal("1.5")
    assert truth.position_at(evidence, "BTCUSDT", 3.0) == Decimal("2.5")
    assert truth.position_at(evidence, "SOLUSDT", 3.0) == 0
    assert truth.position_at(play(), "BTCUSDT", 3.0) is None


def test_an_order_is_live_until_its_cancel_or_its_fill():
    """a was cancelled at 4 s, b filled at 6 s, c is still there, d never rested."""
    evidence = play(
        cancel(4, "a"),
        books=books(
            orders=[
                booked("a", 1.0, status="CANCELED"),
                booked("b", 2.0),
                booked("c", 3.0, status="NEW"),
                booked("d", 3.0, type="MARKET"),
            ],
            fills=[fill(6, client_id="b")],
        ),
    )

    live = truth.live_orders(evidence)

    assert [(item.client_id, item.since_s, item.until_s) for item in live] == [
        ("a", 1.0, 4.0),
        ("b", 2.0, 6.0),
        ("c", 3.0, float("inf")),
    ]
    assert truth.most_live(live, 0.0, 60.0)[0] == 3
    assert truth.most_live(live, 10.0, 60.0)[0] == 1


def test_a_frame_that_cannot_be_read_affects_all_symbols_of_its_connection():
    """Torn JSON names no symbol."""
    evidence = play(
        market(-3),
        market(-2, "ethusdt@trade"),
        message(1, fate="replace"),
        message(5, stream="ethusdt@trade", fate="replace", role="market"),
        message(6, role="private", symbol="SOLUSDT", fate="drop"),
    )

    assert truth.affected_symbols(evidence) == {"BTCUSDT": (1, 1), "ETHUSDT": (1, 5)}
