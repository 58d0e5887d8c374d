"""Talk to a fault proxy's admin API: arm, renew and remove leases, read the witness."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

import requests

from chaostrading.core.errors import HealNotConfirmed, InvalidInput, Refused, Unreachable
from chaostrading.faults.lease_request import LeaseRequest

__all__ = ["ProxyClient"]


class ProxyClient:
    """A synchronous client of one fault proxy.

    Every call raises Unreachable when the proxy does not answer within `timeout_s` seconds (or
    answers nonsense), InvalidInput when what was asked cannot be right, and Refused when a guard of
    the proxy said no. Proxy settings of the environment are ignored. One thread at a time.
    """

    def __init__(self, url: str, token: str, timeout_s: float = 2.0) -> None:
        self.url = url.rstrip("/")
        self.timeout_s = timeout_s
        self._session = requests.Session()
        self._session.trust_env = False
        self._session.headers["Authorization"] = f"Bearer {token}"

    def close(self) -> None:
        """Give the connection back."""
        self._session.close()

    def health(self) -> dict[str, Any]:
        """What the proxy says of itself: status, upstream, venue, number of leases, loop lag."""
        return self._call("GET", "/health")

    def arm(self, lease: LeaseRequest | Mapping[str, Any]) -> dict[str, Any]:
        """Put a fault in force. The answer is the lease, with its `id`."""
        body = asdict(lease) if isinstance(lease, LeaseRequest) else dict(lease)
        return self._call("POST", "/leases", json=body)

    def renew(self, lease_id: str) -> dict[str, Any]:
        """Tell the proxy that the owner lives. Raises InvalidInput when the lease has ended."""
        return self._call("PUT", f"/leases/{lease_id}")

    def remove(self, lease_id: str) -> list[str]:
        """End a lease and prove it gone. A lease that has ended already is no error.

        Raises HealNotConfirmed when the proxy does not confirm, or still lists the lease."""
        return self._removed({"id": lease_id}, f"/leases/{lease_id}", {})

    def remove_owner(self, owner: str = "") -> list[str]:
        """End all leases of an owner, or with "" all leases, and prove them gone.

        Raises HealNotConfirmed as `remove` does."""
        wanted = {"owner": owner} if owner else {}
        return self._removed(wanted, "/leases", wanted)

    def leases(self) -> dict[str, list[dict[str, Any]]]:
        """`{"leases": [...], "ended": [...]}`: those in force, and the last 100 that ended."""
        return self._call("GET", "/leases")

    def faults(self) -> list[dict[str, Any]]:
        """The catalogue: name, summary and parameters of every fault."""
        faults: list[dict[str, Any]] = self._call("GET", "/faults")["faults"]
        return faults

    def witness(
        self,
        since: int = 0,
        kinds: Sequence[str] | None = None,
        until: int | None = None,
        limit: int = 10_000,
    ) -> dict[str, Any]:
        """Records with a number above `since`: `{"records", "pending", "last", "lost"}`.

        `last` is the `since` of the next call. `lost` counts records after `since` that the ring
        has overwritten. `pending` are the requests in flight."""
        query: dict[str, str] = {"since": str(since), "limit": str(limit)}
        if kinds is not None:
            query["kind"] = ",".join(kinds)
        if until is not None:
            query["until"] = str(until)
        return self._call("GET", "/witness", params=query)

    def stats(self) -> dict[str, Any]:
        """Counters since the start of the proxy."""
        return self._call("GET", "/stats")

    def lever(self, engaged: bool, reason: str = "") -> dict[str, Any]:
        """Pull or release the kill switch. While it is engaged no lease can be armed."""
        return self._call("POST", "/lever", json={"engaged": engaged, "reason": reason})

    def _removed(self, wanted: dict[str, str], path: str, query: dict[str, str]) -> list[str]:
        what = " ".join(f"{name} {value}" for name, value in wanted.items()) or "all leases"
        try:
            answer = self._call("DELETE", path, params=query)
            left = self.leases()["leases"]
        except (Unreachable, Refused, InvalidInput) as error:
            raise HealNotConfirmed(f"{what}: the proxy did not confirm the end: {error}") from error
        still = [
            lease["id"]
            for lease in left
            if all(lease.get(name) == value for name, value in wanted.items())
        ]
        if still:
            raise HealNotConfirmed(f"{what}: still in force after removal: {', '.join(still)}")
        removed: list[str] = answer["removed"]
        return removed

    def _call(self, method: str, path: str, **arguments: Any) -> dict[str, Any]:
        try:
            answer = self._session.request(
                method, self.url + path, timeout=self.timeout_s, allow_redirects=False, **arguments
            )
            body = answer.json()
        except (requests.RequestException, ValueError) as error:
            raise Unreachable(f"proxy at {self.url}: {method} {path} failed: {error}") from error
        if not isinstance(body, dict):
            raise Unreachable(f"proxy at {self.url}: {method} {path} answered no JSON object")
        if answer.ok:
            return body
        message = str(body.get("error", f"status {answer.status_code}"))
        if answer.status_code in (400, 404):
            raise InvalidInput(message)
        if answer.status_code in (401, 403, 409):
            raise Refused(message)
        raise Unreachable(f"proxy at {self.url}: {method} {path}: {message}")
