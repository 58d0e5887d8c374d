"""A system of one's own behind a proxy started by hand: killed runs, guards, and a clean relay."""

import signal
import subprocess
import sys
import time

import pytest
import requests

from chaostrading.proxy.client import ProxyClient

pytestmark = [pytest.mark.slow, pytest.mark.end_to_end, pytest.mark.timeout(120)]

TEST = "rate_limit_storm"


def test_a_killed_run_leaves_no_lease_and_a_clean_relay(chaos, own):
    """The owner is silent, so the proxy ends the lease by itself, lives on and relays."""
    proxy = ProxyClient(own["CHAOS_PROXY_ADMIN"], own["CHAOS_PROXY_TOKEN"])
    run = subprocess.Popen(
        chaos.command(chaos.edited(TEST, lambda _: None)),
        cwd=chaos.folder,
        env=chaos.environ | own,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    with run:
        deadline = time.monotonic() + 40
        while not proxy.leases()["leases"] and time.monotonic() < deadline:
            time.sleep(0.1)
        assert proxy.leases()["leases"], "the storm never came"

        run.send_signal(signal.SIGKILL)

    deadline = time.monotonic() + 5
    while proxy.leases()["leases"] and time.monotonic() < deadline:
        time.sleep(0.1)
    assert proxy.leases()["leases"] == []
    assert proxy.leases()["ended"][-1]["reason"] == "owner_silent"
    answer = requests.get(f"{own['CHAOS_PROXY_URL']}/api/v3/time", timeout=5)
    assert answer.status_code == 200
    assert "serverTime" in answer.json()


def test_a_run_on_an_own_system_judges_it(chaos, own):
    """The verdict needs the proxy, the exchange's books and the target's own API."""
    run = chaos.run(TEST, **own)

    assert (run.exit_code, run.outcome) == (0, "passed"), run.output
    assert run.block["attestation"]["answered"] == "paper"


def test_without_the_exchanges_books_nothing_is_passed(chaos, own):
    """Whether the bot's positions are right cannot be known, and the verdict says that."""
    del own["CHAOS_EXCHANGE_URL"]

    run = chaos.run(TEST, **own)

    assert (run.exit_code, run.outcome) == (1, "inconclusive"), run.output
    assert run.finding("positions_agree")["answer"] == "unknown"
    assert run.finding("no_requests_while_forbidden")["answer"] == "held"


@pytest.mark.parametrize(
    ("environ", "words"),
    [
        ({"TRADING_MODE": "live"}, "TRADING_MODE must be paper"),
        ({"CHAOS_ENABLED": "false"}, "CHAOS_ENABLED must be true"),
        ({"CHAOS_PROXY_TOKEN": "wrong"}, "token"),
        ({"CHAOS_PROXY_ADMIN": "http://127.0.0.1:1"}, "proxy at http://127.0.0.1:1"),
        ({"CHAOS_TARGET_URL": "http://127.0.0.1:1"}, "endpoint is not paper"),
        ({"CHAOS_TARGET": "papre"}, "did you mean paper"),
    ],
)
def test_what_cannot_be_told_is_refused(chaos, own, environ, words):
    """The frames that cross the proxy stay untouched."""
    proxy = ProxyClient(own["CHAOS_PROXY_ADMIN"], own["CHAOS_PROXY_TOKEN"])

    run = chaos.run(TEST, **own | environ)

    assert run.exit_code == 1
    assert words in run.sentence
    assert run.block["verdict"]["refused"]
    assert proxy.leases() == {"leases": [], "ended": []}


KILLED = """
import os, signal, sys, time
from chaostrading.core.clock import SystemClock
from chaostrading.safety import undo
from chaostrading.targets.order_entry import OrderEntry
from chaostrading.targets.standing import KILL_REASON, standing

entry = OrderEntry(sys.argv[1], sys.argv[2], SystemClock())
action = {"kind": "restore_target", "url": entry.url, "token": entry.token}
undo.write("killed-run", action | {"before": standing(entry)})
taken = 0
for _ in range(200):
    price = entry.get("/status")["market_data"]["BTCUSDT"]["price"]
    order = {"symbol": "BTCUSDT", "side": "BUY", "type": "LIMIT", "time_in_force": "GTC",
             "quantity": "0.00100", "price": f"{float(price or 0) * 0.97:.2f}"}
    taken = entry.send("/orders", order).status
    if taken == 202:
        break
    time.sleep(0.1)
assert taken == 202
assert entry.send("/limits", {"position_usdt_max": "100"}).status == 200
assert entry.send("/kill", {"reason": KILL_REASON}).status == 200
os.kill(os.getpid(), signal.SIGKILL)
"""


def test_what_a_killed_run_did_to_the_target_is_taken_back(chaos, own):
    """The kill switch that it engaged is released, the limit is as it was, and nothing rests."""
    trader, token = own["CHAOS_TARGET_URL"], own["CHAOS_PROXY_TOKEN"]
    given = told(trader, "status")["limits"]
    environ = chaos.environ | own | {"CHAOS_TARGET_TOKEN": token}
    command = [sys.executable, "-c", KILLED, trader, token]
    killed = subprocess.run(command, cwd=chaos.folder, env=environ, check=False, timeout=60)
    assert killed.returncode == -signal.SIGKILL
    assert told(trader, "status")["trading_state"] == "halted"

    head = [sys.executable, "-m", "chaostoolkit", "--no-version-check", "--no-log-file"]
    recovered = subprocess.run(
        [*head, "trading", "recover"],
        cwd=chaos.folder, env=environ, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip

    assert recovered.returncode == 0, recovered.stdout + recovered.stderr
    assert "kill switch released, 1 limits set again" in recovered.stdout
    status = told(trader, "status")
    assert (status["trading_state"], status["limits"]) == ("active", given)
    manual = [row for row in told(trader, "orders")["orders"] if row["purpose"] == "manual"]
    assert [row["status"] for row in manual] == ["canceled"]


def told(trader, part):
    return requests.get(f"{trader}/{part}", timeout=5).json()
