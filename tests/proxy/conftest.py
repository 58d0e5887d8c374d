"""The proxy under test: real sockets on both sides, a scripted exchange, scripted faults."""

import asyncio
from collections.abc import Iterator

import pytest
from proxy_bench import Bench


@pytest.fixture(params=["asyncio", "uvloop"])
def bench(request: pytest.FixtureRequest) -> Iterator[Bench]:
    """A relay in front of a listening socket that the test accepts from, on either event loop."""
    make_loop = asyncio.new_event_loop
    if request.param == "uvloop":
        make_loop = pytest.importorskip("uvloop").new_event_loop
    made = Bench(make_loop=make_loop)
    yield made
    made.close()
