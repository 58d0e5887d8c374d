"""The calls of the API: who may, what they do, what they are refused with."""

import json
from pathlib import Path

import pytest

from chaostrading.core import home
from chaostrading.safety import lever
from chaostrading.safety.audit import read_audit
from chaostrading.service.app import create_app

RUN = {"test": "rate_limit_storm"}
ADMIN, OPERATOR, VIEWER = (
    f"the-{role}-token-of-the-tests" for role in ("admin", "operator", "viewer")
)
ELSEWHERE = "192.0.2.7"


# --- who may ------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("token", "enable", "run", "read", "stop"),
    [
        (ADMIN, 200, 404, 200, 200),
        (OPERATOR, 403, 404, 200, 200),
        (VIEWER, 403, 403, 200, 200),
        ("wrong", 401, 401, 401, 401),
        ("", 401, 401, 401, 401),
    ],
)
def test_each_role_may_what_is_its_own(make, call, token, enable, run, read, stop):
    """From elsewhere; an unknown test tells that the call got through."""
    client = call(make(), token, ELSEWHERE)

    assert client.get("/api/chaos/status").status == read
    assert client.post("/api/chaos/run", {"test": "x"}).status == run
    assert client.post("/api/chaos/enable").status == enable
    assert client.post("/api/chaos/disable").status == stop
    assert lever.read().engaged is (stop == 200)


def test_a_call_without_a_token_has_no_effect_and_says_what_is_needed(make, call):
    """The answer names the scheme, as HTTP wants it."""
    reply = call(make(), "", ELSEWHERE).post("/api/chaos/run", RUN)

    assert reply.status == 401
    assert reply.json() == {"error": "a bearer token is needed: Authorization: Bearer TOKEN"}
    assert reply.headers["www-authenticate"] == "Bearer"
    assert not home.evidence().exists()


@pytest.mark.parametrize("token", ["", "wrong"])
def test_from_this_machine_anybody_may_stop(make, call, token):
    """Nobody looks for a token while something burns; a mistyped one is no obstacle."""
    reply = call(make(), token).post("/api/chaos/disable")

    assert reply.status == 200
    assert lever.read().engaged


def test_without_tokens_this_machine_may_run_but_not_enable(make, call):
    """What may be enabled again must be somebody's decision; the answer says where the token is."""
    parts = make({})
    client = call(parts)

    assert client.get("/api/chaos/status").status == 200
    assert client.post("/api/chaos/run", {"test": "x"}).status == 404
    reply = client.post("/api/chaos/enable")
    assert reply.status == 401
    assert str(home.home() / "admin-token") in reply.json()["error"]
    token = (home.home() / "admin-token").read_text().strip()
    assert call(parts, token).post("/api/chaos/enable").status == 200


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "https://evil.example"},
        {"origin": "null"},
        {"origin": "http://["},
        {"origin": "http://127.0.0.1:9999"},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
    ],
)
@pytest.mark.parametrize("token", ["", ADMIN])
def test_another_sites_page_may_nothing(make, call, headers, token):
    """Not even stop, and not with a token."""
    client = call(make({} if not token else None), token, **headers)

    for reply in (
        client.get("/api/chaos/status"),
        client.post("/api/chaos/run", RUN),
        client.post("/api/chaos/disable"),
    ):
        assert reply.status == 403
    assert not lever.read().engaged


def test_the_services_own_page_may_call(make, call):
    """A browser says so with the same host and port."""
    client = call(make({}), origin="http://127.0.0.1:8470", **{"sec-fetch-site": "same-origin"})

    assert client.get("/api/chaos/status").status == 200


def test_a_page_that_bound_its_name_to_loopback_is_nobody(make, call):
    """DNS rebinding: the Host is the page's, so loopback does not count."""
    client = call(make({}), host="evil.example:8470")

    assert client.get("/api/chaos/status").status == 401
    assert client.post("/api/chaos/disable").status == 401


