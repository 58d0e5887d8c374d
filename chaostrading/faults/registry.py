"""Faults by name: make one, list all, describe their parameters."""

import ast
import functools
import importlib
import inspect
import math
import textwrap
from collections.abc import Mapping
from dataclasses import fields
from typing import Any, TypeVar, get_type_hints

from chaostrading.core.errors import InvalidInput, unknown_name
from chaostrading.faults import FAULT_MODULES
from chaostrading.faults.base import Fault

__all__ = ["catalogue", "make", "parameter_schema", "register", "registered"]

F = TypeVar("F", bound=type[Fault])

_TYPES: dict[Any, tuple[str, dict[str, Any]]] = {
    str: ("str", {"type": "string"}),
    int: ("int", {"type": "integer"}),
    float: ("float", {"type": "number"}),
    bool: ("bool", {"type": "boolean"}),
    tuple[str, ...]: ("list[str]", {"type": "array", "items": {"type": "string"}}),
}
"""What a parameter may be: the word for people, and its JSON schema."""

_faults: dict[str, type[Fault]] = {}


def register(cls: F) -> F:
    """Make a fault known under its `name`. Stands above `@dataclass`, which makes a new class."""
    known = _faults.get(cls.name)
    if known is not None and known.__module__ != cls.__module__:
        raise ValueError(f"fault {cls.name} is registered by {known.__module__} already")
    _faults[cls.name] = cls
    return cls


@functools.cache
def _load() -> None:
    for module in FAULT_MODULES:
        importlib.import_module(f"chaostrading.faults.{module}")


def registered() -> dict[str, type[Fault]]:
    """All faults by name, in alphabetical order."""
    _load()
    return dict(sorted(_faults.items()))


def make(name: str, parameters: Mapping[str, Any]) -> Fault:
    """Make a fault from the parameters of a lease.

    Raises InvalidInput for an unknown fault or parameter (the message lists the known ones), a
    value of the wrong type, and a value that the fault itself refuses. An integer passes for a
    float and a list for a tuple of texts."""
    known = registered()
    cls = known.get(name)
    if cls is None:
        raise unknown_name("fault", name, known)
    types = _parameter_types(cls)
    for parameter in parameters:
        if parameter not in types:
            raise unknown_name(f"{name} parameter", parameter, types)
    return cls(**{key: _typed(name, key, value, types[key]) for key, value in parameters.items()})


def _typed(fault: str, name: str, value: object, kind: Any) -> Any:
    if kind is float and isinstance(value, int | float) and not isinstance(value, bool):
        if not math.isfinite(value):
            raise InvalidInput(f"{fault}: {name} must be finite, was {value!r}")
        return float(value)
    if kind == tuple[str, ...]:
        if isinstance(value, list | tuple) and all(isinstance(item, str) for item in value):
            return tuple(value)
    elif isinstance(value, kind) and (kind is bool or not isinstance(value, bool)):
        return value
    raise InvalidInput(f"{fault}: {name} must be of type {_TYPES[kind][0]}, was {value!r}")


@functools.cache
def _parameter_types(cls: type[Fault]) -> dict[str, Any]:
    hints = get_type_hints(cls)
    return {item.name: hints[item.name] for item in fields(cls)}  # type: ignore[arg-type]


def catalogue() -> list[dict[str, Any]]:
    """Describe every fault: name, catalogue number, category, summary and parameters."""
    return [_described(cls) for cls in registered().values()]


@functools.cache
def _described(cls: type[Fault]) -> dict[str, Any]:
    types = _parameter_types(cls)
    docs = _field_docs(cls)
    parameters = [
        {
            "name": item.name,
            "type": _TYPES[types[item.name]][0],
            "default": list(item.default) if isinstance(item.default, tuple) else item.default,
            "doc": docs.get(item.name, ""),
        }
        for item in fields(cls)  # type: ignore[arg-type]
    ]
    return {
        "name": cls.name,
        "catalogue": cls.catalogue,
        "category": cls.category,
        "summary": " ".join(inspect.cleandoc(cls.__doc__ or "").partition("\n\n")[0].split()),
        "parameters": parameters,
    }


def _field_docs(cls: type[Fault]) -> dict[str, str]:
    """The text literal beneath each field; Python itself throws it away."""
    body = ast.parse(textwrap.dedent(inspect.getsource(cls))).body[0]
    assert isinstance(body, ast.ClassDef)
    docs: dict[str, str] = {}
    for item, below in zip(body.body, body.body[1:], strict=False):
        if isinstance(item, ast.AnnAssign) and isinstance(item.target, ast.Name):
            match below:
                case ast.Expr(value=ast.Constant(value=str(text))):
                    docs[item.target.id] = " ".join(inspect.cleandoc(text).split())
    return docs


def parameter_schema() -> dict[str, Any]:
    """JSON schema of `{"fault": name, "parameters": {...}}` for all faults.

    The parameters of one fault are under `$defs` by the fault's name. Ranges are not in it: the
    faults themselves refuse bad values, in words."""
    described = catalogue()
    words = dict(_TYPES.values())
    definitions = {
        fault["name"]: {
            "description": fault["summary"],
            "type": "object",
            "additionalProperties": False,
            "properties": {
                item["name"]: {
                    **words[item["type"]],
                    "default": item["default"],
                    "description": item["doc"],
                }
                for item in fault["parameters"]
            },
        }
        for fault in described
    }
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "type": "object",
        "required": ["fault"],
        "properties": {"fault": {"enum": list(definitions)}, "parameters": {"type": "object"}},
        "allOf": [
            {
                "if": {"properties": {"fault": {"const": name}}},
                "then": {"properties": {"parameters": {"$ref": f"#/$defs/{name}"}}},
            }
            for name in definitions
        ],
        "$defs": definitions,
    }
