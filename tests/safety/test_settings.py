"""The table of the variables, and what is refused."""

import re
from pathlib import Path

import pytest

from chaostrading.core.errors import InvalidInput
from chaostrading.safety.settings import Settings, unknown_variables

ROOT = Path(__file__).resolve().parents[2]
NAME = re.compile(r"\bCHAOS_[A-Z]+(?:_[A-Z]+)*\b(?!_)")


def test_the_paper_stack_is_open_by_default():
    """On the paper stack everything may run without a single variable."""
    settings = Settings.load({}, paper_stack=True)

    assert settings.trading_mode == "paper"
    assert settings.enabled is True
    assert settings.impact_level == "critical"
    assert settings.probability == 1.0
    assert settings.max_duration_ms is None
    assert settings.escalation_days == 0


def test_any_other_target_is_closed_by_default():
    """Without variables the seed's own careful values hold."""
    settings = Settings.load({}, paper_stack=False)

    assert settings.trading_mode == ""
    assert settings.enabled is False
    assert settings.impact_level == "medium"
    assert settings.probability == 0.01
    assert settings.max_duration_ms == 60_000
    assert settings.escalation_days == 30


@pytest.mark.parametrize("paper_stack", [True, False])
def test_a_variable_that_is_set_wins_everywhere(paper_stack):
    """The paper stack does not loosen what the user has set."""
    environ = {
        "TRADING_MODE": "live",
        "CHAOS_ENABLED": "false",
        "CHAOS_IMPACT_LEVEL": "low",
        "CHAOS_PROBABILITY": "0.5",
        "CHAOS_MAX_DURATION": "1000",
        "CHAOS_APPROVED_BY": "Ada",
        "CHAOS_ESCALATION_DAYS": "7",
        "CHAOS_BLACKOUT": "mon-fri 14:25-14:35 Europe/Berlin",
    }

    settings = Settings.load(environ, paper_stack=paper_stack)

    assert settings.trading_mode == "live"
    assert settings.enabled is False
    assert settings.impact_level == "low"
    assert settings.probability == 0.5
    assert settings.max_duration_ms == 1000
    assert settings.approved_by == "Ada"
    assert settings.escalation_days == 7
    assert settings.blackouts[0].zone == "Europe/Berlin"


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("CHAOS_ENABLED", "maybe", "CHAOS_ENABLED must be true or false, was 'maybe'"),
        ("CHAOS_ENABLED", "", "CHAOS_ENABLED must be true or false, was ''"),
        (
            "CHAOS_IMPACT_LEVEL",
            "extreme",
            "CHAOS_IMPACT_LEVEL must be one of low, medium, high, critical, was 'extreme'",
        ),
        ("CHAOS_PROBABILITY", "1.5", "CHAOS_PROBABILITY must be a number within 0..1, was '1.5'"),
        ("CHAOS_PROBABILITY", "nan", "CHAOS_PROBABILITY must be a number within 0..1, was 'nan'"),
        ("CHAOS_PROBABILITY", "1%", "CHAOS_PROBABILITY must be a number within 0..1, was '1%'"),
        (
            "CHAOS_MAX_DURATION",
            "60s",
            "CHAOS_MAX_DURATION must be a whole number of milliseconds, at least 1, was '60s'",
        ),
        (
            "CHAOS_MAX_DURATION",
            "0",
            "CHAOS_MAX_DURATION must be a whole number of milliseconds, at least 1, was '0'",
        ),
        (
            "CHAOS_ESCALATION_DAYS",
            "-1",
            "CHAOS_ESCALATION_DAYS must be a whole number of days, at least 0, was '-1'",
        ),
        (
            "CHAOS_BLACKOUT",
            "weekends",
            "CHAOS_BLACKOUT must be windows like `mon-fri 14:25-14:35 Europe/Berlin`,"
            " separated by `;`, was 'weekends'",
        ),
    ],
)
def test_a_bad_value_is_refused_with_variable_rule_and_value(name, value, sentence):
    """A limit that cannot be read is not the same as no limit."""
    with pytest.raises(InvalidInput) as refusal:
        Settings.load({name: value}, paper_stack=True)

    assert str(refusal.value) == sentence


@pytest.mark.parametrize(
    ("word", "meant"), [("true", True), ("1", True), ("ON", True), ("no", False), ("0", False)]
)
def test_the_usual_words_for_yes_and_no_are_read(word, meant):
    """Shells and compose files write flags in several ways."""
    assert Settings.load({"CHAOS_ENABLED": word}, paper_stack=False).enabled is meant


def test_the_cap_shortens_a_fault_and_never_lengthens_it():
    """CHAOS_MAX_DURATION is an upper bound in milliseconds."""
    settings = Settings.load({"CHAOS_MAX_DURATION": "5000"}, paper_stack=True)

    assert settings.capped_ms(9_000) == 5_000
    assert settings.capped_ms(1_000) == 1_000


def test_a_mistyped_variable_is_warned_of_with_the_nearest_name():
    """A mistyped limit would be no limit at all."""
    environ = {
        "CHAOS_IMPACT_LEVL": "low",
        "CHAOS_TARGET_ULR": "http://127.0.0.1:1",
        "TRADING_MOD": "paper",
        "PATH": "/bin",
    }

    warnings = unknown_variables(environ)

    assert warnings == [
        "CHAOS_IMPACT_LEVL is set but nothing reads it, did you mean CHAOS_IMPACT_LEVEL?",
        "CHAOS_TARGET_ULR is set but nothing reads it, did you mean CHAOS_TARGET_URL?",
        "TRADING_MOD is set but nothing reads it, did you mean TRADING_MODE?",
    ]


@pytest.mark.parametrize(
    "name",
    [
        "TRADING_MODE",
        "CHAOS_ENABLED",
        "CHAOS_SEED",
        "CHAOS_TARGET",
        "CHAOS_TARGET_URL",
        "CHAOS_PAPER_WITHOUT",
        "CHAOS_PROXY_ADMIN",
        "CHAOS_SCOPE_PATH",
        "CHAOS_RUN_ID",
        "CHAOSTOOLKIT_RUN",
    ],
)
def test_a_known_variable_is_not_warned_of(name):
    """Families of variables belong to other rooms, and CHAOSTOOLKIT_* to the host."""
    assert unknown_variables({name: "x"}) == []


def test_every_variable_that_is_read_is_known_and_in_the_manual():
    """A name that one place knows and another does not would be warned about, or never found."""
    files = [*(ROOT / "chaostrading").rglob("*.py"), *(ROOT / "experiments").glob("*.json")]
    read = {name for file in files for name in NAME.findall(file.read_text())}
    manual = set(NAME.findall((ROOT / "docs" / "settings.md").read_text()))

    assert read == manual
    assert unknown_variables(dict.fromkeys(read, "x")) == []
