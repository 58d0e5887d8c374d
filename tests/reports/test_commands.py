"""`chaos trading report ...`, `history ...`, `note`: as a person types them."""

import http.server
import json
import threading

import pytest
from click.testing import CliRunner
from report_journals import deviated, journal, put

from chaostrading.cli import trading


@pytest.fixture
def call(chaos_home):
    """Run a command; returns exit code and all that it said."""

    def run(*words):
        result = CliRunner().invoke(trading, list(words))
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        return result.exit_code, result.output

    return run


@pytest.fixture
def journals(chaos_home):
    """Two runs: one passed, one with a critical check broken."""
    put(chaos_home / "journals", "run-good", journal())
    put(chaos_home / "journals", "run-bad", deviated("positions_agree"))
    return chaos_home / "journals"


def test_a_run_is_told_in_markdown_on_the_terminal(call, journals):
    """The sentence is first."""
    code, said = call("report", "run", "run-good")

    assert code == 0
    assert said.splitlines()[2] == "**rate_limit_storm passed: 14 requests met the fault**"


@pytest.mark.parametrize(
    ("name", "begin"), [("x.html", "<!DOCTYPE html>"), ("x.md", "# Run"), ("x.json", "{")]
)
def test_the_ending_of_the_file_chooses_the_format(call, journals, tmp_path, name, begin):
    """`--format` wins where it is given."""
    code, said = call("report", "run", "run-good", "-o", str(tmp_path / name))

    assert code == 0
    assert said.splitlines()[-1] == str(tmp_path / name)
    assert (tmp_path / name).read_text().startswith(begin)


@pytest.mark.parametrize("report", ["daily", "weekly"])
@pytest.mark.parametrize("form", ["html", "md", "json"])
def test_a_day_and_a_week_come_in_every_format(call, journals, report, form):
    """For a given day, from any folder."""
    code, said = call(
        "report", report, "--day", "2025-06-15", "--format", form, "--journals", str(journals)
    )

    assert code == 0
    assert "rate_limit_storm" in said


def test_incidents_without_a_report_get_one(call, journals, chaos_home):
    """Once."""
    code, said = call("report", "incident")

    assert (code, said.strip()) == (0, str(chaos_home / "incidents" / "run-bad.md"))
    assert call("report", "incident") == (0, "no incident is without its report\n")


def test_the_daily_report_makes_the_incidents_of_its_day(call, journals, chaos_home):
    """Nobody has to ask for them."""
    call("report", "daily", "--day", "2025-06-15")

    assert (chaos_home / "incidents" / "run-bad.html").is_file()


def test_any_run_can_be_looked_at_as_an_incident(call, journals):
    """It says who asked."""
    code, said = call("report", "incident", "run-good")

    assert code == 0
    assert "asked for by a person" in said


def test_a_finding_is_assigned_and_shows_in_the_weekly_report(call, journals):
    """With its owner and date."""
    weekly = ("report", "weekly", "--day", "2025-06-15", "--format", "json")
    finding = json.loads(call(*weekly)[1])["register"][0]["id"]

    code, _ = call("report", "finding", finding, "--owner", "ada", "--due", "2030-01-01")

    entry = json.loads(call(*weekly)[1])["register"][0]
    assert (code, entry["owner"], entry["due"]) == (0, "ada", "2030-01-01")


def test_a_note_is_attached_and_shown(call, journals):
    """In the run's report."""
    code, said = call("note", "run-good", "the screens were red", "--by", "ada")

    assert code == 0
    assert "by ada on run-good" in said
    assert "the screens were red" in call("report", "run", "run-good")[1]


def test_the_history_is_exported_and_rebuilt(call, journals):
    """One row a run below the header."""
    code, said = call("history", "export")

    assert (code, len(said.strip().splitlines())) == (0, 3)
    assert call("history", "rebuild") == (0, "2 runs, 0 files not readable\n")


@pytest.mark.parametrize(
    "words",
    [
        ("report", "run", "none.json"),
        ("report", "run", "last"),
        ("report", "daily", "--day", "x"),
        ("report", "weekly", "--journals", "nowhere"),
        ("report", "finding", "F-1", "--owner", "a"),
        ("report", "finding", "F-1"),
        ("history", "export", "--format", "parquet"),
        ("note", "last", "x"),
        ("report", "daily", "--send"),
    ],
)
def test_what_cannot_be_done_is_one_line_and_exit_code_4(call, words):
    """Never a traceback."""
    code, said = call(*words)

    assert code == 4
    assert "chaos trading: " in said.splitlines()[-1]


def test_a_report_is_sent_in_short(call, journals, monkeypatch):
    """To the webhook, as text for a chat."""
    got = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self):
            got.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *args):
            return

    server = http.server.HTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    monkeypatch.setenv("CHAOS_ALERT_WEBHOOK", f"http://127.0.0.1:{server.server_port}/x")

    code, _ = call("report", "run", "run-bad", "--send")
    server.shutdown()
    server.server_close()

    assert code == 0
    assert got[0]["text"].startswith("*Run of rate_limit_storm*\nrate_limit_storm deviated")
