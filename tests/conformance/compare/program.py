"""The list of programs: each module below `programs` adds its own with the decorator `program`."""

import importlib
import pkgutil
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from conformance.compare.scene import Scene

Body = Callable[[Scene], Awaitable[None]]


@dataclass(frozen=True)
class Program:
    """`name` is `module.function`: what known.toml and the command line call it."""

    name: str
    body: Body


_PROGRAMS: dict[str, Program] = {}


def program(body: Body) -> Body:
    """Adds an async function of one `Scene` to the programs."""
    name = f"{body.__module__.rpartition('.')[2]}.{body.__name__}"
    assert name not in _PROGRAMS, f"{name} is there twice"
    _PROGRAMS[name] = Program(name, body)
    return body


def all_programs() -> list[Program]:
    """Every program, in the order of modules and of the code in them."""
    package = importlib.import_module("conformance.compare.programs")
    for module in sorted(found.name for found in pkgutil.iter_modules(package.__path__)):
        importlib.import_module(f"{package.__name__}.{module}")
    return list(_PROGRAMS.values())
