"""The dashboard of the terminal: events fold into a picture."""

import io
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from rich.console import Console

from chaostrading.core.clock import ManualClock
from chaostrading.core.errors import InvalidInput, Unreachable
from chaostrading.service.picture import Picture
from chaostrading.service.top import events_in, top

STARTED = {
    "run_id": "r1", "test": "rate_limit_storm", "bound_s": 60, "started_at": "2026-01-01T00:00:00Z",
}  # fmt: skip
STATUS = b'{"target": "paper stack", "enabled": true, "running": [], "last": null, "lever": {}}'


def drawn(picture, now_s=1_767_225_620.0):
    console = Console(file=io.StringIO(), width=100)
    console.print(picture.draw(now_s))
    return console.file.getvalue()


def sample(at, accepted, errors=0.0):
    values = {"orders_accepted_total": accepted, "target": {"errors_total": errors}}
    return {"run_id": "r1", "test": "rate_limit_storm", "wall_s": at, "values": values}


def test_events_are_read_from_lines_and_what_is_no_object_is_left_out():
    """Comments, retries, broken JSON and other line ends in a text are nothing to stumble over."""
    raw = (
        b"retry: 2000\n\n: still here\n\n"
        b"id: e-1\nevent: alert\ndata: {\"rule\": \"a\xe2\x80\xa8b\"}\n\n"
        b"event: odd\ndata: {broken\n\nevent: list\ndata: [1]\n\nid: e-2\nevent: x\ndata: {}\n\n"
    )  # fmt: skip

    found = list(events_in(raw.split(b"\n")))

    assert found == [("e-1", "alert", {"rule": "a\u2028b"}), ("e-2", "x", {})]


def test_a_run_goes_through_its_phases():
    """baseline, fault, recovery, verdict; each is said."""
    picture = Picture("http://x")
    seen = [picture.phase]
    for name, data in (
        ("run_started", STARTED),
        ("fault_armed", {"lease": "L", "fault": "ws_abrupt", "wall_s": 2.0}),
        ("fault_ended", {"lease": "L", "fault": "ws_abrupt", "wall_s": 5.0}),
        ("run_finished", {**STARTED, "outcome": "passed", "sentence": "it [bold]went[/] well"}),
    ):
        picture.take(name, data)
        seen.append(picture.phase)

    assert seen == ["", "baseline", "fault", "recovery", "verdict"]
    assert "it [bold]went[/] well" in drawn(picture)  # a journal's text is no markup


def test_counters_are_shown_as_rates_beside_what_is_usual():
    """Two orders a second before the fault, none now."""
    picture = Picture("http://x")
    picture.take("run_started", STARTED)
    for second in range(6):
        picture.take("run_sample", sample(float(second), second * 2))
    picture.take("fault_armed", {"lease": "L", "fault": "f", "wall_s": 5.5})
    for second in range(6, 12):
        picture.take("run_sample", sample(float(second), 10))

    line = next(line for line in drawn(picture).splitlines() if line.startswith("orders"))

    assert line.split()[2:5] == ["0.00", "2.00", "/s"]


@pytest.mark.parametrize(
    ("event", "said"), [("fired", True), ("resolved", False)], ids=["fired", "resolved"]
)
def test_an_alert_is_shown_until_it_is_resolved(event, said):
    """The log keeps it either way."""
    picture = Picture("http://x")
    alert = {"rule": "slow", "severity": "critical", "event": event, "summary": "orders are slow"}

    picture.take("alert", alert)

    assert ("critical slow: orders are slow" in drawn(picture)) is said


def test_pressure_counts_as_a_fault_though_it_is_no_lease():
    """Its level is in the samples."""
    picture = Picture("http://x")
    picture.take("run_started", STARTED)
    pressed = sample(2.0, 1)
    pressed["values"]["pressure_wanted"] = 1.0

    picture.take("run_sample", pressed)
    held = picture.phase
    picture.take("run_sample", sample(3.0, 1))

    assert (held, picture.phase) == ("fault", "recovery")


def test_a_run_that_the_service_no_longer_has_is_over():
    """It was restarted in between; nothing runs for ever on the screen."""
    picture = Picture("http://x")
    picture.take("run_started", STARTED)

    picture.know({"running": [], "last": None})

    assert picture.phase == "verdict"
    assert "unknown" in drawn(picture)


def test_the_lever_is_said():
    """Whoever looks must see that nothing will start."""
    picture = Picture("http://x")

    picture.know({"running": [], "lever": {"engaged": True, "reason": "maintenance"}})

    assert "lever engaged: maintenance" in drawn(picture)


@pytest.fixture
def answering():
    """A server that answers every call with one status."""
    made = []

    def serve(status, body):
        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                seen.append((self.path, self.headers.get("Authorization")))
                self.send_response(status)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_):
                pass

        seen = []
        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        made.append((server, thread))
        return f"http://127.0.0.1:{server.server_port}", seen

    yield serve
    for server, thread in made:
        server.shutdown()
        thread.join()
        server.server_close()


def test_once_shows_the_state_and_ends(answering):
    """With the token that it was given."""
    url, seen = answering(200, STATUS)
    console = Console(file=io.StringIO(), width=100)

    top(url + "/", token="t", clock=ManualClock(), console=console, once=True)

    assert "paper stack" in console.file.getvalue()
    assert "Nothing is running" in console.file.getvalue()
    assert seen == [("/api/chaos/status", "Bearer t")]


def test_a_service_that_wants_another_token_ends_the_view_with_the_variables(answering):
    """Asking again would not help."""
    url, _ = answering(401, b"{}")
    console = Console(file=io.StringIO(), width=100)

    with pytest.raises(InvalidInput, match=r"CHAOS_VIEWER_TOKEN.*answered 401"):
        top(url, token="", clock=ManualClock(), console=console)


def test_a_service_that_is_away_is_said():
    """With what to do about it."""
    console = Console(file=io.StringIO())

    with pytest.raises(Unreachable, match="is `chaos trading serve` running"):
        top("http://127.0.0.1:9", token="", clock=ManualClock(), console=console, once=True)
