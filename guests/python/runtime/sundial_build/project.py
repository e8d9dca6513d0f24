"""Reads an author's project: what it requires, and which of its modules define workflows. Its code is parsed, never run here."""

import ast
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

try:
    import tomllib
except ModuleNotFoundError:  # Python 3.10
    from pip._vendor import tomli as tomllib

from sundial_build.problem import Problem

# Folders that hold no source of the project.
_LEFT_OUT = {"venv", "env", "node_modules", "__pycache__", "target", "dist", "build", "site-packages"}

# Larger files are no data that a module reads while it is loaded.
_MAX_FILE_BYTES = 1 << 20


class Project:
    """A folder with Python source."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._settings = _settings(folder)

    def requirements(self) -> list[str]:
        """What pyproject.toml and requirements.txt name, in that order."""
        named = [str(one) for one in self._settings.get("project", {}).get("dependencies", [])]
        file = self.folder / "requirements.txt"
        if file.is_file():
            lines = (line.partition(" #")[0].strip() for line in file.read_text(encoding="utf-8").splitlines())
            named += [line for line in lines if line and not line.startswith(("#", "-"))]
        return list(dict.fromkeys(named))

    def roots(self) -> list[str]:
        """The folders that modules are named from, below the project's: `src` first where there is one."""
        return ["src", ""] if (self.folder / "src").is_dir() else [""]

    def modules(self) -> list[str]:
        """The modules with workflow classes: those that pyproject.toml lists as [tool.sundial] workflows, else all that are found."""
        listed = self._settings.get("tool", {}).get("sundial", {}).get("workflows")
        if listed is not None:
            if not isinstance(listed, list) or not all(isinstance(one, str) for one in listed):
                raise Problem("[tool.sundial] workflows in pyproject.toml must be a list of module names")
            return listed
        found = [self._module(file) for file in self._sources() if _defines_workflow(file) and not _is_test(file, self.folder)]
        if not found:
            raise Problem(
                f"no workflow was found in {self.folder}: no class is decorated with @workflow.defn",
                "name the folder that holds it, or list its module in pyproject.toml, [tool.sundial] workflows",
            )
        return sorted(found)

    def copy(self, folder: Path) -> None:
        """Copies what modules may need while they are loaded."""
        for file in self._files():
            copied = folder / file.relative_to(self.folder)
            copied.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(file, copied)

    def _module(self, file: Path) -> str:
        relative = file.relative_to(self.folder)
        if relative.parts[0] == "src" and len(relative.parts) > 1:
            relative = relative.relative_to("src")
        parts = list(relative.with_suffix("").parts)
        if parts[-1] == "__init__" and len(parts) > 1:
            parts.pop()
        return ".".join(parts)

    def _sources(self) -> Iterator[Path]:
        return (file for file in self._files() if file.suffix == ".py")

    def _files(self) -> Iterator[Path]:
        for folder, folders, files in os.walk(self.folder):
            folders[:] = sorted(one for one in folders if not one.startswith(".") and one not in _LEFT_OUT)
            for name in sorted(files):
                file = Path(folder, name)
                if not name.startswith(".") and file.suffix not in (".pyc", ".wasm") and file.stat().st_size <= _MAX_FILE_BYTES:
                    yield file


def _settings(folder: Path) -> dict:
    file = folder / "pyproject.toml"
    if not file.is_file():
        return {}
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except ValueError as error:
        raise Problem(f"{file} can't be read: {error}") from error


def _is_test(file: Path, folder: Path) -> bool:
    parts = file.relative_to(folder).parts
    return file.name.startswith("test_") or file.stem.endswith("_test") or file.stem == "conftest" or "tests" in parts[:-1]


def _defines_workflow(file: Path) -> bool:
    """Whether a class is decorated with `workflow.defn`, however the module is named where it is imported."""
    try:
        tree = ast.parse(file.read_bytes(), str(file))
    except (SyntaxError, ValueError) as error:
        # A file that is no workflow may be for another Python; one that is one is refused by the component's.
        return b"workflow.defn" in file.read_bytes() and _syntax(file, error)
    return any(
        isinstance(node, ast.ClassDef) and any(_is_workflow_defn(one) for one in node.decorator_list) for node in ast.walk(tree)
    )


def _syntax(file: Path, error: Exception) -> bool:
    raise Problem(f"{file} can't be parsed: {error}") from error


def _is_workflow_defn(decorator: ast.expr) -> bool:
    if isinstance(decorator, ast.Call):
        decorator = decorator.func
    if isinstance(decorator, ast.Attribute):
        return decorator.attr == "defn"
    return isinstance(decorator, ast.Name) and decorator.id in ("defn", "workflow_defn")
