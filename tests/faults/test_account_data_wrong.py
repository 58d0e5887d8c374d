"""Balances and positions that are not the account's."""

import pytest
from binance_samples import ACCOUNT, LISTEN_KEY, POSITION_EVENT, execution

from chaostrading.core.errors import InvalidInput
from chaostrading.faults.base import PASS, Replace
from chaostrading.faults.registry import make


@pytest.fixture
def account(frame):
    return lambda payload=ACCOUNT, **more: frame(
        "answer", path="/api/v3/account", query="timestamp=1750000000000", payload=payload, **more
    )


def edited(*pairs):
    payload = ACCOUNT
    for old, new in pairs:
        payload = payload.replace(old, new)
    return payload


BALANCES = ACCOUNT[ACCOUNT.index(b"[{") : ACCOUNT.index(b"}]") + 2]


@pytest.mark.parametrize(
    ("form", "payload"),
    [
        ("empty", edited((BALANCES, b"[]"))),
        ("absent", b"{}"),
        (
            "zero",
            edited((b"4.50000000", b"0.00000000"), (b"1000.00", b"0.00"), (b'"10.00"', b'"0.00"')),
        ),
        (
            "x10",
            edited((b"4.50000000", b"45.00000000"), (b'"10.00', b'"100.00'), (b'"1000', b'"10000')),
        ),
        (
            "contracts",
            edited(
                (b"4.50000000", b"4500.00000000"),
                (b"1000.00", b"1000000.00"),
                (b'"10.00"', b'"10000.00"'),
            ),
        ),
    ],
)
def test_falsifies_answers_about_the_account(account, dice, state, form, payload):
    """With status 200; everything else in the answer stays."""
    fault = make("account_data_wrong", {"form": form})

    assert fault.decide(account(), dice, state) == Replace(payloads=(payload,))


def test_balances_that_are_no_numbers(account, dice, state):
    """NaN is no JSON, and many clients read it all the same."""
    fault = make("account_data_wrong", {"form": "nan"})

    fate = fault.decide(account(), dice, state)

    assert b'"free": NaN' in fate.payloads[0] or b'"free":NaN' in fate.payloads[0]
    assert b"4.50000000" not in fate.payloads[0]


def test_an_empty_list_of_positions(frame, dice, state):
    """`[]` with 200, which clients take for being flat."""
    fault = make("account_data_wrong", {})
    answer = frame("answer", path="/fapi/v2/positionRisk", payload=b'[{"positionAmt":"1"}]')

    assert fault.decide(answer, dice, state) == Replace(payloads=(b"[]",))


def test_turns_the_sign(account, dice, state):
    """Long becomes short."""
    fault = make("account_data_wrong", {"form": "sign"})

    fate = fault.decide(account(), dice, state)

    assert b'"free":"-4.50000000"' in fate.payloads[0]


def test_shows_another_account(account, dice, state):
    """Its balances and its owner."""
    fault = make("account_data_wrong", {"form": "other_account"})

    fate = fault.decide(account(), dice, state)

    assert b'"uid":354937869' in fate.payloads[0]
    assert b'"free":"0.61650000"' in fate.payloads[0]


def test_shows_what_was_true_a_while_ago(account, dice, state):
    """30 s old at most, and nothing from before the arming."""
    fault = make("account_data_wrong", {"form": "stale", "stale_s": 10.0, "for_s": 60.0})
    now = [account(b'{"n":%d}' % at, now_s=1_000.0 + at) for at in (0, 5, 10, 15)]

    fates = [fault.decide(one, dice, state) for one in now]

    assert fates == [
        PASS,
        Replace(payloads=(b'{"n":0}',)),
        Replace(payloads=(b'{"n":0}',)),
        Replace(payloads=(b'{"n":5}',)),
    ]


def test_answers_of_the_websocket_api_are_wrong_too(frame, dice, state):
    """Request and answer belong together by id."""
    fault = make("account_data_wrong", {})
    api = {"path": "/ws-api/v3"}
    request = b'{"id":7,"method":"account.status","params":{}}'
    answer = b'{"id":7,"status":200,"result":{"balances":[{"asset":"BTC","free":"1"}]}}'

    up = fault.decide(frame("message", direction="up", payload=request, **api), dice, state)
    down = fault.decide(frame("message", payload=answer, **api), dice, state)

    assert up == PASS
    assert down == Replace(payloads=(b'{"id":7,"status":200,"result":{"balances":[]}}',))


@pytest.mark.parametrize(
    ("events", "fate"),
    [
        (True, Replace(payloads=(POSITION_EVENT.partition(b"[")[0] + b"[]}",))),
        (False, PASS),
    ],
)
def test_events_are_wrong_as_well_unless_told_otherwise(frame, dice, state, events, fate):
    """The source that the client uses may be the stream."""
    fault = make("account_data_wrong", {"events": events})
    event = frame("message", path=LISTEN_KEY, payload=POSITION_EVENT)

    assert fault.decide(event, dice, state) == fate


def test_fills_orders_and_errors_pass(frame, account, dice, state):
    """Only balances and positions are wrong."""
    fault = make("account_data_wrong", {})
    frames = [
        frame("message", path=LISTEN_KEY, payload=execution()),
        frame("answer", path="/api/v3/openOrders", payload=b'[{"origQty":"1"}]'),
        account(b'{"code":-1021}', status=400),
        account(now_s=1_030.0),
    ]

    assert [fault.decide(one, dice, state) for one in frames] == [PASS] * 4


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        ({"form": "rich"}, "form must be one of empty, absent, zero, x10, sign"),
        ({"for_s": 0.0}, "for_s must be within 0.001..86400, was 0.0"),
        ({"multiplier": 0.0}, "multiplier must be within 1e-06..1e.09, was 0.0"),
        ({"stale_s": 0.0}, "stale_s must be within 0.001..86400, was 0.0"),
    ],
)
def test_refuses_bad_values(parameters, message):
    """The message names the parameter, the rule and the value."""
    with pytest.raises(InvalidInput, match=message):
        make("account_data_wrong", parameters)