def test_guessing_tokens_is_slowed_down(make, call):
    """Ten at once, then one in five seconds; the refusals are not written down for ever."""
    client = call(make(), "guess", ELSEWHERE)

    codes = [client.get("/api/chaos/status").status for _ in range(12)]

    assert codes == [401] * 10 + [429] * 2
    assert len(read_audit(1_000)) == 10


def test_acts_have_a_rate_but_stopping_has_none(make, admin, clock):
    """The 21st act in a row waits; the lever never does."""
    client = admin(make(clock=clock))
    codes = [client.post("/api/chaos/run", {"test": "x"}).status for _ in range(21)]

    assert codes == [404] * 20 + [429]
    assert client.post("/api/chaos/disable").status == 200
    assert lever.read().engaged


def test_stopping_again_and_again_is_answered_but_not_written_down_each_time(make, call, clock):
    """Nobody fills the disk with it."""
    client = call(make(clock=clock), "")

    codes = {client.post("/api/chaos/disable").status for _ in range(40)}

    assert codes == {200}
    assert [row["event"] for row in read_audit(1_000)] == ["lever_engaged"] * 11


# --- the procedures' calls ----------------------------------------------------------------------
def test_enable_releases_the_lever_and_says_who_and_why(make, admin):
    """Without a body, as the procedures call it."""
    lever.engage("a test")
    reply = admin(make()).post("/api/chaos/enable")

    assert reply.json()["sentence"] == "the lever is released"
    line = next(row for row in read_audit() if row["event"] == "lever_released")
    assert line["by"] == "admin token from 127.0.0.1"
    assert line["detail"] == "enabled through the control API"


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (None, "disabled through the control API"),
        ({"reason": "the desk asked"}, "the desk asked"),
        (b"nonsense", "disabled through the control API"),
        ({"reason": ""}, "disabled through the control API"),
        ([1], "disabled through the control API"),
    ],
)
def test_disable_engages_the_lever_whatever_its_body(make, call, body, reason):
    """A stop does not fail for the sake of its reason."""
    assert call(make(), "").post("/api/chaos/disable", body).json()["reason"] == reason


def test_disable_stops_even_if_the_lever_cannot_be_written(make, admin, monkeypatch):
    """The runs of the service end, and the answer says what is wrong."""

    def full(*args: object, **options: object) -> None:
        raise OSError("no space left on device")

    parts = make(seconds=30)
    client = admin(parts)
    client.post("/api/chaos/run", RUN)
    monkeypatch.setattr("chaostrading.safety.lever.engage", full)

    reply = client.post("/api/chaos/disable")

    assert reply.status == 503
    assert "no space left" in reply.json()["error"]
    assert parts.runs.must_stop()


@pytest.mark.slow
def test_a_run_is_accepted_watched_and_kept(make, admin, ended):
    """202 with its id and place; its row, its evidence and its journal are there afterwards."""
    parts = make()
    client = admin(parts)

    reply = client.post("/api/chaos/run", {**RUN, "seed": 42, "variant": "ban", "quick": True})

    assert reply.status == 202
    run_id = reply.json()["run_id"]
    assert reply.headers["location"] == f"/api/chaos/runs/{run_id}"
    row = ended(parts, run_id)
    assert (row["outcome"], row["seed"], row["by"]) == ("passed", 42, "admin token from 127.0.0.1")
    told = client.get(f"/api/chaos/runs/{run_id}").json()
    assert told["run"]["state"] == "finished"
    assert told["sample"]["values"]["orders_total"] == 7
    assert told["journal"]["variant"] == "ban"
    assert told["journal"]["environment"] == {"CHAOS_ENABLED": None, "ADMIN_TOKEN": None}
    assert [one["run_id"] for one in client.get("/api/chaos/runs").json()["runs"]] == [run_id]


@pytest.mark.slow
def test_events_tell_the_whole_run_in_order(make, admin, ended):
    """From its start over its faults to its verdict."""
    parts = make(seconds=0.5)

    ended(parts, admin(parts).post("/api/chaos/run", RUN).json()["run_id"])

    names = [event.name for event in parts.broker._kept]
    assert names[0] == "run_started"
    assert names[-1] == "run_finished"
    assert names.index("fault_armed") < names.index("fault_ended")
    assert "run_sample" in names


