"""A bad frame is dropped, the reader lives."""

import pytest

from chaostrading.paper.trader.defences.parser_robustness import (
    NaiveParserRobustness,
    ParserRobustness,
)


@pytest.mark.parametrize(
    "text",
    [
        '{"stream":"btcusdt@trade","data":{"p":"1"',
        "",
        "[]",
        "null",
        b"\xff\xfe",
        '{"stream":5,"data":{}}',
        '{"stream":"btcusdt@trade","data":[]}',
        '{"stream":"btcusdt@trade","data":{}}{"stream":"btcusdt@trade","data":{}}',
        '{"stream":"btcusdt@trade","data":{"s":"ETHUSDT"}}',
        "[" * 100_000,
    ],
)
def test_a_frame_that_cannot_be_read_is_dropped_and_counted(text: str | bytes) -> None:
    """Truncated, empty, wrong types, two documents, another symbol's data."""
    parser = ParserRobustness()

    assert parser.read(text) is None
    assert parser.dropped == 1


def test_a_good_frame_after_a_bad_one_is_read() -> None:
    """The reader goes on."""
    parser = ParserRobustness()
    parser.read("{")

    frame = parser.read('{"stream":"btcusdt@trade","data":{"s":"BTCUSDT"}}')

    assert frame == ("btcusdt@trade", {"s": "BTCUSDT"})
    assert parser.survives


def test_without_it_the_first_bad_frame_ends_the_reader() -> None:
    """The naive reader raises and is not started again."""
    parser = NaiveParserRobustness()

    with pytest.raises(ValueError, match="Expecting"):
        parser.read("{")
    assert not parser.survives
