"""The twelve tests are read from their experiments."""

import json

import pytest

from chaostrading.core.errors import InvalidInput
from chaostrading.suites import catalogue as rooms
from chaostrading.suites.catalogue import (
    NAMES,
    catalogue,
    experiment_path,
    load_test,
    read_test,
    suite_tests,
)


def test_a_test_is_read_with_all_its_fields(make_experiment):
    """The seed's fields, the bound of the recovery, and how it is judged."""
    path = make_experiment("rate_limit_storm", probability=0.5, duration=12_000, recovery=60)

    test = load_test(path)

    assert (test.name, test.enabled, test.probability) == ("rate_limit_storm", True, 0.5)
    assert (test.duration_ms, test.impact, test.category) == (12_000, "low", "exchange")
    assert test.recovery_s == 60.0
    assert test.expected == ("Exponential backoff",)
    assert test.judge["hits_min"] == 10
    assert test.path == path


def test_a_variant_is_judged_by_its_own_checkers(make_experiment):
    """What a variant does not say itself is as in the test."""
    test = load_test(make_experiment("rate_limit_storm"))

    assert test.judge_of("ban")["checkers"] == [{"name": "ban_never_reached"}]
    assert test.judge_of("ban")["hits_min"] == 10
    assert test.judge_of("storm")["checkers"] == [{"name": "backoff_grows", "limits": {}}]


@pytest.mark.parametrize(
    ("field", "value", "part"),
    [
        ("impact", "extreme", "test.impact: 'extreme' is not one of"),
        ("category", "weather", "test.category: 'weather' is not one of"),
        ("probability", 1.5, "test.probability: 1.5 is greater than the maximum of 1"),
        ("duration", 0, "test.duration: 0 is less than the minimum of 1"),
        ("duration", "20s", "test.duration: '20s' is not of type 'integer'"),
        ("enabled", "yes", "test.enabled: 'yes' is not of type 'boolean'"),
        ("recovery", 0, "test.recovery: 0 is less than or equal to the minimum of 0"),
        ("colour", "red", "('colour' was unexpected)"),
    ],
)
def test_a_wrong_field_is_refused_with_file_field_rule_and_value(
    make_experiment, field, value, part
):
    """A typing error in an experiment is found before anything runs."""
    path = make_experiment("rate_limit_storm", **{field: value})

    with pytest.raises(InvalidInput) as refusal:
        load_test(path)

    assert str(path) in str(refusal.value)
    assert part in str(refusal.value)


@pytest.mark.parametrize(
    ("extensions", "count"),
    [(None, 0), ([{"name": "other"}], 0), ([{"name": "chaostrading"}] * 2, 2)],
)
def test_an_experiment_has_exactly_one_block(extensions, count):
    """None is no test of ours, two are a contradiction."""
    with pytest.raises(InvalidInput, match=f"one block named chaostrading, had {count}"):
        read_test({"title": "x", "extensions": extensions})


def test_a_judge_without_checkers_is_refused(make_block):
    """A test that checks nothing would pass everything."""
    empty = make_block()
    empty["judge"]["checkers"] = []

    with pytest.raises(InvalidInput, match=r"judge\.checkers"):
        read_test({"extensions": [empty]})


def test_the_catalogue_keeps_the_order_of_the_procedures(experiments):
    """People look for the tests where the procedures have them."""
    tests, missing = catalogue(experiments)

    assert [test.name for test in tests] == list(NAMES)
    assert missing == []


def test_one_broken_experiment_does_not_hide_the_others(experiments):
    """What is missing is said by name and reason."""
    (experiments / "cpu_spike.json").write_text("{")
    (experiments / "trade_storm.json").unlink()
    (experiments / "exchange_timeout.json").write_text(
        (experiments / "rate_limit_storm.json").read_text()
    )

    tests, missing = catalogue(experiments)

    assert len(tests) == 9
    assert [one.name for one in missing] == ["exchange_timeout", "cpu_spike", "trade_storm"]
    assert "test.name must be exchange_timeout" in missing[0].why
    assert "must be JSON" in missing[1].why
    assert "must be a readable file" in missing[2].why