@pytest.mark.slow
def test_a_running_test_shows_its_numbers_to_prometheus(make, admin):
    """Readings of the clocks are left out; where the test is active can be shaded."""
    parts = make(seconds=30)
    client = admin(parts)
    client.post("/api/chaos/run", RUN)
    [live] = parts.runs.live()
    while not live.feed.sample:
        live.feed.look()

    text = client.get("/metrics").text

    name = 'chaostrading_live{experiment="rate_limit_storm",name='
    assert f'{name}"orders_total"}} 7.0' in text
    assert f'{name}"target.queue_depth"}} 2.0' in text
    assert "mono_s" not in text
    assert 'chaostrading_experiment_active{category="exchange"' in text


@pytest.mark.slow
def test_one_run_at_a_time_and_the_next_when_it_has_ended(make, admin, ended):
    """409 names what is on the target."""
    parts = make(seconds=0.5)
    client = admin(parts)
    first = client.post("/api/chaos/run", RUN)

    second = client.post("/api/chaos/run", RUN)

    assert second.status == 409
    assert second.json()["error"] == (
        "one run at a time: a run of rate_limit_storm is on the paper stack now"
    )
    ended(parts, first.json()["run_id"])
    assert client.post("/api/chaos/run", RUN).status == 202


@pytest.mark.slow
def test_asking_twice_with_one_key_starts_one_run(make, admin, ended):
    """Also after the run, and while the lever is engaged: it is the same answer."""
    parts = make()
    client = admin(parts)
    key = {"idempotency_key": "a-key"}
    first = client.post("/api/chaos/run", RUN, **key)
    ended(parts, first.json()["run_id"])
    lever.engage("x")

    again = client.post("/api/chaos/run", RUN, **key)

    assert (again.status, again.json()["replayed"]) == (202, True)
    assert again.json()["run_id"] == first.json()["run_id"]
    assert again.headers["location"] == first.headers["location"]
    other = client.post("/api/chaos/run", {**RUN, "quick": True}, **key)
    assert other.status == 422
    assert len(list(home.evidence().iterdir())) == 1


@pytest.mark.slow
def test_disable_stops_the_run_and_nothing_more_starts(make, admin, ended):
    """Its process has had the chance to play its rollbacks; the next run is refused with 423."""
    parts = make(seconds=30)
    client = admin(parts)
    run_id = client.post("/api/chaos/run", RUN).json()["run_id"]

    client.post("/api/chaos/disable")

    assert ended(parts, run_id)["outcome"] == "interrupted"
    refused = client.post("/api/chaos/run", RUN)
    assert refused.status == 423
    assert "the lever was engaged by admin token" in refused.json()["error"]
    client.post("/api/chaos/enable")
    assert client.get("/api/chaos/status").json()["enabled"] is True


def test_a_run_that_cannot_start_says_why_and_gives_the_target_back(make, admin):
    """503, and the next one is not told that the target is taken."""

    def broken(*args: object, **options: object) -> list[str]:
        raise OSError("no more processes")

    client = admin(make(command=broken))

    for _ in range(2):
        reply = client.post("/api/chaos/run", RUN)
        assert reply.status == 503
        assert "no more processes" in reply.json()["error"]


def test_an_unknown_test_is_404_with_the_known_names(make, admin):
    """The nearest is easily found in the list."""
    reply = admin(make()).post("/api/chaos/run", {"test": "websocket_disconect"})

    assert reply.status == 404
    assert "websocket_disconnect, network_latency_spike" in reply.json()["error"]


