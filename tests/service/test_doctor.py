"""The doctor finds what is wrong, says what to do, and is stopped by nothing."""

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from chaostrading.core import home
from chaostrading.core.clock import ManualClock
from chaostrading.safety import lever, undo
from chaostrading.service import doctor
from chaostrading.service.doctor import examine


@pytest.fixture
def answers():
    """A server of JSON answers by path; a list is answered one after the other."""
    rows: dict[str, object] = {}

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            row = rows.get(self.path)
            row = row.pop(0) if isinstance(row, list) else row
            body = json.dumps(row).encode()
            self.send_response(404 if row is None else 200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def date_time_string(self, timestamp=None):
            return str(rows.get("date", "Sun, 15 Jun 2025 15:06:40 GMT"))

        def log_message(self, *args):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    yield rows, f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def look(environ, thing, clock=None):
    """The lines about one thing, as level and text."""
    return [
        (line.level, line.text())
        for line in examine(environ, clock or ManualClock())
        if line.thing == thing
    ]


def bot(tmp_path, url):
    description = {
        "name": "bot", "url": url,
        "mode": {"path": "/status", "at": "mode", "paper": ["paper"]},
        "health": {"path": "/status", "at": "ok", "healthy": [True]},
    }  # fmt: skip
    (tmp_path / "bot.json").write_text(json.dumps(description))
    return {
        "CHAOS_TARGET": "http",
        "CHAOS_TARGET_FILE": str(tmp_path / "bot.json"),
        "TRADING_MODE": "paper",
        "CHAOS_ENABLED": "true",
    }


def test_a_fresh_machine_has_nothing_wrong_with_it():
    """The paper stack needs no setting; what it would be told is told."""
    lines = examine({}, ManualClock())

    wrong = [line.text() for line in lines if line.level == "fail" and line.thing != "tests"]
    assert wrong == []
    assert "ok    target: none is named, the embedded paper stack will be used" in [
        line.text() for line in lines
    ]
    assert {"versions", "settings", "pressure", "leftovers", "lever", "journals", "contacts"} <= {
        line.thing for line in lines
    }


def test_an_engaged_lever_is_a_warning_with_the_way_out():
    """It is no failure: somebody wanted it."""
    lever.engage("the desk asked", "ada")

    [(level, text)] = look({}, "lever")

    assert level == "warn"
    assert "by ada" in text
    assert text.endswith("; chaos trading resume --reason WHY when it is safe")


def test_what_an_earlier_run_left_is_a_failure(monkeypatch):
    """Its process is gone, its fault may not be."""
    undo.write("r1", {"kind": "remove_lease", "admin_url": "http://127.0.0.1:1", "owner": "r1"})
    monkeypatch.setattr(undo, "is_alive", lambda owner: False)

    [(level, text)] = look({}, "leftovers")

    assert level == "fail"
    assert "remove_lease of run r1" in text
    assert text.endswith("; run chaos trading recover")


def test_a_journals_folder_that_cannot_be_written_is_a_failure():
    """A run whose verdict cannot be kept proves nothing."""
    home.home().mkdir(parents=True)
    home.journals().write_text("a file")

    [(level, text)] = look({}, "journals")

    assert level == "fail"
    assert "cannot be written" in text


@pytest.mark.parametrize(
    ("environ", "level", "said"),
    [
        ({"TRADING_MODE": "live"}, "fail", "TRADING_MODE must be paper, was 'live'"),
        ({"CHAOS_TARGET": "http"}, "fail", "TRADING_MODE must be paper, was not set"),
        ({"CHAOS_ENABLED": "perhaps"}, "fail", "must be true or false, was 'perhaps'"),
        ({"CHAOS_ENABLED": "false"}, "warn", "set it to true to run tests"),
        ({"CHAOS_IMPACT_LEVL": "low"}, "warn", "did you mean CHAOS_IMPACT_LEVEL?"),
        ({"ADMIN_TOKEN": "x", "CHAOS_VIEWER_TOKEN": "y"}, "ok", "TRADING_MODE paper"),
    ],
)
def test_settings_are_read_as_a_run_would_read_them(environ, level, said):
    """Mistyped ones are found as well."""
    found = look(environ, "settings")

    assert any(one == level and said in text for one, text in found), found


@pytest.mark.parametrize(
    ("status", "level", "said"),
    [
        ({"mode": "paper", "ok": True}, "ok", "is healthy and in paper mode"),
        ({"mode": "live", "ok": True}, "fail", "says its mode is 'live'; switch it to paper"),
        ({"mode": "paper", "ok": False}, "fail", "says that it is not healthy"),
        (None, "fail", "GET"),
    ],
)
def test_the_target_is_asked_for_its_mode(answers, tmp_path, status, level, said):
    """A target that is not on paper is never run against; better known now."""
    rows, url = answers
    rows["/status"] = status

    [(found, text)] = look(bot(tmp_path, url), "target")

    assert found == level
    assert said in text


@pytest.mark.parametrize(
    ("before", "after", "level", "said"),
    [
        (10, 25, "ok", "15 frames in 2 s on the way to http://exchange (binance)"),
        (10, 10, "warn", "none in 2 s, though there was some before; check that the bot runs"),
        (0, 0, "fail", "nothing has ever crossed the proxy to http://exchange; point the bot at"),
    ],
)
def test_traffic_must_really_be_seen_at_the_proxy(answers, before, after, level, said):
    """The most common mistake is a bot that still talks to the exchange itself."""
    rows, url = answers
    rows["/health"] = {"upstream": "http://exchange", "venue": "binance", "leases": 0}
    rows["/stats"] = [{"messages_down_total": before}, {"messages_down_total": after}]

    [(found, text)] = look({"CHAOS_PROXY_ADMIN": url}, "traffic")

    assert found == level
    assert said in text


def test_a_target_without_a_proxy_cannot_be_tested(tmp_path):
    """The doctor says what to start and set."""
    [(level, text)] = look(bot(tmp_path, "http://127.0.0.1:1"), "traffic")

    assert level == "fail"
    assert "start `chaos trading proxy` and set CHAOS_PROXY_ADMIN" in text


@pytest.mark.parametrize(
    ("server_time_ms", "level"),
    [
        (1_750_000_000_000, "ok"),
        (1_750_000_001_000, "warn"),
        (1_749_999_999_000, "warn"),
        (1_750_000_010_000, "fail"),
    ],
)
def test_the_clock_is_compared_with_the_exchanges(answers, server_time_ms, level):
    """Through the proxy, the way the orders go."""
    rows, url = answers
    rows["/api/v3/time"] = {"serverTime": server_time_ms}

    [(found, text)] = look({"CHAOS_PROXY_URL": url}, "clock", ManualClock())

    assert found == level, text
    assert "by /api/v3/time" in text


@pytest.mark.parametrize(
    ("date", "level"),
    [
        ("Sun, 15 Jun 2025 15:06:40 GMT", "ok"),
        ("Sun, 15 Jun 2025 15:06:41 GMT", "warn"),
        ("Sun, 15 Jun 2025 15:07:40 GMT", "fail"),
        ("yesterday", "warn"),
    ],
)
def test_a_date_header_will_do_give_or_take_half_a_second(answers, date, level):
    """Other exchanges have no /api/v3/time; the header is cut off to the second."""
    rows, url = answers
    rows["date"] = date

    [(found, text)] = look({"CHAOS_PROXY_URL": url}, "clock", ManualClock())

    assert found == level, text


def test_a_check_that_breaks_hides_no_other(monkeypatch):
    """The doctor does not die of what it came to find."""

    def _broken(environ, clock):
        raise RuntimeError("no such thing")

    monkeypatch.setattr(doctor, "_CHECKS", (_broken, doctor._lever))

    assert [line.text() for line in examine({}, ManualClock())] == [
        "fail  broken: could not be looked at: RuntimeError: no such thing",
        "ok    lever: released",
    ]
