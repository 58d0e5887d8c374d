"""How to talk to a system under test.

A target says whether it trades on paper, whether it is healthy, and a few numbers about itself.
None of that decides a verdict: the witness at the proxy and the exchange's books do. Start with
`base.py`; `paper` is the embedded trader, `freqtrade` a Freqtrade bot, `http` any system that a
small JSON file describes.
"""

from collections.abc import Mapping

from chaostrading.core.errors import InvalidInput, unknown_name
from chaostrading.targets.base import Target

__all__ = ["KINDS", "target_from"]

KINDS = ("paper", "freqtrade", "http")


def target_from(environ: Mapping[str, str]) -> Target:
    """Make the target that `CHAOS_TARGET` names (`paper`, `freqtrade` or `http`).

    `CHAOS_TARGET_URL` is its API, `CHAOS_TARGET_USER` and `CHAOS_TARGET_PASSWORD` are Freqtrade's
    login, `CHAOS_TARGET_FILE` is the description of an `http` target.
    Raises InvalidInput when a name is unknown or something is missing.
    """
    kind = environ.get("CHAOS_TARGET", "")
    if kind not in KINDS:
        raise unknown_name("target (CHAOS_TARGET)", kind, KINDS)
    if kind == "http":
        from chaostrading.targets.http import HttpTarget

        return HttpTarget.from_file(_needed(environ, "CHAOS_TARGET_FILE", kind))
    url = _needed(environ, "CHAOS_TARGET_URL", kind)
    if kind == "freqtrade":
        from chaostrading.targets.freqtrade import FreqtradeTarget

        return FreqtradeTarget(
            url,
            user=environ.get("CHAOS_TARGET_USER", ""),
            password=environ.get("CHAOS_TARGET_PASSWORD", ""),
        )
    from chaostrading.targets.paper import PaperTarget

    return PaperTarget(url, token=environ.get("CHAOS_TARGET_TOKEN", ""))


def _needed(environ: Mapping[str, str], name: str, kind: str) -> str:
    value = environ.get(name, "")
    if not value:
        raise InvalidInput(f"target: {name} must be set when CHAOS_TARGET is {kind}")
    return value