@pytest.mark.parametrize(
    ("environ", "error"),
    [
        ({"TRADING_MODE": "live"}, "TRADING_MODE must be paper, was 'live'"),
        ({"CHAOS_ENABLED": "false"}, "CHAOS_ENABLED must be true, was false; POST /api/chaos/en"),
        ({"CHAOS_ENABLED": "maybe"}, "CHAOS_ENABLED must be true or false, was 'maybe'"),
        ({"CHAOS_TARGET": "http"}, "TRADING_MODE must be paper, was not set"),
    ],
)
def test_what_is_not_on_paper_or_not_enabled_is_403(make, call, environ, error, tmp_path):
    """Nothing has been started."""
    if "CHAOS_TARGET" in environ:
        description = {
            "name": "bot", "url": "http://127.0.0.1:1",
            "mode": {"path": "/", "at": "mode", "paper": ["paper"]},
            "health": {"path": "/", "at": "ok", "healthy": [True]},
        }  # fmt: skip
        (tmp_path / "bot.json").write_text(json.dumps(description))
        environ = {**environ, "CHAOS_TARGET_FILE": str(tmp_path / "bot.json")}

    reply = call(make({**environ, "ADMIN_TOKEN": ADMIN}), ADMIN).post("/api/chaos/run", RUN)

    assert reply.status == 403
    assert error in reply.json()["error"]
    assert not home.evidence().exists()


@pytest.mark.parametrize(
    ("body", "error"),
    [
        ({}, "body.test: Field required"),
        ({"test": 1}, "body.test: Input should be a valid string"),
        ({**RUN, "quick": "yes"}, "body.quick: Input should be a valid boolean"),
        ({**RUN, "seed": -1}, "body.seed: Input should be greater than or equal to 0"),
        ({**RUN, "variant": "--var"}, "body.variant: String should match pattern"),
        ({**RUN, "more": 1}, "body.more: Extra inputs are not permitted"),
        (b"{", "body.1: JSON decode error"),
    ],
)
def test_a_body_that_cannot_be_right_is_422_in_one_sentence(make, admin, body, error):
    """Nothing of a body reaches a command line unchecked."""
    reply = admin(make()).post("/api/chaos/run", body)

    assert reply.status == 422
    assert reply.json()["error"].startswith(error)


def test_a_large_body_is_refused(make, admin):
    """By what it says, and by what it is."""
    client = admin(make())

    assert client.post("/api/chaos/run", RUN, content_length="70000").status == 413
    assert client.post("/api/chaos/run", RUN, content_length="\xb2").status == 413
    assert client.post("/api/chaos/run", b" " * 70_000).status in (400, 413)


# --- reading ------------------------------------------------------------------------------------
def test_health_needs_no_token_and_tells_no_secret(make, call):
    """As the procedures call it after a stop."""
    lever.engage("x")
    reply = call(make(), "", ELSEWHERE).get("/health")

    assert reply.json() == {"status": "ok", "enabled": False, "lever_engaged": True, "running": 0}


def test_tests_are_told_with_what_they_do(make, admin):
    """Those whose experiment is missing are told as well."""
    told = admin(make()).get("/api/chaos/tests").json()

    assert len(told["tests"]) + len(told["missing"]) == 12
    storm = next(one for one in told["tests"] if one["name"] == "rate_limit_storm")
    assert (storm["suite"], storm["impact"], storm["recovery_s"]) == ("daily", "low", 60.0)


@pytest.mark.parametrize("run_id", ["..", "%2e%2e%2fservice", "a/b", "nobody-knows-it", ".hidden"])
def test_a_run_that_is_none_is_not_found(make, admin, run_id):
    """No path can be made of an id."""
    home.home().mkdir(parents=True, exist_ok=True)
    Path(home.home() / "service.json").write_text('{"chaostrading": {"secret": 1}}')
    reply = admin(make()).get(f"/api/chaos/runs/{run_id}")

    assert reply.status in (404, 422)
    assert "secret" not in reply.text


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/api/chaos/run", 405),
        ("POST", "/api/chaos/status", 405),
        ("GET", "/api/chaos/none", 404),
        ("GET", "/api/chaos/runs?limit=0", 422),
        ("GET", "//api/chaos/status", 404),
        ("GET", "/static/../app.py", 404),
    ],
)
def test_every_refusal_is_one_sentence_of_json(make, admin, method, path, status):
    """Whoever refuses: the guard, the router or a route."""
    reply = admin(make()).send(method, path, None)

    assert reply.status == status
    assert list(reply.json()) == ["error"]


