"""The dashboard and the rules ask only for what the service really exports."""

import json
import re
from importlib.resources import files

import pytest
import yaml

from chaostrading.core.clock import ManualClock
from chaostrading.reports.metrics import known_names

metrics = pytest.importorskip("chaostrading.service.metrics")

FOLDER = files("chaostrading.reports").joinpath("grafana")


class NoRuns:
    """A service in which nothing has run yet still names all it exports."""

    def rows(self):
        return []

    def live(self):
        return []


def exported():
    """Every name in the exposition: histograms with their parts."""
    text = metrics.exposition(NoRuns(), NoRuns(), metrics.Calls(), ManualClock()).decode()
    names = set()
    for name, kind in re.findall(r"^# TYPE (\S+) (\S+)$", text, re.MULTILINE):
        ends = ("_bucket", "_sum", "_count") if kind == "histogram" else ("",)
        names |= {name + end for end in ends}
    return names


def expressions():
    dashboard = json.loads(FOLDER.joinpath("dashboard.json").read_text("utf-8"))
    found = [target["expr"] for panel in dashboard["panels"] for target in panel.get("targets", [])]
    found += [one["expr"] for one in dashboard["annotations"]["list"]]
    found += [one["query"] for one in dashboard["templating"]["list"] if one["type"] == "query"]
    rules = yaml.safe_load(FOLDER.joinpath("rules.yml").read_text("utf-8"))
    return found + [rule["expr"] for group in rules["groups"] for rule in group["rules"]]


@pytest.mark.parametrize("expression", expressions())
def test_an_expression_names_only_what_is_exported(expression, chaos_home):
    """A misspelt name draws an empty panel and never alerts."""
    bare = re.sub(r'"[^"]*"', "", expression)

    names = set(re.findall(r"chaostrading_\w+", bare))
    assert names
    assert names <= exported()


@pytest.mark.parametrize("expression", expressions())
def test_a_live_number_is_one_that_a_sample_carries(expression):
    """`chaostrading_live` has the sample's own names as a label."""
    for asked in re.findall(r'[{,]name=~?"([^"]*)"', expression):
        for name in asked.replace("\\\\.", ".").replace("\\.", ".").split("|"):
            known = known_names()
            star = [one[:-1] for one in known if one.endswith("*")]
            assert name in known or name.startswith(tuple(star))


def test_the_labels_are_those_of_the_exporter():
    """Read from the source of the exporter: every label in use stands in it."""
    source = files("chaostrading.service").joinpath("metrics.py").read_text("utf-8")

    used = {
        label for expression in expressions() for label in re.findall(r"(\w+)=~?\"", expression)
    }
    assert used
    assert {label for label in used if f'"{label}"' not in source} == set()


def test_the_rules_have_both_severities_and_say_what_is_wrong():
    """Critical and warning, each with a summary."""
    rules = yaml.safe_load(FOLDER.joinpath("rules.yml").read_text("utf-8"))["groups"][0]["rules"]

    assert {rule["labels"]["severity"] for rule in rules} == {"critical", "warning"}
    assert all(rule["annotations"]["summary"] for rule in rules)
    assert len({rule["alert"] for rule in rules}) == len(rules)


def test_the_panels_do_not_lie_on_each_other():
    """Grafana would move them about."""
    panels = json.loads(FOLDER.joinpath("dashboard.json").read_text("utf-8"))["panels"]
    cells = [
        (panel["gridPos"]["x"] + x, panel["gridPos"]["y"] + y)
        for panel in panels
        for x in range(panel["gridPos"]["w"])
        for y in range(panel["gridPos"]["h"])
    ]

    assert len(cells) == len(set(cells))
    assert max(x for x, _ in cells) < 24
