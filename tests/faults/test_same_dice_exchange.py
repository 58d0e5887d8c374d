"""The same dice and the same frames give the same fates, for all faults of exchange answers."""

import pytest

from chaostrading.core.seeds import Dice
from chaostrading.faults.base import PASS, State
from chaostrading.faults.registry import make

ORDER = "symbol=BTCUSDT&side=SELL&type=LIMIT&quantity=0.00150000&price=60000.00"
RULES = b'{"symbols":[{"symbol":"BTCUSDT","status":"TRADING","filters":[{"stepSize":"0.00001"}]}]}'
EVENT = b'{"e":"executionReport","E":1,"s":"BTCUSDT","x":"CANCELED","X":"CANCELED","i":1}'
CALL = b'{"id":%d,"method":"order.place","params":{"symbol":"BTCUSDT","newClientOrderId":"w"}}'
REPLY = b'{"id":%d,"status":200,"result":{"orderId":%d,"status":"NEW"}}'


@pytest.fixture
def play(frame):
    """Two minutes of a bot that orders, cancels and asks, over REST and over WebSockets."""
    frames = []
    for number in range(120):
        now = {"now_s": 1_000.0 + number, "now_ms": 1_750_000_000_000 + 1_000 * number}
        client = f"newClientOrderId=c{number // 2}&timestamp={now['now_ms']}"
        calls = [
            ("POST", "/api/v3/order", f"{ORDER}&{client}", b'{"orderId":%d}' % number),
            ("DELETE", "/api/v3/order", f"symbol=BTCUSDT&orderId={number}", b"{}"),
            ("GET", "/api/v3/order", f"symbol=BTCUSDT&orderId={number}", b'{"status":"CANCELED"}'),
            ("GET", "/api/v3/openOrders", "symbol=BTCUSDT", b'[{"orderId":%d}]' % number),
            ("GET", "/api/v3/exchangeInfo", "", RULES),
            ("GET", "/api/v3/time", "", b'{"serverTime":1750000000000}'),
            ("POST", "/0/private/Balance", f"nonce={number // 2}", b"{}"),
            ("PUT", "/api/v3/userDataStream", "listenKey=l", b"{}"),
        ]
        for method, path, query, body in calls:
            one = {"method": method, "path": path, "query": query, **now}
            frames.append(frame("request", **one))
            frames.append(frame("answer", payload=body, **one))
        api = {"path": "/ws-api/v3", **now}
        frames += [
            frame("message", direction="up", payload=CALL % number, **api),
            frame("message", payload=REPLY % (number, number), **api),
            frame("message", path="/ws/listenkey", payload=EVENT, **now),
            frame("tick", path="/ws/listenkey", **now),
        ]
    return frames


@pytest.mark.parametrize(
    ("name", "parameters"),
    [
        ("http_429", {}),
        ("http_418_ban", {}),
        ("waf_403_html", {}),
        ("error_in_200_body", {}),
        ("http_5xx_status_unknown", {}),
        ("edge_html_5xx", {}),
        ("overload_shed", {}),
        ("request_lost", {}),
        ("response_lost", {}),
        ("late_response", {}),
        ("endpoint_partial_failure", {"pattern": "random"}),
        ("clock_skew", {}),
        ("nonce_invalid", {}),
        ("insufficient_balance", {}),
        ("filter_change", {}),
        ("maintenance", {"public_data": "frozen"}),
        ("cancel_reject", {}),
        ("status_eventual", {}),
        ("duplicate_client_id", {}),
        ("user_stream_expiry", {"how": "key_expired"}),
        ("schema_drift", {}),
        ("self_trade_prevention", {}),
    ],
)
def test_same_dice_same_fates(play, name, parameters):
    """Two runs agree frame by frame, and the fault did touch something."""
    fault = make(name, parameters)
    runs = []

    for _ in range(2):
        dice, state = Dice(11, name), State(armed_s=1_000.0)
        seen = [one for one in play if one.kind in fault.kinds]
        runs.append([fault.decide(one, dice, state) for one in seen])

    assert runs[0] == runs[1]
    assert any(fate != PASS for fate in runs[0])


@pytest.mark.parametrize("name", ["http_5xx_status_unknown", "edge_html_5xx", "overload_shed"])
def test_other_dice_other_fates(play, name):
    """Chance is in the dice and nowhere else."""
    fault = make(name, {})
    runs = []

    for seed in (1, 2):
        dice, state = Dice(seed, name), State(armed_s=1_000.0)
        seen = [one for one in play if one.kind in fault.kinds]
        runs.append([fault.decide(one, dice, state) for one in seen])

    assert runs[0] != runs[1]
