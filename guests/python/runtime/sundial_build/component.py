"""Runs componentize-py on a project, with everything in a folder of its own that is made anew for each build."""

import json
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from sundial_build import module_index, native_library, packages
from sundial_build.problem import Problem
from sundial_build.project import Project

# What runs in the component, beside this package: what componentize-py loads, and the package behind it.
ENTRY = Path(__file__).parent.parent / "sundial_component.py"
GUEST = Path(__file__).parent.parent / "sundial_guest"

_PROJECT = """# What `sundial build` found, for sundial_guest.
FOLDER = "/0/project"
MODULES = {modules!r}
INDEX = {index!r}
INSTALLED = {installed!r}
REPORT = "/0/report.json"
"""


def build(folder: Path, output: Path, cache: Path, wit: Path) -> dict:
    """Builds the component of the project in `folder`. Returns what the author should know about it."""
    project = Project(folder)
    modules = project.modules()
    cache.mkdir(parents=True, exist_ok=True)
    sdk = packages.sdk(cache)
    required = packages.of_project(folder, project.requirements(), cache)
    with tempfile.TemporaryDirectory(prefix="build-", dir=cache) as scratch:
        # One folder, so that what Python lists when it starts is the same for every project.
        root = Path(scratch, "root")
        shutil.copytree(GUEST, root / GUEST.name, ignore=shutil.ignore_patterns("__pycache__"))
        shutil.copyfile(ENTRY, root / ENTRY.name)
        project.copy(root / "project")
        packages.link(sdk, root / "sdk")
        if required:
            packages.link(required, root / "packages")
        native_library.write(root)
        roots = [*(f"project/{part}".rstrip("/") for part in project.roots()), "sdk", *(["packages"] if required else []), ""]
        (root / "sundial_project.py").write_text(
            _PROJECT.format(
                modules=modules,
                index=module_index.of_roots(root, roots),
                installed=packages.top_level(required) if required else [],
            )
        )
        _componentize(root, wit, output)
        return json.loads((root / "report.json").read_text())


def _componentize(root: Path, wit: Path, output: Path) -> None:
    program = Path(sys.executable).with_name("componentize-py")
    command = [str(program), "-d", str(wit), "-w", "workflow", "componentize", "-p", str(root), ENTRY.stem]
    done = subprocess.run([*command, "-o", str(output)], stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise _problem(done.stderr + done.stdout)


def _problem(output: str) -> Problem:
    """What of componentize-py's output is about the author's code: the traceback inside, from the author's frames on."""
    text = output.partition("AssertionError: ")[2] or output
    text = text.partition("\nCaused by:")[0].partition("Stack backtrace:")[0].strip()
    text = re.sub(r'^  File "(/0/sundial_guest/|<frozen |/python/importlib/).*\n(    .*\n)*', "", text, flags=re.MULTILINE)
    last = text.splitlines()[-1] if text else "componentize-py failed without a word"
    if not text.startswith("Traceback"):
        return Problem(f"componentize-py can't build the component: {text[-2000:]}")
    hint = "it happened while the modules were loaded, as Python for WebAssembly does it"
    if last.startswith("ModuleNotFoundError"):
        hint = (
            "name the package in requirements.txt or pyproject.toml; what only activities need can be imported under "
            "`with workflow.unsafe.imports_passed_through():`"
        )
    return Problem(f"the modules can't be loaded: {last}\n{text}", hint)
