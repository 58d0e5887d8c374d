"""An error says what to do next."""

from chaostrading.core.errors import unknown_name


def test_an_unknown_name_is_told_its_nearest_and_all_known_ones():
    """A typo costs one look, not a search."""
    error = unknown_name("fault", "htp_429", ["http_429", "ws_abrupt"])

    assert str(error) == (
        "unknown fault 'htp_429', did you mean http_429? (known: http_429, ws_abrupt)"
    )
