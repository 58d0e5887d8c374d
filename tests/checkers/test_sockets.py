from witness_play import every, link, market, message, play, poll

from chaostrading.checkers.sockets import data_of, losses, silenced, sockets, tries


def test_a_socket_is_put_together_from_its_records():
    """Upgrade, data of two streams, a private event, the end."""
    evidence = play(
        link(-20, "upgraded", 1, path="/stream"),
        market(-5),
        market(-4, "ethusdt@trade"),
        message(-3, role="private"),
        link(7, "closed", 1, by="fault"),
    )

    (socket,) = sockets(evidence)

    assert (socket.path, socket.since_s, socket.until_s) == ("/stream", -20, 7)
    assert socket.streams == {"btcusdt@bookTicker", "ethusdt@trade"}
    assert socket.private
    assert socket.lost


def test_a_connection_that_was_there_before_is_known_by_its_data():
    """The upgrade happened before the witness's first record."""
    assert [socket.connection for socket in sockets(play(market(1, connection=4), poll(2)))] == [4]


def test_only_what_others_ended_during_the_fault_is_lost():
    """The bot's own close, and an end before the fault, are no losses."""
    evidence = play(
        [link(-20, "upgraded", number) for number in (1, 2, 3)],
        link(-5, "closed", 1, by="upstream"),
        link(5, "closed", 2, by="client"),
        link(6, "closed", 3, by="fault"),
    )

    assert [socket.connection for socket in losses(evidence)] == [3]


def test_attempts_count_once_per_connection():
    """A refused TCP connect, a refused upgrade (event and request), a success."""
    evidence = play(
        link(-20, "upgraded", 1),
        link(2, "refused", 5, path="", by="fault"),
        link(3, "refused", 6, by="fault"),
        poll(3, "/ws", status=503, fate="answer", connection=6),
        poll(4, "/ws/btcusdt@trade", status=503, fate="answer", connection=7),
        link(5, "upgraded", 8),
    )

    found = [(item.at_s, item.connection, item.ok) for item in tries(evidence, 0.0)]

    assert found == [(2, 5, False), (3, 6, False), (4, 7, False), (5, 8, True)]


def test_data_is_what_was_not_touched():
    """Slices, messages and answers of the symbol; not what the fault changed."""
    evidence = play(
        market(1),
        message(2, stream="btcusdt@trade", role="market"),
        message(3, stream="btcusdt@trade", role="market", fate="replace"),
        poll(4, "/api/v3/depth", role="market", symbol="BTCUSDT"),
        poll(5, "/api/v3/depth", role="market", symbol="BTCUSDT", status=500),
        market(6, "ethusdt@trade"),
    )

    assert [record.mono_s for record in data_of(evidence, "BTCUSDT")] == [1, 2, 4]
    assert [record.mono_s for record in data_of(evidence, stream="ethusdt@trade")] == [6]


def test_a_silenced_connection_stays_open():
    """Frames are swallowed; a delay is no silence."""
    evidence = play(
        every(1.0, 1, 5, message, connection=1, fate="hold", role="market"),
        every(1.0, 1, 5, message, connection=2, fate="delay", role="market"),
    )

    assert [(socket.connection, since) for socket, since in silenced(evidence)] == [(1, 1.0)]


def test_a_silenced_connection_that_the_bot_gave_up_is_a_loss_though_not_against_its_will():
    """The FIN went into the half-open connection like all else."""
    evidence = play(
        link(-20, "upgraded", 1),
        message(1, fate="drop", role="market"),
        link(5, "closed", 1, by="client", fate="drop"),
    )

    (socket,) = losses(evidence)

    assert not socket.lost
    assert socket.until_s == 5