@pytest.mark.parametrize(
    ("suite", "names"),
    [
        (
            "daily",
            "websocket_disconnect rate_limit_storm stale_price_data corrupted_market_data",
        ),
        (
            "weekly",
            "websocket_disconnect rate_limit_storm stale_price_data corrupted_market_data "
            "network_latency_spike exchange_timeout partial_exchange_failure "
            "position_sizing_failure",
        ),
        (
            "monthly",
            "websocket_disconnect rate_limit_storm stale_price_data corrupted_market_data "
            "network_latency_spike exchange_timeout partial_exchange_failure "
            "position_sizing_failure memory_pressure cpu_spike trade_storm risk_engine_bypass",
        ),
    ],
)
def test_suites_are_cumulative_and_gentle_tests_come_first(experiments, suite, names):
    """Gradual escalation is the order of the suite itself."""
    tests, _ = catalogue(experiments)

    assert [test.name for test in suite_tests(suite, tests)] == names.split()


def test_all_is_everything(experiments):
    """`all` has the same twelve as `monthly`."""
    tests, _ = catalogue(experiments)

    assert suite_tests("all", tests) == suite_tests("monthly", tests)


def test_an_unknown_suite_lists_the_known_ones():
    """A typing error must not run an empty suite."""
    with pytest.raises(InvalidInput, match=r"unknown suite 'dayly', did you mean daily\?"):
        suite_tests("dayly", [])


def test_an_unknown_test_lists_the_known_ones():
    """The nearest name is named."""
    with pytest.raises(InvalidInput, match=r"did you mean cpu_spike\?"):
        experiment_path("cpu_spik")


def test_the_experiments_of_a_wheel_come_before_those_of_a_checkout(tmp_path, monkeypatch):
    """An installed package brings its own."""
    package = tmp_path / "site" / "chaostrading"
    (package / "experiments").mkdir(parents=True)
    (package.parent / "experiments").mkdir()
    (package / "experiments" / "cpu_spike.json").write_text("{}")
    monkeypatch.setattr(rooms, "files", lambda _: package)

    assert experiment_path("cpu_spike") == package / "experiments" / "cpu_spike.json"

    (package / "experiments" / "cpu_spike.json").unlink()
    with pytest.raises(InvalidInput, match="must exist, was not found"):
        experiment_path("cpu_spike")


def test_every_experiment_of_this_repository_carries_a_right_block():
    """What ships is what the schema says."""
    folder = rooms.experiments_folder()
    shipped = sorted(path for path in folder.glob("*.json") if path.stem in NAMES)

    assert [load_test(path).name for path in shipped] == [path.stem for path in shipped]
    assert shipped != []


def test_the_journal_schema_takes_a_right_block_and_refuses_a_wrong_outcome():
    """The verdict's words are a closed set."""
    import jsonschema

    row = {
        "test": "cpu_spike",
        "verdict": {"outcome": "passed", "conclusive": True, "sentence": "cpu_spike passed"},
        "recovery": {"seconds": 1.2, "bound_s": 30, "censored": False, "error_bar_s": 0.25},
        "findings": [],
        "fault": {"lease": "a", "hits": 3, "first_hit": 1.0, "last_hit": 2.0, "unmatched": {}},
        "timeline": [],
        "alerts": [],
        "attestation": {"target": "paper"},
        "versions": {"chaostrading": "0.1.0"},
        "seed": 7,
        "variant": "",
    }
    validator = jsonschema.Draft202012Validator(rooms.schema("journal"))
    validator.validate(row)

    wrong = json.loads(json.dumps(row))
    wrong["verdict"]["outcome"] = "green"
    with pytest.raises(jsonschema.ValidationError, match="'green' is not one of"):
        validator.validate(wrong)
