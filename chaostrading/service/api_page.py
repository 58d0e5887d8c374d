"""The page that shows the API to people: the OpenAPI document as plain HTML.

The usual pages load scripts from another site, which this service lets no page do.
"""

from collections.abc import Iterator
from html import escape
from typing import Any

from chaostrading.core.files import to_json

__all__ = ["render"]


def render(document: dict[str, Any]) -> str:
    """Write the document as a page that needs nothing else."""
    title = escape(document["info"]["title"])
    parts = [
        "<!doctype html>",
        f'<html lang="en"><head><meta charset="utf-8"><title>{title}: API</title>',
        '<meta name="viewport" content="width=device-width">',
        '<meta name="color-scheme" content="light dark"></head><body>',
        f"<h1>{title} {escape(document['info']['version'])}</h1>",
        f"<p>{escape(document['info']['description'])}",
        'The same for programs: <a href="/openapi.json">openapi.json</a>.</p>',
        "<p>Send <code>Authorization: Bearer TOKEN</code>. Errors are",
        "<code>{&quot;error&quot;: &quot;one sentence&quot;}</code>.</p>",
    ]
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            parts += _operation(f"{method.upper()} {path}", operation, document)
    return "\n".join([*parts, "</body></html>"])


def _operation(name: str, operation: dict[str, Any], document: dict[str, Any]) -> Iterator[str]:
    yield f"<h2><code>{escape(name)}</code></h2>"
    yield f"<p>{escape(operation.get('description', ''))}</p>"
    for one in operation.get("parameters", ()):
        place, called = escape(one["in"]), escape(one["name"])
        yield f"<p>{place} <code>{called}</code>: {_schema(one['schema'])}</p>"
    content = operation.get("requestBody", {}).get("content", {})
    for kind, body in content.items():
        schema = _resolved(body.get("schema", {}), document)
        yield f"<p>Body, {escape(kind)}:</p><ul>"
        for field, facts in schema.get("properties", {}).items():
            need = " (needed)" if field in schema.get("required", ()) else ""
            yield f"<li><code>{escape(field)}</code>{need}: {_schema(facts)}</li>"
        yield "</ul>"
    answers = (
        f"<li><code>{escape(status)}</code> {escape(answer['description'])}</li>"
        for status, answer in operation["responses"].items()
    )
    yield f"<details><summary>Answers</summary><ul>{''.join(answers)}</ul></details>"


def _schema(schema: dict[str, Any]) -> str:
    said = schema.get("description", "")
    rest = {name: value for name, value in schema.items() if name not in ("description", "title")}
    return f"{escape(said)} <code>{escape(to_json(rest))}</code>"


def _resolved(schema: dict[str, Any], document: dict[str, Any]) -> dict[str, Any]:
    """Follow a reference, through the `or nothing` of an optional body."""
    for choice in schema.get("anyOf", ()):
        if "$ref" in choice:
            return _resolved(choice, document)
    found: Any = schema
    if reference := schema.get("$ref", ""):
        found = document
        for part in reference.removeprefix("#/").split("/"):
            found = found[part]
    resolved: dict[str, Any] = found
    return resolved
