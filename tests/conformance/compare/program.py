"""The list of programs: each module below `programs` adds its own with the decorator `program`."""

import importlib
import pkgutil
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from functools import partial

from conformance.compare.driver import Driver
from conformance.compare.scene import Scene

Body = Callable[[Scene], Awaitable[None]]


@dataclass(frozen=True)
class Program:
    """`name` is `module.function`: what known.toml and the command line call it."""

    name: str
    body: Body
    # What runs it, if it is not written in Python.
    driver: Driver | None = None


_PROGRAMS: dict[str, Program] = {}


def program(body: Body) -> Body:
    """Adds an async function of one `Scene` to the programs."""
    _add(Program(f"{body.__module__.rpartition('.')[2]}.{body.__name__}", body))
    return body


def programs_of(module: str, driver: Driver, names: Iterable[str]) -> None:
    """Adds what a driver runs to the programs."""
    for name in names:
        _add(Program(f"{module}.{name}", partial(driver.run, name), driver))


def _add(added: Program) -> None:
    assert added.name not in _PROGRAMS, f"{added.name} is there twice"
    _PROGRAMS[added.name] = added


@asynccontextmanager
async def running_drivers(programs: Iterable[Program]) -> AsyncIterator[None]:
    """Keeps the drivers of these programs running."""
    async with AsyncExitStack() as stack:
        for driver in {found.driver for found in programs if found.driver}:
            stack.push_async_callback(driver.stop)
            await driver.start()
        yield


def all_programs() -> list[Program]:
    """Every program, in the order of modules and of the code in them."""
    package = importlib.import_module("conformance.compare.programs")
    for module in sorted(found.name for found in pkgutil.iter_modules(package.__path__)):
        importlib.import_module(f"{package.__name__}.{module}")
    return list(_PROGRAMS.values())
