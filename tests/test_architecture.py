"""The house stands as it is drawn."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "chaostrading"
TOP_LEVEL = {
    *("pyproject.toml", "README.md", "CHANGELOG.md", "LICENSE"),
    *("chaostrading", "experiments", "tests", "docs"),
}


def test_the_top_level_is_what_it_is():
    """Fixed by the user: anything else needs a word with them."""
    tracked = subprocess.run(
        ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.splitlines()
    names = {line.split("/")[0] for line in tracked}

    assert {name for name in names if not name.startswith(".")} == TOP_LEVEL


@pytest.mark.slow
def test_the_floors_hold():
    """A room imports only rooms below it."""
    done = subprocess.run(
        [Path(sys.executable).parent / "lint-imports"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("room", sorted(p.name for p in PACKAGE.iterdir() if p.is_dir()))
def test_every_room_opens_with_its_manual(room):
    """The first thing in a package is what it is, what it may know, and where to start."""
    init = PACKAGE / room / "__init__.py"
    if room in ("__pycache__", "schemas", "experiments"):
        return

    text = init.read_text()

    assert text.startswith('"""')
    assert len(text.split('"""')[1]) > 80


def test_no_room_is_a_drawer():
    """Utils, common and helpers are names for things that nobody has thought about."""
    names = {path.stem for path in PACKAGE.rglob("*.py")}

    assert names.isdisjoint({"utils", "util", "common", "helpers", "helper", "misc"})


def test_nothing_names_the_machine_it_was_written_on():
    """Paths of a developer's machine mean nothing to anybody else."""
    pattern = re.compile(r"/(root|home|Users)/\w")
    files = [*PACKAGE.rglob("*.py"), *(ROOT / "experiments").glob("*"), ROOT / "README.md"]

    assert [str(path) for path in files if pattern.search(path.read_text())] == []
