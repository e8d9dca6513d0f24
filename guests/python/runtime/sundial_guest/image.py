"""Prepares the memory that becomes the component's image: every run begins with a copy of it, and pays for what it changes."""

import gc
import linecache
import sys
import traceback

import sundial_component

# What componentize-py 0.25.1 and sundial_component leave of random numbers and times, by address and size: stack frames that are in
# use until the build ends, the random numbers of the C library and the guard of its stack, the start of the process's clock, and one
# object. Nothing of it is read where there is neither randomness nor time. After a change of either, the test that builds twice says
# what there is now.
_CHANCE = (
    *((0xFF7C0, 64), (0xFF828, 8), (0xFF831, 35), (0xFF879, 19), (0xFF8D0, 4), (0xFFFFC, 4)),
    *((0x37CD5C, 60), (0x37CDB4, 52), (0x400378, 4), (0x43DB74, 4), (0x43EF20, 12)),
)


def prepare() -> None:
    """The last step of a build."""
    _no_source_lookups()
    # It would parse the line to mark a part of it, and for one that is no statement Python then looks for the file.
    traceback._extract_caret_anchors_from_line_segment = lambda segment: None
    sundial_component.fill_free_memory()
    # What is alive now never dies: the collector need not visit it, which would copy its pages.
    gc.freeze()
    sundial_component.overwrite(b"".join(number.to_bytes(4, "little") for part in _CHANCE for number in part))


def _no_source_lookups() -> None:
    """Tracebacks look for the lines of every file that they name; only the author's are here."""
    for module in list(sys.modules.values()):
        file = getattr(module, "__file__", None)
        if isinstance(file, str) and file not in linecache.cache:
            linecache.cache[file] = (0, None, [], file)
