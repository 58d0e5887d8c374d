"""Tokens say who calls; loopback counts only when it is meant and no proxy speaks for others."""

from pathlib import Path

import pytest

from chaostrading.core import home
from chaostrading.core.errors import InvalidInput, Refused
from chaostrading.service.auth import Role, identify, load_tokens, role_needed


def tokens_file(tmp_path: Path, text: str, mode: int = 0o600) -> dict[str, str]:
    path = tmp_path / "tokens"
    path.write_text(text)
    path.chmod(mode)
    return {"CHAOS_TOKENS_FILE": str(path)}


@pytest.mark.parametrize(
    ("variable", "role"),
    [
        ("ADMIN_TOKEN", Role.admin),
        ("CHAOS_OPERATOR_TOKEN", Role.operator),
        ("CHAOS_VIEWER_TOKEN", Role.viewer),
    ],
)
def test_each_variable_gives_its_role_to_its_token_and_to_no_other(variable, role):
    """A token that differs in one character, or is empty, has no role."""
    tokens = load_tokens({variable: "a-token-of-some-length"}, "127.0.0.1")

    assert tokens.role(b"a-token-of-some-length") is role
    assert tokens.role(b"a-token-of-some-lengti") is Role.nobody
    assert tokens.role(b"") is Role.nobody


def test_a_token_with_two_roles_has_the_higher_one():
    """The same token in two variables is one token."""
    tokens = load_tokens({"ADMIN_TOKEN": "same", "CHAOS_VIEWER_TOKEN": "same"}, "127.0.0.1")

    assert tokens.role(b"same") is Role.admin


def test_a_tokens_file_holds_roles_and_tokens_line_by_line(tmp_path):
    """Comments and empty lines are left out."""
    environ = tokens_file(tmp_path, "# who\nadmin  aaa\n\nviewer bbb\n")

    tokens = load_tokens(environ, "127.0.0.1")

    assert (tokens.role(b"aaa"), tokens.role(b"bbb")) == (Role.admin, Role.viewer)


def test_a_tokens_file_that_others_can_read_is_refused(tmp_path):
    """Mode 0644 hands the tokens to every user of the machine."""
    with pytest.raises(InvalidInput, match=r"must be yours with mode 0600, was mode 0644"):
        load_tokens(tokens_file(tmp_path, "admin aaa", mode=0o644), "127.0.0.1")


@pytest.mark.parametrize(
    ("text", "why"),
    [("root aaa", "unknown role 'root'"), ("admin", "line 1 .* must be `role token`")],
)
def test_a_tokens_file_that_cannot_be_right_is_refused(tmp_path, text, why):
    """No token is printed with the refusal."""
    with pytest.raises(InvalidInput, match=why):
        load_tokens(tokens_file(tmp_path, text), "127.0.0.1")


def test_without_an_admin_token_one_is_made_kept_and_found_again(chaos_home):
    """The file is only its owner's, and a restart does not change the token."""
    first = load_tokens({}, "127.0.0.1")
    path = chaos_home / "admin-token"
    token = path.read_text().strip().encode()

    assert first.made == str(path)
    assert path.stat().st_mode & 0o777 == 0o600
    assert first.role(token) is Role.admin
    assert load_tokens({}, "127.0.0.1").role(token) is Role.admin


def test_a_made_admin_token_that_others_could_read_is_replaced(chaos_home):
    """What was readable for others may be known to others."""
    load_tokens({}, "127.0.0.1")
    path = chaos_home / "admin-token"
    old = path.read_text().strip().encode()
    path.chmod(0o644)

    assert load_tokens({}, "127.0.0.1").role(old) is Role.nobody
    assert path.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.7", "chaos.example"])
def test_listening_for_others_needs_tokens(host):
    """Nothing is made up for a service that others can reach."""
    with pytest.raises(Refused, match=r"needs tokens \(ADMIN_TOKEN.*none is set"):
        load_tokens({}, host)
    assert not (home.home() / "admin-token").exists()


