"""Faults by name."""

import subprocess
import sys

import jsonschema
import pytest

from chaostrading.core.errors import InvalidInput
from chaostrading.faults import registry


@pytest.mark.parametrize(
    ("name", "parameters", "message"),
    [
        ("http_492", {}, "unknown fault 'http_492', did you mean http_429? (known: "),
        ("http_429", {"retry_aftr": "5"}, "unknown http_429 parameter 'retry_aftr', did you mean"),
        ("http_429", {"retry_after": 5}, "http_429: retry_after must be of type str, was 5"),
        ("http_429", {"requests": 1.5}, "http_429: requests must be of type int, was 1.5"),
        ("http_429", {"requests": True}, "http_429: requests must be of type int, was True"),
        ("http_429", {"window_s": "1"}, "http_429: window_s must be of type float, was '1'"),
        ("http_429", {"window_s": float("nan")}, "http_429: window_s must be finite, was nan"),
        ("clock_skew", {"reject": 1}, "clock_skew: reject must be of type bool, was 1"),
        (
            "schema_drift",
            {"changes": [1]},
            "schema_drift: changes must be of type list[str], was [1]",
        ),
    ],
)
def test_a_mistake_is_named_with_rule_and_value(name, parameters, message):
    """Unknown names list the known ones."""
    with pytest.raises(InvalidInput) as caught:
        registry.make(name, parameters)

    assert str(caught.value).startswith(message)


def test_integers_pass_for_floats_and_lists_for_tuples():
    """JSON knows neither difference."""
    limit = registry.make("http_429", {"window_s": 3})
    drift = registry.make("schema_drift", {"changes": ["extra_field"]})

    assert (limit.window_s, type(limit.window_s)) == (3.0, float)
    assert drift.changes == ("extra_field",)


def test_the_catalogue_describes_every_parameter():
    """Name, type, default and the text beneath the field."""
    described = {fault["name"]: fault for fault in registry.catalogue()}

    fault = described["late_response"]

    assert fault == {
        "name": "late_response",
        "catalogue": "F24",
        "category": "exchange",
        "summary": "Deliver answers just after the client's timeout, when its retry is already "
        "under way.",
        "parameters": [
            {
                "name": "delay_s",
                "type": "float",
                "default": 10.4,
                "doc": "Seconds from the answer's arrival, 0.01..300: the client's timeout and a "
                "little.",
            }
        ],
    }


def test_the_schema_accepts_what_a_fault_accepts_and_refuses_wrong_types():
    """For editors and for the check of experiments."""
    validator = jsonschema.Draft202012Validator(registry.parameter_schema())

    assert validator.is_valid({"fault": "http_429", "parameters": {"retry_after": "5"}})
    assert validator.is_valid({"fault": "schema_drift", "parameters": {"changes": ["x"]}})
    assert not validator.is_valid({"fault": "http_429", "parameters": {"retry_after": 5}})
    assert not validator.is_valid({"fault": "http_429", "parameters": {"retryafter": "5"}})
    assert not validator.is_valid({"fault": "http_492"})


def test_two_modules_cannot_take_one_name():
    """The later one is refused."""

    class Impostor(registry.registered()["http_429"]):
        name = "http_429"

    with pytest.raises(ValueError, match="http_429 is registered by"):
        registry.register(Impostor)


@pytest.mark.slow
def test_importing_the_base_loads_no_fault():
    """The proxy's link and the checkers need the words only."""
    code = (
        "import sys, chaostrading.faults.base; print('chaostrading.faults.http_429' in sys.modules)"
    )

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "False"
