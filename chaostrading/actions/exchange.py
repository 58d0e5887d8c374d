"""Exchange chaos: rate limits, timeouts, partial failures."""

from typing import Any

from chaostrading.actions import put_in_force

__all__ = ["rate_limit_storm"]


def rate_limit_storm(
    duration_s: float = 20.0,
    trigger: str = "after",
    requests: int = 3,
    window_s: float = 1.0,
    retry_after: str = "1",
    body: str = "json",
    ban_after: int = 0,
    ban_s: float = 30.0,
    path: str = "",
    method: str = "",
) -> dict[str, Any]:
    """
    Answer the target's requests with 429, as an exchange does whose limit is spent (F15, F16).

    The storm is in force when this returns and ends by itself after `duration_s`; let `hold` wait
    and `heal` end it.

    - `trigger`: `always`, `after` (more than `requests` in `window_s`), or `bucket` (a token bucket
      of `requests` that refills over `window_s`)
    - `retry_after`: the header as text: seconds (`5`), `absent`, `0`, `date` (an HTTP date 5 s
      ahead) or a huge number
    - `body`: json, text, html or empty
    - `ban_after`: so many requests within the forbidden time turn the 429 into a 418 ban of the
      address for `ban_s`; 0 never
    - `path`, `method`: shell patterns of the requests to touch; empty touches all

    Returns the lease as the proxy confirmed it.

    Example:

        {"type": "action", "name": "storm", "provider": {"type": "python",
         "module": "chaostrading.actions.exchange", "func": "rate_limit_storm",
         "arguments": {"duration_s": 20, "retry_after": "1"}}}
    """
    parameters = {
        "trigger": trigger,
        "n": requests,
        "window_s": window_s,
        "retry_after": retry_after,
        "body": body,
        "ban_after": ban_after,
        "ban_s": ban_s,
    }
    scope = {"path": path, "method": method}
    return put_in_force("http_429", parameters, duration_s=duration_s, scope=scope)
