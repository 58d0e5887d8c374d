"""A system that a small file describes."""

import json
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from chaostrading.core.errors import InvalidInput, Unreachable
from chaostrading.targets import target_from
from chaostrading.targets.http import HttpTarget

ANSWERS = {
    "/status": {"engine": {"mode": "dry-run"}},
    "/health": {"status": "ok"},
    "/stats": {"orders": [{"open": 3}], "name": "x", "up": True},
}


class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        body = json.dumps(ANSWERS.get(self.path, {})).encode()
        self.send_response(200 if self.path in ANSWERS else 404)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


@pytest.fixture
def url():
    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def description(url, **changes):
    return {
        "name": "my-bot",
        "url": url,
        "mode": {"path": "/status", "at": "engine.mode", "paper": ["dry-run"]},
        "health": {"path": "/health", "at": "status", "healthy": ["ok"]},
        "metrics": {"path": "/stats", "values": {"open": "orders.0.open", "bad": "name"}},
        **changes,
    }


def test_it_is_read_as_described(url):
    """Mode, health and numbers come from the places that the file names."""
    target = HttpTarget(description(url))

    assert (target.mode(), target.healthy(), target.metrics()) == ("paper", True, {"open": 3.0})


def test_a_word_that_is_not_in_the_list_is_not_paper(url):
    """What the file does not call paper is passed on as it is, and the guard refuses it."""
    mode = {"path": "/status", "at": "engine.mode", "paper": ["simulation"]}

    assert HttpTarget(description(url, mode=mode)).mode() == "dry-run"


def test_a_missing_answer_is_unreachable_and_names_the_url(url):
    """No answer is never taken for a good one."""
    health = {"path": "/nothing", "at": "status", "healthy": ["ok"]}

    with pytest.raises(Unreachable, match="/nothing failed"):
        HttpTarget(description(url, health=health)).healthy()


def test_a_description_without_mode_is_refused():
    """A target that cannot say whether it is on paper is no target."""
    row = description("http://127.0.0.1:1")
    del row["mode"]

    with pytest.raises(InvalidInput, match="'mode' is a required property"):
        HttpTarget(row)


def test_a_header_needs_its_variable(monkeypatch):
    """The file holds the variable's name, not the secret."""
    monkeypatch.delenv("BOT_TOKEN", raising=False)
    headers = {"Authorization": "Bearer env:BOT_TOKEN"}

    with pytest.raises(InvalidInput, match="BOT_TOKEN"):
        HttpTarget(description("http://127.0.0.1:1", headers=headers))


@pytest.mark.parametrize(
    ("environ", "words"),
    [
        ({"CHAOS_TARGET": "freqtrad"}, "did you mean freqtrade"),
        ({"CHAOS_TARGET": "freqtrade"}, "CHAOS_TARGET_URL must be set"),
        ({"CHAOS_TARGET": "http"}, "CHAOS_TARGET_FILE must be set"),
        ({"CHAOS_TARGET": "http", "CHAOS_TARGET_FILE": "/nowhere.json"}, "cannot read"),
    ],
)
def test_a_bad_choice_of_target_is_one_clear_line(environ, words):
    """The message says which variable to set."""
    with pytest.raises(InvalidInput, match=words):
        target_from(environ)
