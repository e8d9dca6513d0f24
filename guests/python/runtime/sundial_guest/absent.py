"""Modules that a component can't have, and the stand-ins that let an author's file load without them.

A workflow's file often defines activities too, and these use clients with native code, sockets or TLS. The activities run
elsewhere; here the names only have to exist. A workflow that does use one is told so, with its file and line.
"""

import builtins
import sys
import types
from collections.abc import Callable
from typing import Any

from sundial_guest import refusals

INSTEAD = "it is not in the component, so only activities can use it"

# Top-level modules that have a stand-in, with the reason.
found: dict[str, str] = {}

_sealed = False


class AbsentName:
    """Stands for anything that comes from an absent module."""

    def __init__(self, path: str) -> None:
        self.__dict__["_path"] = path

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__") and name.endswith("__"):
            raise AttributeError(name)
        return _absent(f"{self._path}.{name}")

    def __setattr__(self, name: str, value: Any) -> None:
        _check(f"{self._path}.{name}")

    def __call__(self, *arguments: Any, **named: Any) -> Any:
        _check(f"{self._path}()")
        # Most probably a decorator: what it decorates is kept.
        if len(arguments) == 1 and not named and (isinstance(arguments[0], type) or callable(arguments[0])):
            return arguments[0]
        return self

    def __getitem__(self, key: Any) -> "AbsentName":
        _check(f"{self._path}[...]")
        return self

    def __iter__(self) -> Any:
        refusals.refuse(self._path, INSTEAD)

    def __or__(self, other: Any) -> "AbsentName":
        return self

    __ror__ = __or__

    def __instancecheck__(self, instance: Any) -> bool:
        return False

    def __mro_entries__(self, bases: tuple) -> tuple:
        return (_base_class(self._path),)

    def __repr__(self) -> str:
        return f"<{self._path}, which is not in the component>"


class AbsentModule(types.ModuleType):
    """Stands for a module."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.__path__: list[str] = []

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__") and name.endswith("__"):
            raise AttributeError(name)
        return _absent(f"{self.__name__}.{name}")


def _absent(path: str) -> AbsentName:
    _check(path)
    return AbsentName(path)


def _check(path: str) -> None:
    if _sealed:
        refusals.refuse(path, INSTEAD)


def _base_class(path: str) -> type:
    def refuse_to_be_made(cls: type, *_: Any, **__: Any) -> Any:
        refusals.refuse(path, INSTEAD)

    return type(path.rpartition(".")[2], (), {"__new__": refuse_to_be_made, "__module__": path.rpartition(".")[0]})


class _Submodules:
    """Finds what lies below an absent module."""

    @staticmethod
    def find_spec(name: str, path: Any = None, target: Any = None) -> Any:
        from importlib.machinery import ModuleSpec

        if name.partition(".")[0] in found:
            return ModuleSpec(name, _Submodules, is_package=True)
        return None

    @staticmethod
    def create_module(spec: Any) -> types.ModuleType:
        return AbsentModule(spec.name)

    @staticmethod
    def exec_module(module: types.ModuleType) -> None:
        """There is nothing to run."""


def install(is_authors: Callable[[dict], bool], installed: frozenset[str]) -> Callable[[], None]:
    """Lets imports of the author's modules (`is_authors` tells by their globals) fall back to stand-ins; the result ends that.

    `installed` are the top-level modules that the author's requirements brought. A module that neither they nor Python has is
    an error, unless the author passes it through Temporal's own sandbox, which says that the workflow does not need it.
    """
    import_before = builtins.__import__

    def import_or_stand_in(name: str, globals: Any = None, locals: Any = None, fromlist: Any = (), level: int = 0) -> Any:
        try:
            return import_before(name, globals, locals, fromlist, level)
        except Exception as error:
            top = name.partition(".")[0]
            if level or not globals or not is_authors(globals) or not _may_be_absent(top, error, installed):
                raise
            found[top] = f"{type(error).__name__}: {error}" if top in installed else _reason(top)
            for loaded in [one for one in sys.modules if one == top or one.startswith(f"{top}.")]:
                del sys.modules[loaded]
            sys.modules[top] = AbsentModule(top)
            return import_before(name, globals, locals, fromlist, level)

    builtins.__import__ = import_or_stand_in
    sys.meta_path.append(_Submodules)

    def end() -> None:
        global _sealed
        builtins.__import__ = import_before
        _sealed = True

    return end


def _may_be_absent(top: str, error: Exception, installed: frozenset[str]) -> bool:
    if top in installed or top in sys.stdlib_module_names:
        return True
    from temporalio import workflow

    missing = isinstance(error, ModuleNotFoundError) and error.name is not None and error.name.partition(".")[0] == top
    return missing and workflow.unsafe.is_imports_passed_through()


def _reason(top: str) -> str:
    if top in sys.stdlib_module_names:
        return "Python for WebAssembly does not have it"
    return "it is not installed; name it in requirements.txt or pyproject.toml if the workflow needs it"
