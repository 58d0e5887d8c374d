"""Public reports of trading systems, replayed against the paper trader: with all its defences every
oracle holds, and without the matching one it does not."""

import pytest
from case_rig import Rig, judge, outcome
from case_table import ROWS, SCRIPTS

pytestmark = [pytest.mark.slow, pytest.mark.end_to_end, pytest.mark.timeout(3_600)]

FIRST = ("P-014",)
"""Shows that the table can be played at all; the whole of it takes half an hour."""
WORKERS = 2


def _rows():
    for row in sorted(ROWS, key=lambda row: row.id not in FIRST):
        marks = () if row.id in FIRST else pytest.mark.variants
        yield pytest.param(row, id=row.id, marks=marks)


@pytest.fixture(scope="module")
def rig(tmp_path_factory, request):
    """Plays what the selected rows need, two at a time, in the order of the tests."""
    chosen = [item.callspec.params["row"] for item in request.session.items if _is_row(item)]
    rig = Rig(tmp_path_factory.mktemp("stacks"), scripts=SCRIPTS, workers=WORKERS)
    rig.plan((row.script, without) for row in chosen for without in ("", row.without))
    yield rig
    rig.close()


def _is_row(item):
    return item.path.name == "test_public_cases.py" and hasattr(item, "callspec")


@pytest.mark.parametrize("row", list(_rows()))
def test_the_oracle_holds_and_misses_its_defence(rig, row):
    """What the report tells of does not happen to the trader, unless the named defence is gone."""
    for without, wanted in (("", "held"), (row.without, "broken")):
        played = rig.played(row.script, without)
        if outcome(row, played) != wanted:
            rig.forget(row.script, without)

        assert outcome(row, played) == wanted, judge(row, played)


def test_the_table_has_sixty_rows_of_all_seven_kinds():
    """Fewer would not show that the pack knows what happens to trading systems."""
    kinds = {kind for row in ROWS for kind in row.tests.split(",")}

    assert len(ROWS) >= 60
    assert kinds >= {f"T{number}" for number in range(1, 8)}
    assert len({row.id for row in ROWS}) == len(ROWS)
