"""Installs packages for the component: Temporal's SDK, and what the author's project requires. Kept in a cache, by content.

Wheels are always those for one machine, so that every author gets the same; native code in them is left out.
"""

import hashlib
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

from sundial_build.problem import Problem

# The machine that wheels are taken for, and the Python that is in a component.
TARGET = (
    *("--only-binary", ":all:", "--python-version", "3.14", "--implementation", "cp"),
    *("--abi", "cp314", "--abi", "abi3", "--abi", "none"),
    *("--platform", "manylinux2014_x86_64", "--platform", "manylinux_2_28_x86_64", "--platform", "any"),
)

SDK = Path(__file__).with_name("sdk.txt")

# Part of every component already, in the versions of sdk.txt.
PROVIDED = ("temporalio", "protobuf", "nexus-rpc", "typing-extensions", "sundial")

LOCK = "sundial.lock"

# Parts of the SDK's wheel that are for building its native half.
_NOT_PYTHON = ("temporalio/bridge/sdk-core", "temporalio/bridge/src", "LICENSE")


def sdk(cache: Path) -> Path:
    """The folder with the SDK."""
    folder = cache / f"sdk-{_digest(SDK.read_text())}"
    if not folder.is_dir():
        _tell("installing Temporal's Python SDK for components")
        _install(folder, ["--no-deps", "--require-hashes", "--requirement", str(SDK)], remove=_NOT_PYTHON)
    return folder


def of_project(project: Path, requirements: list[str], cache: Path) -> Path | None:
    """The folder with the packages that a project requires; nothing if it needs none.

    The first build chooses versions and writes them to `sundial.lock`; later ones keep to it while the requirements are the same.
    """
    wanted = [one for one in requirements if _name(one) not in PROVIDED]
    if not wanted:
        return None
    stamp = f"# requirements {_digest(chr(10).join(wanted))}"
    lock = project / LOCK
    if lock.is_file() and (text := lock.read_text()).startswith(stamp):
        folder = cache / f"packages-{_digest(text)}"
        if not folder.is_dir():
            _tell(f"installing the packages of {LOCK}")
            _install(folder, ["--no-deps", "--requirement", str(lock)])
        return folder
    _tell("choosing versions of the required packages")
    chosen = cache / f"packages-choosing-{os.getpid()}"
    _install(chosen, wanted)
    text = "\n".join([stamp, *sorted(_installed(chosen))]) + "\n"
    lock.write_text(text)
    folder = cache / f"packages-{_digest(text)}"
    if folder.is_dir():
        shutil.rmtree(chosen)
    else:
        chosen.rename(folder)
    return folder


def top_level(folder: Path) -> list[str]:
    """The names that a folder of packages adds to what can be imported."""
    names = (one.name for one in folder.iterdir() if not one.name.endswith((".dist-info", ".libs")) and one.name != "bin")
    return sorted({name.partition(".")[0] for name in names} | set((folder / ".native").read_text().split()))


def link(folder: Path, place: Path) -> None:
    """Makes a folder of packages appear in another place, without copying where the file system can do without."""
    shutil.copytree(folder, place, copy_function=_link_or_copy)


def _link_or_copy(source: str, target: str) -> None:
    try:
        os.link(source, target)
    except OSError:
        shutil.copyfile(source, target)


def _install(folder: Path, what: list[str], remove: Iterable[str] = ()) -> None:
    unfinished = folder.with_name(f"{folder.name}-{os.getpid()}")
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-compile"]
    done = subprocess.run(
        [*pip, *TARGET, "--target", str(unfinished), *what], stdin=subprocess.DEVNULL, stdout=sys.stderr, check=False
    )
    if done.returncode != 0:
        shutil.rmtree(unfinished, ignore_errors=True)
        raise Problem(
            "the required packages can't be installed for a component; pip says why above",
            "only wheels are used; a package that only activities need can stay out of the requirements of the workflow",
        )
    # Native code does not run in a component. Modules that are nothing else are remembered by name, so that their absence is told.
    native = set()
    for library in [*unfinished.rglob("*.so"), *unfinished.rglob("*.pyd")]:
        native.add(library.relative_to(unfinished).parts[0].partition(".")[0])
        library.unlink()
    for one in remove:
        path = unfinished / one
        shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)
    (unfinished / ".native").write_text("\n".join(sorted(native)))
    try:
        unfinished.rename(folder)
    except OSError:
        # Another build was quicker.
        shutil.rmtree(unfinished)


def _installed(folder: Path) -> Iterable[str]:
    for info in folder.glob("*.dist-info"):
        name, _, version = info.name.removesuffix(".dist-info").rpartition("-")
        yield f"{name}=={version}"


def _name(requirement: str) -> str:
    """The normalized name of a requirement's package."""
    found = re.match(r"[A-Za-z0-9._-]+", requirement.strip())
    return re.sub(r"[-_.]+", "-", found.group(0)).lower() if found else ""


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _tell(what: str) -> None:
    print(what, file=sys.stderr, flush=True)
