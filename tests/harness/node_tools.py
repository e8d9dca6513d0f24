"""TypeScript programs that tests need: their packages installed once and the program built once, both kept in the cache.

SUNDIAL_CACHE_DIR   where they are kept, as `cargo verify` keeps its tools; default: sundial in the user's cache folder
"""

import hashlib
import shutil
import subprocess
import tempfile
from collections.abc import Callable
from pathlib import Path

from harness.go_tools import digest_of, tools_folder

BUILD_WITHIN_SECONDS = 900


def built(source: Path) -> Path:
    """The folder of the package `source` of this checkout, with its packages and what `npm run build` made of it.

    It is built anew when a file of it has changed. Packages are installed anew when package-lock.json has changed.
    """
    lock = hashlib.sha256((source / "package-lock.json").read_bytes()).hexdigest()[:16]

    def install(folder: Path) -> None:
        for name in ("package.json", "package-lock.json"):
            shutil.copyfile(source / name, folder / name)
        _npm(folder, "ci", "--prefer-offline", "--no-audit", "--no-fund")

    packages = _kept(f"{source.name}-packages-{lock}", install)

    def build(folder: Path) -> None:
        shutil.copytree(source, folder, dirs_exist_ok=True, ignore=shutil.ignore_patterns("node_modules", "dist"))
        (folder / "node_modules").symlink_to(packages / "node_modules")
        _npm(folder, "run", "build")

    return _kept(f"{source.name}-{digest_of(source)}", build)


def _npm(folder: Path, *arguments: str) -> None:
    command = ["npm", *arguments]
    try:
        ended = subprocess.run(
            command,
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=BUILD_WITHIN_SECONDS,
            text=True,
        )
    except FileNotFoundError:
        raise RuntimeError("no npm on PATH: these tests build programs with Node.js 20 or later") from None
    if ended.returncode != 0:
        raise RuntimeError(f"{' '.join(command)} ended with {ended.returncode}:\n{ended.stdout}")


def _kept(name: str, make: Callable[[Path], None]) -> Path:
    """The folder in the cache. It gets there whole, whatever else makes it at the same time or ends the making."""
    folder = tools_folder() / name
    if folder.exists():
        return folder
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix=f".{name}-") as unfinished:
        made = Path(unfinished) / "made"
        made.mkdir()
        make(made)
        try:
            made.rename(folder)
        except OSError:
            # Somebody else was quicker.
            if not folder.exists():
                raise
    return folder
