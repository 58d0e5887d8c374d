"""The smaller parts."""

import json
import os
import subprocess
import sys
from decimal import Decimal
from pathlib import Path

import pytest

from chaostrading.core.errors import InvalidInput
from chaostrading.paper.trader.book import read_levels
from chaostrading.paper.trader.defences import Defences, names
from chaostrading.paper.trader.instruments import Instruments
from chaostrading.paper.trader.order import state_of
from chaostrading.paper.trader.settings import Settings
from chaostrading.paper.trader.wire import sign

DEFENCES = 30


def test_every_defence_is_a_file_and_has_its_tests() -> None:
    """One file, one test file, for each of them."""
    tests = {path.name for path in (Path(__file__).parent / "defences").glob("test_*.py")}

    assert {f"test_trader_{name}.py" for name in names()} == tests
    assert len(names()) >= DEFENCES


def test_a_defence_file_is_short() -> None:
    """At most 120 lines, so that it can be read in a minute."""
    folder = Path(sys.modules[Defences.__module__].__file__ or "").parent

    long = {p.name for p in folder.glob("*.py") if len(p.read_text().splitlines()) > 120}

    assert long == set()


def test_an_unknown_defence_is_refused_with_the_known_ones() -> None:
    """A typing error must not leave a defence in."""
    with pytest.raises(InvalidInput, match="did you mean heartbeat") as refused:
        Defences(["hartbeat"])

    assert "rate_governor" in str(refused.value)


def test_a_signature_is_the_one_of_the_documents() -> None:
    """The example of Binance's API documentation."""
    secret = "NhqPtmdSJYdKjVHjA7PZj4Mge3R5YNiP1e3UZjInClVN65XAbvqqM6A7H5fATj0j"
    text = (
        "symbol=LTCBTC&side=BUY&type=LIMIT&timeInForce=GTC&quantity=1&price=0.1"
        "&recvWindow=5000&timestamp=1499827319559"
    )

    signature = sign(secret, text)

    assert signature == "c8db56825ae71d6d79447849e617115f4a920fa2acdcab2b053c4b2838bd6b71"


@pytest.mark.parametrize(
    ("status", "state"),
    [
        ("NEW", "live"),
        ("PARTIALLY_FILLED", "live"),
        ("FILLED", "filled"),
        ("CANCELED", "canceled"),
        ("EXPIRED", "expired"),
        ("EXPIRED_IN_MATCH", "expired"),
        ("REJECTED", "rejected"),
        ("SOMETHING_NEW", "unknown"),
    ],
)
def test_a_status_that_nobody_knows_is_unknown(status: str, state: str) -> None:
    """And then asked for, not guessed."""
    assert state_of(status) == state


@pytest.mark.parametrize("rows", [None, {}, [["1"]], [["x", "1"]], [["-1", "1"]], [["1", "NaN"]]])
def test_levels_that_are_no_numbers_are_refused(rows: object) -> None:
    """A book takes positive prices and sizes from zero."""
    with pytest.raises(ValueError, match="level"):
        read_levels(rows)


def test_prices_and_quantities_are_rounded_down_to_the_filters() -> None:
    """On the tick and on the step, and dust is known as such."""
    filters = [
        {"filterType": "PRICE_FILTER", "tickSize": "0.05"},
        {"filterType": "LOT_SIZE", "stepSize": "0.01", "minQty": "0.02"},
        {"filterType": "MIN_NOTIONAL", "minNotional": "10"},
    ]
    row = {"symbol": "X", "status": "TRADING", "baseAsset": "A", "quoteAsset": "B"}
    instruments = Instruments()
    instruments.read({"symbols": [{**row, "filters": filters}]})

    instrument = instruments.get("X")

    assert instrument is not None
    assert instrument.price(Decimal("1.09")) == Decimal("1.05")
    assert instrument.quantity(Decimal("0.129")) == Decimal("0.12")
    assert instrument.too_small(Decimal("0.01"), Decimal(10_000))
    assert instrument.too_small(Decimal("0.5"), Decimal(10))


def test_settings_refuse_what_is_no_url(tmp_path: Path) -> None:
    """The message names the thing, the rule and the value."""
    with pytest.raises(InvalidInput, match=r"exchange must be an http\(s\) URL, was 'ws://x'"):
        Settings(exchange="ws://x", state=tmp_path)


@pytest.mark.slow
def test_the_process_serves_and_ends_with_its_parent(tmp_path: Path) -> None:
    """One ready line; a closed standard input ends it. No exchange is needed to start."""
    process = subprocess.Popen(
        [
            *(sys.executable, "-m", "chaostrading.paper.trader", "--die-with-stdin"),
            *("--exchange", "http://127.0.0.1:9", "--state", str(tmp_path)),
        ],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env={**os.environ, "CHAOS_PAPER_WITHOUT": "heartbeat"},
    )
    assert process.stdin is not None
    assert process.stdout is not None

    ready = json.loads(process.stdout.readline())
    process.stdin.close()

    assert ready["ready"] is True
    assert ready["url"].startswith("http://127.0.0.1:")
    assert ready["without"] == ["heartbeat"]
    assert process.wait(timeout=10) == 0
    process.stdout.close()


@pytest.mark.slow
def test_the_process_refuses_an_unknown_defence(tmp_path: Path) -> None:
    """Exit code 4 and one line that lists the known ones."""
    process = subprocess.run(
        [
            *(sys.executable, "-m", "chaostrading.paper.trader", "--without", "seatbelt"),
            *("--exchange", "http://127.0.0.1:9", "--state", str(tmp_path)),
        ],
        capture_output=True,
        timeout=20,
        check=False,
    )

    answer = json.loads(process.stdout)

    assert process.returncode == 4
    assert answer["ready"] is False
    assert "unknown defence 'seatbelt'" in answer["error"]


def test_the_trader_does_not_know_the_exchange() -> None:
    """They meet only over sockets."""
    folder = Path(sys.modules[Settings.__module__].__file__ or "").parent

    guilty = [p for p in folder.rglob("*.py") if "paper.exchange" in p.read_text()]

    assert guilty == []
