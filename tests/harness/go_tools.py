"""Go programs that tests need: each built once and kept in the cache, so that later runs only start it.

SUNDIAL_CACHE_DIR   where they are kept, as `cargo verify` keeps its tools; default: sundial in the user's cache folder
"""

import hashlib
import json
import os
import subprocess
import tempfile
from collections.abc import Callable
from pathlib import Path

from harness.tinygo import cache_folder

BUILD_WITHIN_SECONDS = 900


def tools_folder() -> Path:
    """The same folder that `cargo verify` keeps its tools in."""
    return cache_folder() / "tools"


def go(*arguments: str | Path, folder: Path | None = None, **environment: str) -> str:
    """Runs Go and returns what it printed on stdout; what it printed on stderr is told only if it fails."""
    command = ["go", *map(str, arguments)]
    try:
        ended = subprocess.run(
            command,
            cwd=folder,
            env={**os.environ, **environment},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            timeout=BUILD_WITHIN_SECONDS,
            text=True,
        )
    except FileNotFoundError:
        raise RuntimeError("no Go on PATH: these tests build programs with Go 1.26 or later") from None
    if ended.returncode != 0:
        raise RuntimeError(f"{' '.join(command)} ended with {ended.returncode}:\n{ended.stderr}")
    return ended.stdout


def module_folder(module: str, version: str) -> Path:
    """Where Go keeps the sources of a module, fetched if they are not there."""
    return Path(json.loads(go("mod", "download", "-json", f"{module}@{version}"))["Dir"])


def installed(package: str, version: str, name: str) -> Path:
    """A program of a published module, called `name`, in a folder of its own that carries the version."""

    def build(folder: Path) -> None:
        go("install", f"{package}@{version}", GOBIN=str(folder))
        (folder / package.rsplit("/", 1)[-1]).rename(folder / name)

    return _kept(f"{name}-{version}", name, build)


def built(source: Path) -> Path:
    """The program whose module is the folder `source` of this checkout: built anew when a file of it has changed."""
    name = source.name

    def build(folder: Path) -> None:
        go("build", "-ldflags=-s -w", "-o", folder / name, ".", folder=source)

    return _kept(f"{name}-{digest_of(source)}", name, build)


def digest_of(folder: Path) -> str:
    """Names what is in the files of a folder."""
    digest = hashlib.sha256()
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        digest.update(f"{path.relative_to(folder)}\0".encode())
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()[:16]


def _kept(folder_name: str, name: str, build: Callable[[Path], None]) -> Path:
    """The program in the cache. It gets there whole, whatever else builds it at the same time or ends the build."""
    folder = tools_folder() / folder_name
    if (folder / name).exists():
        return folder / name
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix=f".{folder_name}-") as unfinished:
        build(Path(unfinished))
        folder.mkdir(exist_ok=True)
        os.replace(Path(unfinished) / name, folder / name)
    return folder / name
