"""Who calls: bearer tokens, the three roles, and what loopback may do without a token."""

import hashlib
import hmac
import ipaddress
import os
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum
from pathlib import Path

from chaostrading.core import home
from chaostrading.core.errors import InvalidInput, Refused, unknown_name
from chaostrading.core.files import write_atomically

__all__ = [
    "TOKEN_VARIABLES",
    "Caller",
    "Role",
    "Tokens",
    "identify",
    "is_loopback",
    "load_tokens",
    "role_needed",
]

TOKEN_LENGTH_MIN = 16
_VARIABLES = {
    "ADMIN_TOKEN": "admin",
    "CHAOS_OPERATOR_TOKEN": "operator",
    "CHAOS_VIEWER_TOKEN": "viewer",
}
TOKEN_VARIABLES = (*_VARIABLES, "CHAOS_TOKENS_FILE")
"""The variables that hold or name tokens. No run gets to see them."""
_FORWARDED = ("forwarded", "x-forwarded-for", "x-real-ip")


class Role(IntEnum):
    """What a caller may do; each role may do what the ones below it may."""

    nobody = 0
    viewer = 1
    operator = 2
    admin = 3


class Tokens:
    """The known tokens, kept as digests, compared in constant time."""

    def __init__(
        self, tokens: Sequence[tuple[str, Role]], *, configured: bool, made: str = ""
    ) -> None:
        self._digests = [(_digest(token.encode()), role) for token, role in tokens]
        self.configured = configured
        """Whether the user has set any. If not, loopback is operator without one."""
        self.made = made
        """The file of the admin token that was made because none was set, "" otherwise."""

    def role(self, token: bytes) -> Role:
        """The highest role of this token, `nobody` when it is not known."""
        asked = _digest(token)
        found = Role.nobody
        for digest, role in self._digests:
            # No early exit: how long this takes must not tell which token was nearly right.
            if hmac.compare_digest(digest, asked):
                found = max(found, role)
        return found


@dataclass(frozen=True, kw_only=True, slots=True)
class Caller:
    """Who makes a call."""

    role: Role
    address: str
    loopback: bool
    """On this machine, past no proxy and meaning this machine (no DNS rebinding)."""
    claim: str = "none"
    """What became of the token that was sent: none, good or bad."""

    @property
    def name(self) -> str:
        """For the audit: `admin token from 127.0.0.1`."""
        named = self.claim == "good"
        who = f"{self.role.name} token" if named else "somebody without a token"
        return f"{who} from {self.address}"


def load_tokens(environ: Mapping[str, str], host: str) -> Tokens:
    """Read the tokens for a service that listens on `host`; make an admin token if there is none.

    `CHAOS_TOKENS_FILE` has lines of `role token`, and mode 0600. Raises Refused when `host` is not
    loopback and no token is set, InvalidInput for a token or a file that cannot be right.
    """
    found = [(environ[name], Role[role]) for name, role in _VARIABLES.items() if environ.get(name)]
    if path := environ.get("CHAOS_TOKENS_FILE", ""):
        found += _read_file(Path(path))
    configured = bool(found)
    if not is_loopback(host):
        if not configured:
            raise Refused(
                f"serve: listening on {host} needs tokens (ADMIN_TOKEN, CHAOS_OPERATOR_TOKEN,"
                " CHAOS_VIEWER_TOKEN or CHAOS_TOKENS_FILE), none is set"
            )
        if short := [token for token, _ in found if len(token) < TOKEN_LENGTH_MIN]:
            raise InvalidInput(
                f"serve: on {host} a token must have at least {TOKEN_LENGTH_MIN} characters,"
                f" one had {len(short[0])}"
            )
    made = ""
    if not any(role is Role.admin for _, role in found):
        token, made = _own_admin_token()
        found.append((token, Role.admin))
    return Tokens(found, configured=configured, made=made)


def identify(tokens: Tokens, *, address: str, host: str, headers: Mapping[str, str]) -> Caller:
    """Say who calls from the peer's `address`, the `Host` and the headers (lower-case names)."""
    near = (
        is_loopback(address)
        and is_loopback(_without_port(host))
        and not any(name in headers for name in _FORWARDED)
    )
    scheme, _, token = headers.get("authorization", "").strip().partition(" ")
    if scheme.lower() == "bearer" and token.strip():
        # Header values are handed over as Latin-1; this gives back the bytes that were sent.
        role = tokens.role(token.strip().encode("latin-1"))
        claim = "good" if role else "bad"
        return Caller(role=role, address=address, loopback=near, claim=claim)
    open_here = near and not tokens.configured
    role = Role.operator if open_here else Role.nobody
    return Caller(role=role, address=address, loopback=near)


def role_needed(method: str, path: str) -> Role:
    """The role that a call needs. `disable` has rules of its own, see `guard`.

    What is not listed as open needs a role, so a new route is closed until it is opened here.
    """
    guarded = path.startswith("/api/") or path == "/metrics"
    if method in ("GET", "HEAD"):
        return Role.viewer if guarded else Role.nobody
    return Role.admin if path == "/api/chaos/enable" else Role.operator


def is_loopback(host: str) -> bool:
    """Whether a host name or address means this machine only."""
    if host.lower() == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def _without_port(host: str) -> str:
    if host.startswith("["):
        return host.partition("]")[0].strip("[")
    return host.rpartition(":")[0] or host


def _digest(token: bytes) -> bytes:
    return hashlib.sha256(token).digest()


def _read_file(path: Path) -> list[tuple[str, Role]]:
    try:
        facts = path.stat()
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise InvalidInput(
            f"CHAOS_TOKENS_FILE: {path} must be readable, was not: {error}"
        ) from None
    if facts.st_mode & 0o077 or facts.st_uid not in (0, os.geteuid()):
        raise InvalidInput(
            f"CHAOS_TOKENS_FILE: {path} must be yours with mode 0600, was mode"
            f" {facts.st_mode & 0o777:04o} of user {facts.st_uid}; run chmod 600 {path}"
        )
    found: list[tuple[str, Role]] = []
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        words = line.split()
        if len(words) != 2:
            raise InvalidInput(f"CHAOS_TOKENS_FILE: line {number} of {path} must be `role token`")
        if words[0] not in ("viewer", "operator", "admin"):
            raise unknown_name("role", words[0], ("viewer", "operator", "admin"))
        found.append((words[1], Role[words[0]]))
    return found


def _own_admin_token() -> tuple[str, str]:
    """The admin token of this chaos home: as it was, or a new one."""
    path = home.home() / "admin-token"
    try:
        if not path.stat().st_mode & 0o077 and (token := path.read_text("utf-8").strip()):
            return token, str(path)
    except (OSError, UnicodeDecodeError):
        pass  # There is none yet, or it can no longer be trusted: make a new one.
    token = secrets.token_urlsafe(32)
    write_atomically(path, token + "\n", mode=0o600)
    return token, str(path)