def test_listening_for_others_needs_tokens_that_cannot_be_guessed():
    """16 characters at least; the token itself is not printed."""
    with pytest.raises(InvalidInput, match=r"at least 16 characters, one had 6") as caught:
        load_tokens({"ADMIN_TOKEN": "secret"}, "0.0.0.0")
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize(
    ("address", "host", "headers", "loopback"),
    [
        ("127.0.0.1", "127.0.0.1:8470", {}, True),
        ("127.0.0.1", "localhost:8470", {}, True),
        ("127.9.9.9", "localhost", {}, True),
        ("::1", "[::1]:8470", {}, True),
        ("192.0.2.7", "127.0.0.1:8470", {}, False),
        ("unknown", "localhost", {}, False),
        ("127.0.0.1", "rebound.example:8470", {}, False),
        ("127.0.0.1", "127.0.0.1.rebound.example", {}, False),
        ("127.0.0.1", "", {}, False),
        ("127.0.0.1", "localhost", {"x-forwarded-for": "192.0.2.7"}, False),
        ("127.0.0.1", "localhost", {"forwarded": "for=127.0.0.1"}, False),
        ("127.0.0.1", "localhost", {"x-real-ip": "127.0.0.1"}, False),
    ],
)
def test_loopback_counts_only_when_meant_and_asked_for_oneself(address, host, headers, loopback):
    """A name that was bound to 127.0.0.1 by a web page, and a proxy's word, count for nothing."""
    tokens = load_tokens({}, "127.0.0.1")

    caller = identify(tokens, address=address, host=host, headers=headers)

    assert caller.loopback is loopback
    assert caller.role is (Role.operator if loopback else Role.nobody)


def test_once_tokens_are_set_loopback_needs_one_as_well():
    """Who sets a viewer's token does not want everybody to be an operator."""
    tokens = load_tokens({"CHAOS_VIEWER_TOKEN": "v"}, "127.0.0.1")

    caller = identify(tokens, address="127.0.0.1", host="localhost", headers={})

    assert (caller.role, caller.loopback) == (Role.nobody, True)


@pytest.mark.parametrize("header", ["Bearer right", "bearer right", "Bearer   right  "])
def test_a_bearer_token_is_found_however_it_is_written(header):
    """The scheme's case and blanks do not matter."""
    tokens = load_tokens({"ADMIN_TOKEN": "right"}, "127.0.0.1")

    caller = identify(tokens, address="192.0.2.7", host="x", headers={"authorization": header})

    assert (caller.role, caller.claim) == (Role.admin, "good")
    assert caller.name == "admin token from 192.0.2.7"


@pytest.mark.parametrize("header", ["Bearer wrong", "Bearer right2", "Bearer \xff\xfe"])
def test_a_wrong_token_is_worse_than_none(header):
    """On an open loopback service a wrong token does not make its sender an operator."""
    tokens = load_tokens({}, "127.0.0.1")
    headers = {"authorization": header}

    caller = identify(tokens, address="127.0.0.1", host="localhost", headers=headers)

    assert (caller.role, caller.claim) == (Role.nobody, "bad")


def test_a_token_beyond_ascii_is_compared_by_its_bytes():
    """Headers carry bytes; UTF-8 as sent by curl is what the environment holds."""
    tokens = load_tokens({"ADMIN_TOKEN": "gehäuse"}, "127.0.0.1")
    sent = "Bearer " + "gehäuse".encode().decode("latin-1")

    caller = identify(tokens, address="192.0.2.7", host="x", headers={"authorization": sent})

    assert caller.role is Role.admin


@pytest.mark.parametrize(
    ("method", "path", "role"),
    [
        ("GET", "/", Role.nobody),
        ("GET", "/health", Role.nobody),
        ("GET", "/docs", Role.nobody),
        ("GET", "/openapi.json", Role.nobody),
        ("GET", "/metrics", Role.viewer),
        ("HEAD", "/metrics", Role.viewer),
        ("GET", "/api/chaos/status", Role.viewer),
        ("GET", "/api/anything/new", Role.viewer),
        ("POST", "/api/chaos/run", Role.operator),
        ("POST", "/api/chaos/schedule/pause", Role.operator),
        ("DELETE", "/anything", Role.operator),
        ("BREW", "/", Role.operator),
        ("POST", "/api/chaos/enable", Role.admin),
    ],
)
def test_what_is_not_open_by_name_needs_a_role(method, path, role):
    """A new route is closed before anybody thinks of it."""
    assert role_needed(method, path) is role
