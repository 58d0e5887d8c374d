"""Alerts while a run is recorded: in the sample, in the block, and in the chat."""

import http.server
import json
import threading

import pytest

from chaostrading.checkers.base import Evidence
from chaostrading.core.clock import ManualClock
from chaostrading.core.errors import InvalidInput, Unreachable
from chaostrading.records.journal import read_records
from chaostrading.records.types import Sample
from chaostrading.reports.alerting import alert_rows, alerting
from chaostrading.reports.recording import Recording
from chaostrading.reports.webhook import AlertSender, send, webhook_url


class QuietProxy:
    """A proxy that has seen as many 429s as it is told."""

    def __init__(self):
        self.refused = 0

    def stats(self):
        answers = {"429": self.refused} if self.refused else {}
        return {"answers_total": answers, "requests_total": 1, "witness": {"last": 0}}

    def witness(self, since):
        return {"records": [], "pending": [], "last": 0, "lost": 0}


class QuietTarget:
    def metrics(self):
        return {"breaker_open": 0.0}


@pytest.fixture
def chat():
    """A webhook on the loopback that keeps what it is sent."""
    got = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self):
            got.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(500 if "refuse" in self.path else 200)
            self.end_headers()

        def log_message(self, *args):
            return

    server = http.server.HTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/secret", got
    server.shutdown()
    server.server_close()


def record(tmp_path, refused):
    """Sample once for each count of 429s, a second apart."""
    proxy, clock = QuietProxy(), ManualClock()
    recording = Recording(tmp_path / "run-1", proxy=proxy, target=QuietTarget(), clock=clock)
    recording.start()
    for count in refused:
        proxy.refused = count
        recording._sample(4)
        clock.advance(1.0)
    recording.stop()
    return recording


def test_an_alert_stands_in_the_sample_that_made_it(tmp_path, chaos_home):
    """So it is in the evidence on disk, and every alert can be traced to its numbers."""
    record(tmp_path, refused=[0, 0, 3])

    samples = list(read_records(tmp_path / "run-1" / "witness.jsonl"))
    told = [row["rule"] for one in samples for row in one.values.get("alerts", [])]
    assert told == ["rate_limited"]
    assert samples[2].values["alerts"][0]["value"] == 3.0


def test_a_sample_says_how_busy_the_machine_is(tmp_path, chaos_home):
    """CPU and memory are key metrics of system health, whatever the target tells."""
    recording = record(tmp_path, refused=[0])

    values = recording.samples()[0].values
    assert 0 <= values["system.cpu_percent"] <= 100
    assert 0 < values["system.memory_percent"] <= 100


def test_the_chat_is_told_in_slacks_format(tmp_path, chaos_home, chat, monkeypatch):
    """`{"text": ...}` names the run, the severity and the rule."""
    url, got = chat
    monkeypatch.setenv("CHAOS_ALERT_WEBHOOK", url)

    record(tmp_path, refused=[0, 3])

    assert len(got) == 1
    assert got[0]["text"].startswith("[run-1] warning fired: the exchange answers 429")


def test_a_chat_that_refuses_is_counted_and_not_raised(chat, caplog):
    """A run does not fail for its chat; the secret address is not in the log."""
    url, _ = chat
    sender = AlertSender(f"{url}/refuse", "run-1")

    sender.put({"severity": "critical", "event": "fired", "summary": "s", "rule": "r"})
    sender.close()

    assert sender.failed == 1
    assert "secret" not in caplog.text


def test_a_report_that_cannot_be_sent_says_to_which_host(chat):
    """In one line, without the path that is the secret."""
    url, _ = chat

    with pytest.raises(Unreachable, match=r"^webhook 127\.0\.0\.1: answered 500$"):
        send(f"{url}/refuse", "hello")


def test_an_address_that_is_none_is_refused():
    """`file:` or a bare word must not be posted to."""
    with pytest.raises(InvalidInput, match="http"):
        webhook_url({"CHAOS_ALERT_WEBHOOK": "file:///etc/passwd"})


def sample(at, *fired, metric="requests_total"):
    row = {"event": "fired", "severity": "warning", "at_s": at, "metric": metric}
    rows = [{**row, "rule": rule} for rule in fired]
    return Sample(seq=0, mono_s=at, wall_s=at, values={"alerts": rows} if rows else {})


def evidence(*samples, leases=()):
    return Evidence(
        records=samples,
        baseline_s=(80.0, 100.0),
        fault_s=(100.0, 120.0),
        end_s=140.0,
        leases=leases,
    )


@pytest.mark.parametrize(
    ("samples", "seconds", "in_time"),
    [
        ([sample(103.0, "a")], 2.0, True),
        ([sample(90.0, "early"), sample(107.0, "a")], 6.0, False),
        ([sample(90.0, "early")], None, None),
    ],
)
def test_the_time_to_the_first_alert_counts_from_the_first_hit(samples, seconds, in_time):
    """An alert of the baseline is not the fault's; five seconds is the line."""
    told = alerting(evidence(*samples), hit_s=101.0)

    assert (told["fault_to_alert_s"], told["in_time"]) == (seconds, in_time)


@pytest.mark.parametrize(("leases", "seconds"), [(("L1",), None), ((), 2.0)])
def test_a_busy_machine_is_no_answer_to_a_fault_on_the_wire(leases, seconds):
    """But it is to a fault that presses the machine, which has no lease."""
    told = alerting(
        evidence(sample(103.0, "cpu", metric="system.cpu_percent"), leases=leases), hit_s=101.0
    )

    assert told["fault_to_alert_s"] == seconds


def test_alerts_of_a_block_count_from_the_begin_of_the_fault():
    """As all times of a block do."""
    assert alert_rows(evidence(sample(103.0, "a")))[0]["t_s"] == 3.0