def test_an_error_of_our_own_is_500_without_its_details(make, admin, monkeypatch):
    """And the service goes on."""

    def broken(folder: object = None) -> None:
        raise RuntimeError("secret details")

    monkeypatch.setattr("chaostrading.service.reads.catalogue", broken)
    client = admin(make())

    reply = client.get("/api/chaos/tests")

    assert (reply.status, reply.json()) == (500, {"error": "the service failed: RuntimeError"})
    assert client.get("/health").status == 200


def test_pages_load_nothing_from_elsewhere(make, call):
    """The policy stands on every answer, and the API page keeps to it."""
    client = call(make(), "")

    reply = client.get("/docs")

    assert "default-src 'none'" in reply.headers["content-security-policy"]
    assert "unsafe" not in reply.headers["content-security-policy"]
    assert "<script" not in reply.text
    assert "<code>POST /api/chaos/run</code>" in reply.text
    assert client.get("/health").headers["cache-control"] == "no-store"


def test_the_openapi_document_has_every_call(make, call):
    """With the refusals and the bearer token."""
    document = call(make(), "").get("/openapi.json").json()

    assert {
        "/api/chaos/enable", "/api/chaos/disable", "/api/chaos/run", "/api/chaos/status",
        "/api/chaos/tests", "/api/chaos/runs", "/api/chaos/runs/{run_id}", "/api/chaos/events",
        "/health", "/metrics",
    } <= set(document["paths"])  # fmt: skip
    run = document["paths"]["/api/chaos/run"]["post"]
    assert {"202", "401", "403", "404", "409", "422", "423", "429"} <= set(run["responses"])
    assert run["security"] == [{"HTTPBearer": []}]
    stop = document["paths"]["/api/chaos/disable"]["post"]
    assert stop["security"] == [{"HTTPBearer": []}, {}]


def test_a_dashboard_is_served_file_by_file_when_there_is_one(make, call, tmp_path):
    """And nothing beside it."""
    static = tmp_path / "static"
    (static / "js").mkdir(parents=True)
    (static / "index.html").write_text("<h1>hello</h1>")
    (static / "js" / "app.js").write_text("1")
    (tmp_path / "secret").write_text("s")
    parts = make()
    client = call(parts)
    client.app = create_app(parts, static)

    assert client.get("/").text == "<h1>hello</h1>"
    assert client.get("/js/app.js").headers["content-type"].startswith("text/javascript")
    assert client.get("/../secret").status == 404
    assert client.get("/js/../../secret").status == 404


# --- the audit ----------------------------------------------------------------------------------
def test_acts_and_refusals_are_written_down_reads_are_not(make, call):
    """Who, from where, what, and how it ended; never a token."""
    parts = make()
    call(parts, VIEWER).get("/api/chaos/status")
    call(parts, VIEWER).post("/api/chaos/run", RUN)
    call(parts, "", ELSEWHERE).get("/api/chaos/status")

    lines = [(row["by"], row["detail"]) for row in read_audit()]

    assert lines == [
        ("viewer token from 127.0.0.1", "POST /api/chaos/run: 403"),
        ("somebody without a token from 192.0.2.7", "GET /api/chaos/status: 401"),
    ]
    assert VIEWER not in (home.home() / "audit.jsonl").read_text()


def test_a_run_that_cannot_be_written_down_does_not_happen(make, admin, monkeypatch):
    """503, and no process was started."""

    def full(*args: object, **options: object) -> None:
        raise OSError("no space left on device")

    monkeypatch.setattr("chaostrading.service.runs.append_audit", full)

    reply = admin(make()).post("/api/chaos/run", RUN)

    assert reply.status == 503
    assert not home.evidence().exists()
