"""Loads the author's modules while the component is built, and finds the workflow classes in them.

Which modules these are was decided by `sundial build`, which wrote `sundial_project`.
"""

import ast
import importlib
import inspect
import linecache
import sys
import types
from pathlib import Path
from typing import Any

import sundial_project
from sundial_component import IMPORTER, Loader
from temporalio import workflow
from temporalio.converter import DataConverter


class AuthorsLoader(Loader):
    """Loads a module so that its code names the file as the author knows it: by the path within the project."""

    def source_to_code(self, data: Any, path: Any, **more: Any) -> types.CodeType:
        tree = ast.parse(data, path)
        _late_imports.extend(_imports_in_functions(tree, self.name, self.is_package(self.name)))
        shown = str(Path(path).relative_to(sundial_project.FOLDER))
        # Tracebacks show the line itself, and there are no files to read it from later.
        lines = importlib.util.decode_source(bytes(data)).splitlines(keepends=True)
        linecache.cache[shown] = (len(data), None, lines, shown)
        return super().source_to_code(tree, shown, **more)


# Modules that functions of the author import when they are called.
_late_imports: list[str] = []


def _imports_in_functions(tree: ast.Module, module: str, is_package: bool) -> list[str]:
    package = module if is_package else module.rpartition(".")[0]
    found = []
    for function in ast.walk(tree):
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
            for node in ast.walk(function):
                if isinstance(node, ast.Import):
                    found.extend(alias.name for alias in node.names)
                elif isinstance(node, ast.ImportFrom):
                    base = importlib.util.resolve_name("." * node.level + (node.module or ""), package)
                    # Each name may be a module of that package, or something in it.
                    found.extend([base, *(f"{base}.{alias.name}" for alias in node.names)])
    return found


def is_authors(names: dict) -> bool:
    """Whether these are the globals of a module of the author."""
    spec = names.get("__spec__")
    return isinstance(getattr(spec, "loader", None), AuthorsLoader)


def load() -> list[types.ModuleType]:
    """Imports the modules that define workflows, and what their functions import when called."""
    IMPORTER.authors_loader = AuthorsLoader
    modules = [importlib.import_module(name) for name in sundial_project.MODULES]
    for name in _late_imports:
        # What can't be imported is an error only where it is called.
        try:
            importlib.import_module(name)
        except Exception:  # noqa: S112
            continue
    return modules


def workflows(modules: list[types.ModuleType]) -> list[type]:
    """The workflow classes that are defined in these modules, in the order of their definition."""
    found: dict[str | None, type] = {}
    for module in modules:
        for value in list(vars(module).values()):
            if not inspect.isclass(value) or value.__module__ != module.__name__:
                continue
            definition = workflow._Definition.from_class(value)
            if definition is None:
                continue
            other = found.setdefault(definition.name, value)
            if other is not value:
                name = f"type {definition.name}" if definition.name else "every type (they are dynamic)"
                raise SystemExit(
                    f"two workflow classes are of {name}: {other.__module__}.{other.__qualname__} and "
                    f"{value.__module__}.{value.__qualname__}; list the modules to build in pyproject.toml, "
                    "[tool.sundial] workflows"
                )
    return list(found.values())


def data_converter(modules: list[types.ModuleType]) -> DataConverter:
    """The converter that a module names `data_converter`, else the SDK's default."""
    for module in modules:
        named = getattr(module, "data_converter", None)
        if isinstance(named, DataConverter):
            return named
    return DataConverter.default


def interceptors(modules: list[types.ModuleType]) -> list:
    """The interceptors that a module lists as `interceptors`, as a worker takes them."""
    from temporalio.worker import Interceptor

    for module in modules:
        named = getattr(module, "interceptors", None)
        if isinstance(named, list | tuple) and named and all(isinstance(one, Interceptor) for one in named):
            return list(named)
    return []


# The top-level modules that the author's requirements brought.
INSTALLED = frozenset(sundial_project.INSTALLED)


def report(absent: dict[str, str]) -> None:
    """Tells `sundial build` what the component lacks."""
    import json

    text = json.dumps({"absent": absent}, indent=2, sort_keys=True)
    Path(sundial_project.REPORT).write_text(text, encoding="utf-8")
