"""What holds for all tests."""

from decimal import localcontext

import pytest
from hypothesis import HealthCheck, settings

# A busy machine makes examples slowly; that says nothing about the code.
settings.register_profile(
    "any machine", deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("any machine")


@pytest.fixture(autouse=True)
def own_decimals():
    """A client under test may change the rounding of the whole process, as ccxt does."""
    with localcontext():
        yield


def pytest_collection_modifyitems(items):
    """What drives real processes gets a second chance on a machine that starves it.

    A rerun is shown as such; a test that fails each time fails."""
    for item in items:
        if item.get_closest_marker("end_to_end") or item.get_closest_marker("slow"):
            item.add_marker(pytest.mark.flaky(reruns=2))
