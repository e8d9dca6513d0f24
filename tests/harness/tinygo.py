"""Whether TinyGo is on this machine, by the places in which `sundial build` looks for it. `guests/go/setup-tinygo.sh` makes one."""

import os
import shutil
from pathlib import Path


def is_tinygo_here() -> bool:
    named = os.environ.get("SUNDIAL_TINYGO")
    folder = Path(named) if named else cache_folder() / "tinygo"
    return (folder / "complete").is_file() or shutil.which("tinygo") is not None


def cache_folder() -> Path:
    """Where Sundial keeps what it makes for itself."""
    own = os.environ.get("SUNDIAL_CACHE_DIR")
    if own:
        return Path(own)
    base = os.environ.get("XDG_CACHE_HOME")
    return (Path(base) if base else Path.home() / ".cache") / "sundial"
