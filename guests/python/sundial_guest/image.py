"""Prepares the memory that becomes the component's image: every run begins with a copy of it, and pays for what it changes."""

import gc
import linecache
import sys


def prepare() -> None:
    """The last step of a build."""
    _no_source_lookups()
    gc.collect()
    # What is alive now never dies: the collector need not visit it, which would copy its pages.
    gc.freeze()


def _no_source_lookups() -> None:
    """Tracebacks look for the lines of every file that they name; only the author's are here."""
    for module in list(sys.modules.values()):
        file = getattr(module, "__file__", None)
        if isinstance(file, str) and file not in linecache.cache:
            linecache.cache[file] = (0, None, [], file)
