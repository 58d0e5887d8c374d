"""The main job: a storm of 429 between the paper trader and the paper exchange."""

import signal
import subprocess
import time

import pytest

pytestmark = [pytest.mark.slow, pytest.mark.end_to_end, pytest.mark.timeout(180)]

TEST = "rate_limit_storm"
QUICK = ("--var", "quick:bool=true")
VARIANTS = [
    "retry_after_absent",
    "retry_after_date",
    "html_body",
    "ban_escalation",
    "orders_only",
]


def test_the_default_trader_passes(chaos):
    """It waits as long as it is told, and trades again soon after."""
    run = chaos.run(TEST)

    assert (run.exit_code, run.outcome) == (0, "passed"), run.output
    assert run.block["fault"][0]["hits"] >= 10
    assert run.block["recovery"]["seconds"] < 60
    assert "journal " in run.output
    assert chaos.processes() == []


def test_without_its_rate_governor_it_deviates(chaos):
    """The finding counts the requests in the forbidden window and shows three of them."""
    run = chaos.run(TEST, CHAOS_PAPER_WITHOUT="rate_governor")

    finding = run.finding("no_requests_while_forbidden")
    assert (run.exit_code, run.outcome) == (1, "deviated"), run.output
    assert finding["answer"] == "broken"
    assert len(finding["evidence"]) >= 3
    assert finding["observed"] in run.sentence


def test_a_scope_that_matches_nothing_is_inconclusive(chaos):
    """Nothing was hit, so nothing was proven, and the reader is told which paths there were."""
    run = chaos.run(TEST, CHAOS_SCOPE_PATH="/api/v9/*")

    assert (run.exit_code, run.outcome) == (1, "inconclusive"), run.output
    assert "the fault hit nothing" in run.sentence
    assert "/api/v3/account" in run.sentence


@pytest.mark.parametrize(
    ("environ", "words"),
    [
        ({"CHAOS_ENABLED": "false"}, "CHAOS_ENABLED must be true, was false"),
        ({"TRADING_MODE": "live"}, "TRADING_MODE must be paper, was 'live'"),
        ({"CHAOS_IMPACT_LEVEL": "none-such"}, "CHAOS_IMPACT_LEVEL must be one of"),
        ({"CHAOS_PAPER_WITHOUT": "rate_governer"}, "rate_governor"),
        ({"CHAOS_SEED": "x"}, "CHAOS_SEED"),
    ],
)
def test_what_is_not_allowed_is_refused_in_one_sentence(chaos, environ, words):
    """Nothing was started, nothing was touched."""
    run = chaos.run(TEST, **environ)

    assert run.exit_code == 1
    assert words in run.sentence
    assert run.block["verdict"]["refused"]
    assert run.block["fault"] == []


@pytest.mark.parametrize("missing", ["left out", "mistyped"])
def test_without_the_guard_nothing_is_injected(chaos, missing):
    """Chaos Toolkit ignores a control that it cannot find; the actions do not."""

    def change(experiment):
        guard = experiment["controls"][1]
        assert guard["name"] == "guard"
        if missing == "left out":
            experiment["controls"].remove(guard)
        else:
            guard["provider"]["module"] = "chaostrading.controls.gaurd"

    run = chaos.run(chaos.edited(TEST, change))

    assert run.exit_code == 1
    assert "guard has not armed this run" in run.output
    assert run.block["fault"] == []


def test_a_killed_run_leaves_no_process_behind(chaos):
    """SIGKILL in mid-storm: the kernel closes the pipe, and the stack ends with it."""
    path = chaos.edited(TEST, lambda _: None)
    process = subprocess.Popen(
        chaos.command(path),
        cwd=chaos.folder,
        env=chaos.environ,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    with process:
        for line in process.stdout:
            if "Action: hold" in line:
                break
        assert len(chaos.processes()) >= 4

        process.send_signal(signal.SIGKILL)

    deadline = time.monotonic() + 5
    while chaos.processes() and time.monotonic() < deadline:
        time.sleep(0.1)
    assert chaos.processes() == []


@pytest.mark.variants
@pytest.mark.parametrize("variant", VARIANTS)
def test_each_variant_passes(chaos, variant):
    """However the exchange says that it is enough, and to whom."""
    run = chaos.run(TEST, *QUICK, "--var", f"variant={variant}")

    assert (run.exit_code, run.outcome) == (0, "passed"), run.output
    assert run.block["recovery"]["seconds"] < 60


@pytest.mark.variants
@pytest.mark.parametrize("variant", VARIANTS)
def test_without_its_rate_governor_each_variant_deviates(chaos, variant):
    """Requests fall into the forbidden window, in whatever words it was told."""
    run = chaos.run(
        TEST, *QUICK, "--var", f"variant={variant}", CHAOS_PAPER_WITHOUT="rate_governor"
    )

    assert (run.exit_code, run.outcome) == (1, "deviated"), run.output
    assert run.finding("no_requests_while_forbidden")["answer"] == "broken"


@pytest.mark.variants
def test_who_does_not_wait_is_banned(chaos):
    """One request too many, and the address gets 418."""
    run = chaos.run(
        TEST, *QUICK, "--var", "variant=ban_escalation", CHAOS_PAPER_WITHOUT="rate_governor"
    )

    finding = run.finding("ban_never_reached")
    assert finding["answer"] == "broken"
    assert "the address was banned" in finding["observed"]
