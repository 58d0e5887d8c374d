"""README, JSON schema and registry tell the same story about the faults."""

import re
from pathlib import Path

import jsonschema
import pytest

from chaostrading.faults import registry

README = Path(__file__).resolve().parents[1] / "README.md"


def table():
    """The table as the registry would write it."""
    rows = sorted(registry.catalogue(), key=lambda row: (row["catalogue"], row["name"]))
    lines = ["| no. | fault | category | what it does on the wire |", "|---|---|---|---|"]
    for row in rows:
        summary = row["summary"].rstrip(".")
        lines.append(f"| {row['catalogue']} | `{row['name']}` | {row['category']} | {summary} |")
    return "\n".join(lines)


def test_the_readme_lists_the_faults_of_the_registry():
    """Print `table()` into the README when a fault was added."""
    text = README.read_text()
    found = re.search(r"<!-- faults -->\n(.*?)\n<!-- /faults -->", text, re.DOTALL)

    assert found is not None
    assert found[1].strip() == table()


def test_the_schema_knows_the_faults_of_the_registry():
    """One definition a fault, one property a parameter, and the defaults are valid."""
    schema = registry.parameter_schema()

    names = {row["name"] for row in registry.catalogue()}
    assert set(schema["$defs"]) == names
    for row in registry.catalogue():
        definition = schema["$defs"][row["name"]]
        assert set(definition["properties"]) == {item["name"] for item in row["parameters"]}
        jsonschema.validate(
            {item["name"]: item["default"] for item in row["parameters"]}, definition
        )


@pytest.mark.parametrize("row", registry.catalogue(), ids=lambda row: row["name"])
def test_each_parameter_is_explained(row):
    """The catalogue of the admin API is the reference of the faults."""
    assert row["summary"]
    for parameter in row["parameters"]:
        assert len(parameter["doc"]) > 10, parameter["name"]
