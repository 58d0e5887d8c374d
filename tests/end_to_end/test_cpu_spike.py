"""CPU time runs short in the trader's own group of half a core."""

import pytest
from system_runs import (
    QUICK,
    alone,
    groups_left,
    kill_while_pressing,
    level,
    needs_a_group,
    probed,
)

from chaostrading.core.seeds import Dice
from chaostrading.pressure import end_leftovers

pytestmark = [
    *(pytest.mark.slow, pytest.mark.end_to_end, pytest.mark.alone),
    pytest.mark.timeout(180),
]

TEST = "cpu_spike"


@pytest.fixture(autouse=True)
def room(chaos, monkeypatch):
    monkeypatch.setenv("CHAOS_HOME", chaos.environ["CHAOS_HOME"])
    needs_a_group()
    alone(chaos)


def test_the_default_trader_passes(chaos):
    """It sheds its polls, cancels as fast as ever, and is itself again at once."""
    run = chaos.run(TEST, *QUICK)

    assert (run.exit_code, run.outcome) == (0, "passed"), run.output
    reached = level(run)
    assert reached["limit_cores"] == 0.5
    assert "chaostrading-paper" in reached["limit_source"]
    assert abs(reached["median"] - 95) <= 2
    assert reached["least_percent"] == 90
    assert probed(chaos, "level-after") < 50
    assert run.block["recovery"]["seconds"] < 30
    assert "polling was shed" in run.finding("polling_is_shed")["observed"]
    assert chaos.processes() == []
    assert groups_left(chaos) == []


@pytest.mark.variants
def test_the_level_is_held_within_two_points(chaos):
    """90 % of the window; neighbours that take whole cores away are what it cannot help."""
    run = chaos.run(TEST, *QUICK)

    assert level(run)["share_within"] >= 0.9


@pytest.mark.parametrize(
    ("without", "checker", "words"),
    [
        ("resource_guards", "polling_is_shed", "polling was not shed"),
        pytest.param(
            "rate_governor",
            "polling_is_shed",
            "trading went on at",
            marks=pytest.mark.variants,
        ),
    ],
)
def test_without_a_defence_it_deviates(chaos, without, checker, words):
    """Without its resource guards it sheds no poll; without its rate governor it serves first who
    came first, so that orders and cancels wait behind the polls that it throttles."""
    run = chaos.run(TEST, *QUICK, CHAOS_PAPER_WITHOUT=without)

    assert (run.exit_code, run.outcome) == (1, "deviated"), run.output
    assert run.finding(checker)["answer"] == "broken"
    assert words in run.sentence


@pytest.mark.variants
@pytest.mark.parametrize("seed", ["8", "9"])
def test_other_seeds_pass(chaos, seed):
    """Not the luck of one seed."""
    run = chaos.run(TEST, *QUICK, CHAOS_SEED=seed)

    assert (run.exit_code, run.outcome) == (0, "passed"), run.output


@pytest.mark.variants
def test_a_level_that_is_never_reached_is_inconclusive(chaos):
    """Half a second is no time to look at a load."""

    def change(experiment):
        experiment["method"][1]["provider"]["arguments"]["duration_s"] = 0.5

    run = chaos.run(chaos.edited(TEST, change), *QUICK)

    assert (run.exit_code, run.outcome) == (1, "inconclusive"), run.output
    assert "the pressure was" in run.sentence


def test_a_killed_run_leaves_no_load_behind(chaos):
    """SIGKILL while it burns: nothing of it is there two seconds later."""
    assert kill_while_pressing(chaos, TEST, after_s=1.0) == []

    end_leftovers()
    assert groups_left(chaos) == []


@pytest.mark.variants
@pytest.mark.timeout(900)
def test_twenty_killed_runs_leave_nothing_behind(chaos):
    """At random moments of the load; the next start also removes the empty groups."""
    dice = Dice(2, "kill")
    for _ in range(20):
        assert kill_while_pressing(chaos, TEST, after_s=dice.uniform(0.0, 4.0)) == []

    assert len(groups_left(chaos)) <= 3
    end_leftovers()
    assert groups_left(chaos) == []
