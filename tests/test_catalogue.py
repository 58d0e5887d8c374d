"""The catalogue of faults is complete, and every fault is listed, documented and tested."""

import ast
from pathlib import Path

import pytest

from chaostrading.faults import FAULT_MODULES, registry

ROOT = Path(__file__).parent.parent
FAULTS = ROOT / "chaostrading" / "faults"
TESTS = ROOT / "tests" / "faults"

CATALOGUE = {
    "F01": ["ws_close_frame"],
    "F02": ["ws_abrupt"],
    "F03": ["ws_half_open"],
    "F04": ["ws_zombie"],
    "F05": ["ws_reconnect_refused"],
    "F06": ["ws_planned_shutdown"],
    "F07": ["ws_ping_fault"],
    "F08": ["ws_flap"],
    "F09": ["ws_partial_resubscribe"],
    "F10": ["ws_replay_on_reconnect"],
    "F11": ["latency_rest"],
    "F12": ["latency_ws"],
    "F13": ["slow_drip"],
    # A closed listening socket is a property of the whole lease, so it is a fault of its own.
    "F14": ["connect_refused", "dns_tls_connect"],
    "F15": ["http_429"],
    "F16": ["http_418_ban"],
    "F17": ["waf_403_html"],
    "F18": ["error_in_200_body"],
    "F19": ["http_5xx_status_unknown"],
    "F20": ["edge_html_5xx"],
    "F21": ["overload_shed"],
    "F22": ["request_lost"],
    "F23": ["response_lost"],
    "F24": ["late_response"],
    "F25": ["endpoint_partial_failure"],
    "F26": ["clock_skew"],
    "F27": ["nonce_invalid"],
    "F28": ["insufficient_balance"],
    "F29": ["filter_change"],
    "F30": ["maintenance"],
    "F31": ["cancel_reject"],
    "F32": ["status_eventual"],
    "F33": ["duplicate_client_id"],
    "F34": ["user_stream_expiry"],
    "F35": ["schema_drift"],
    "F36": ["self_trade_prevention"],
    "F37": ["stale_price"],
    "F38": ["sequence_gap"],
    "F39": ["sequence_reset"],
    "F40": ["snapshot_mismatch"],
    "F41": ["trade_dup_disorder"],
    "F42": ["crossed_book"],
    "F43": ["bad_price"],
    "F44": ["empty_or_one_sided"],
    "F45": ["wrong_symbol"],
    "F46": ["malformed_payload"],
    "F47": ["candle_fault"],
    "F48": ["account_data_wrong"],
    "F49": ["fill_duplicate"],
    "F50": ["fill_lost"],
    "F51": ["fill_misorder"],
}


def fault_files():
    """Files of this folder that register a fault."""
    return sorted(
        path.stem for path in FAULTS.glob("*.py") if "\n@register\n" in path.read_text("utf-8")
    )


def test_every_number_of_the_catalogue_has_its_fault():
    """F01 to F51; F52 to F58 are pressure and attacks, not faults of frames."""
    found: dict[str, list[str]] = {}
    for fault in registry.catalogue():
        found.setdefault(fault["catalogue"], []).append(fault["name"])

    assert {number: sorted(names) for number, names in found.items()} == CATALOGUE


def test_every_fault_file_is_listed_and_every_listed_name_is_a_file():
    """The list is sorted and has each name once."""
    assert list(FAULT_MODULES) == fault_files()


@pytest.mark.parametrize("name", FAULT_MODULES)
def test_every_fault_has_its_test_file(name):
    """One fault, one file, one test file."""
    assert (TESTS / f"test_{name}.py").is_file()


def test_every_fault_is_played_through_a_real_proxy():
    """Its name stands in a table of a `test_*through_proxy*` file."""
    played = {
        node.value
        for path in TESTS.glob("test_*through_proxy*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }

    assert [name for name in FAULT_MODULES if name not in played] == []


@pytest.mark.parametrize("fault", registry.catalogue(), ids=lambda fault: fault["name"])
def test_every_fault_and_parameter_is_documented(fault):
    """What `chaos trading` and the admin API print comes from these texts."""
    assert fault["summary"].endswith((".", "?"))
    assert fault["category"] in ("network", "exchange", "data", "system", "trading")
    assert [item["name"] for item in fault["parameters"] if not item["doc"]] == []


@pytest.mark.parametrize("name", FAULT_MODULES)
def test_every_fault_stands_with_its_defaults(name):
    """And declares what it wants to see and where it remembers."""
    fault = registry.make(name, {})

    assert fault.name == name
    assert fault.kinds or fault.refuses_connections
    assert fault.state_per in ("connection", "address", "lease")
