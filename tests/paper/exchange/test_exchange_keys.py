"""Keys, signatures, timestamps, and numbers that are none."""

import pytest

from chaostrading.paper.exchange.keys import Keys, check_timing, message_payload, without_signature
from chaostrading.paper.exchange.params import Params
from chaostrading.paper.exchange.rejections import Rejected

SECRET = "NhqPtmdSJYdKjVHjA7PZj4Mge3R5YNiP1e3UZjInClVN65XAbvqqM6A7H5fATj0j"
PAYLOAD = (
    "symbol=LTCBTC&side=BUY&type=LIMIT&timeInForce=GTC&quantity=1&price=0.1"
    "&recvWindow=5000&timestamp=1499827319559"
)
SIGNATURE = "c8db56825ae71d6d79447849e617115f4a920fa2acdcab2b053c4b2838bd6b71"


def test_the_example_of_binances_manual_is_accepted_in_any_letter_case():
    """rest-api.md, SIGNED endpoint examples, HMAC keys."""
    keys = Keys({"k": SECRET})

    keys.check_signature("k", PAYLOAD, SIGNATURE)
    keys.check_signature("k", PAYLOAD, SIGNATURE.upper())


@pytest.mark.parametrize(
    ("signature", "code"), [("0" * 64, -1022), ("", -1102), (None, -1102), ("ü", -1022)]
)
def test_a_wrong_or_missing_signature_is_refused(signature, code):
    """-1022 for wrong, -1102 for missing."""
    with pytest.raises(Rejected) as caught:
        Keys({"k": SECRET}).check_signature("k", PAYLOAD, signature)

    assert caught.value.code == code


def test_lenient_takes_every_key_but_not_none():
    """Bots with made-up keys work; a request without a key is still 401 -2014."""
    keys = Keys({}, lenient=True)

    keys.check_signature(keys.check_key("anything"), "x=1", "not even hex")
    with pytest.raises(Rejected) as caught:
        keys.check_key(None)

    assert (caught.value.status, caught.value.code) == (401, -2014)


@pytest.mark.parametrize(
    ("timestamp", "window", "arrival", "code"),
    [
        ("1000000000000", "", True, None),
        ("1000000000999", "", True, None),
        ("1000000001000", "", True, -1021),
        ("999999995000", "", True, None),
        ("999999994999", "", True, -1021),
        ("999999994999", "5001", True, None),
        ("999999999000", "500.5", False, -1021),
        ("1000000005000", "", False, None),
        ("1000000000000000", "", True, None),
        ("1000000000000", "60001", True, -1131),
        ("", "", True, -1102),
        ("soon", "", True, -1102),
    ],
)
def test_the_time_window_is_exact(timestamp, window, arrival, code):
    """At arrival: less than 1 s ahead and no older than recvWindow. Later: only the window."""
    values = {"timestamp": timestamp} | ({"recvWindow": window} if window else {})
    found = None

    try:
        check_timing(Params(values), 1_000_000_000_000, arrival=arrival)
    except Rejected as refusal:
        found = refusal.code

    assert found == code


def test_only_the_signature_is_taken_out_of_what_is_signed():
    """All other bytes stay as they were; messages are sorted by name."""
    assert without_signature("b=%2F&signature=ff&a=1") == "b=%2F&a=1"
    assert message_payload({"b": "2", "signature": "ff", "a": "1"}) == "a=1&b=2"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("NaN", -1100),
        ("1e5", -1100),
        ("-1", -1100),
        ("Infinity", -1100),
        ("1,5", -1100),
        (".5", -1100),
        ("", -1105),
        ("0.123456789", -1111),
        ("0", -1013),
    ],
)
def test_numbers_that_are_none_are_refused_in_binances_words(text, code):
    """Illegal characters, empty, too precise, zero."""
    with pytest.raises(Rejected) as caught:
        Params({"quantity": text}).positive("quantity", "quantity")

    assert caught.value.code == code
