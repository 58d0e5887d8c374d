"""The package as Chaos Toolkit and a user meet it."""

import inspect
import json
import subprocess
import sys
from importlib import metadata, resources
from pathlib import Path

import pytest

import chaostrading
from chaostrading.suites.catalogue import NAMES, experiment_path

ROOT = Path(__file__).resolve().parents[1]
LIGHT = ("chaoslib", "requests", "rich", "aiohttp", "jsonschema", "httptools", "fastapi")


def chaos(*arguments, cwd=None):
    head = [sys.executable, "-m", "chaostoolkit", "--no-version-check", "--no-log-file"]
    return subprocess.run(
        [*head, *arguments], cwd=cwd, capture_output=True, text=True, timeout=60, check=False
    )


def is_installed():
    """Whether the package is installed as users install it: only then it can be discovered."""
    files = metadata.files("chaostoolkit-trading") or []
    return any(file.suffix == ".py" and "/" in str(file) for file in files)


@pytest.mark.slow
def test_the_command_group_imports_nothing_heavy():
    """It is loaded at every `chaos` call."""
    code = f"import sys, chaostrading.cli; print([n for n in {LIGHT} if n in sys.modules])"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT
    )

    assert done.stdout.strip() == "[]"


@pytest.mark.slow
@pytest.mark.parametrize("arguments", [["--help"], ["trading", "--help"], ["trading", "list"]])
def test_a_command_helps_and_exits_0(arguments):
    """No warning about a plugin that could not be loaded."""
    done = chaos(*arguments)

    assert done.returncode == 0
    assert "could not load plugin" not in done.stdout + done.stderr
    assert "trading" in done.stdout or "websocket_disconnect" in done.stdout


@pytest.mark.slow
def test_info_extensions_lists_the_pack():
    """The listing crashes on distributions with an author's e-mail only; ours has a name."""
    done = chaos("info", "extensions")

    assert done.returncode == 0
    assert "chaostoolkit-trading" in done.stdout


@pytest.mark.slow
@pytest.mark.skipif(not is_installed(), reason="an editable install has no modules to discover by")
def test_discover_finds_every_activity_with_types_and_manual(tmp_path):
    """What `chaos discover --no-install chaostoolkit-trading` writes is the user's reference."""
    path = tmp_path / "discovery.json"

    done = chaos("discover", "--no-install", "--discovery-path", str(path), "chaostoolkit-trading")

    assert done.returncode == 0, done.stderr
    found = json.loads(path.read_text())
    assert found["extension"]["name"] == "chaostoolkit-trading"
    assert_documented(found["activities"])


def test_the_package_discovers_its_activities():
    """The same list without the command."""
    found = chaostrading.discover()

    assert_documented(found["activities"])


def assert_documented(activities):
    names = {(one["mod"], one["name"]) for one in activities}
    assert ("chaostrading.actions.exchange", "rate_limit_storm") in names
    assert ("chaostrading.probes.run", "recovery_seconds") in names
    kinds = {one["type"] for one in activities if ".probes." in one["mod"]}
    assert kinds == {"probe"}
    for one in activities:
        assert len(one["doc"]) > 40, one["name"]
        untyped = [item["name"] for item in one["arguments"] if item.get("type") == "object"]
        assert untyped == [], one["name"]


@pytest.mark.parametrize("name", NAMES)
def test_each_experiment_is_found_by_name(name):
    """From a checkout and from an installed package alike."""
    assert json.loads(experiment_path(name).read_text())["title"]


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
def test_each_experiment_is_valid(name, tmp_path):
    """`chaos validate` imports every module and binds every argument."""
    done = chaos("validate", str(experiment_path(name)), cwd=tmp_path)

    assert done.returncode == 0, done.stdout + done.stderr
    assert "WARNING" not in done.stdout + done.stderr


def test_every_activity_is_plain():
    """No keyword-only parameter, which discovery would drop, and no future import."""
    for one in chaostrading.discover()["activities"]:
        module = sys.modules[one["mod"]]
        function = getattr(module, one["name"])
        kinds = {item.kind for item in inspect.signature(function).parameters.values()}
        assert kinds <= {inspect.Parameter.POSITIONAL_OR_KEYWORD}, one["name"]
        assert "annotations" not in vars(module), one["mod"]


def test_the_schemas_are_shipped():
    """Users validate their own experiments with them."""
    folder = resources.files("chaostrading") / "schemas"

    assert {path.name for path in folder.iterdir()} >= {"test.schema.json", "journal.schema.json"}
