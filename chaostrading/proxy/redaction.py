"""Keep secrets out of what is written down."""

import re

from chaostrading.venues.base import Venue

__all__ = ["safe", "safe_query"]

_LOOKS_SECRET = re.compile(r"[A-Za-z0-9_-]{40,}")
"""Listen keys and signatures stand in paths and stream names; client order ids are shorter."""


def safe(text: str) -> str:
    """A path or stream name with what looks like a listen key or signature replaced by `***`."""
    return _LOOKS_SECRET.sub("***", text) if len(text) >= 40 else text


def safe_query(venue: Venue, query: str) -> str:
    """A query without the values of keys, signatures and tokens."""
    return safe(venue.redact(query)) if query else ""
