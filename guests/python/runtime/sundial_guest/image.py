"""Prepares the memory that becomes the component's image: every run begins with a copy of it, and pays for what it changes."""

import gc
import linecache
import sys
import traceback
import types

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
    no_source_lookups()
    # It would parse the line to mark a part of it, and for one that is no statement Python then looks for the file.
    traceback._extract_caret_anchors_from_line_segment = lambda segment: None
    gc.collect()
    sundial_component.overwrite(_ends_of_tuples())
    # What is alive now never dies: the collector need not visit it, and nobody need count references to it. Both would copy pages.
    _make_immortal()
    gc.freeze()
    # Free memory lies in holes between what is alive. It is held for ever, so that a run takes new memory, in one piece.
    _HELD.extend(sundial_component.fill_free_memory())
    sundial_component.overwrite(b"".join(number.to_bytes(4, "little") for part in _CHANCE for number in part))


_HELD: list = []

# What the collector keeps before each tuple.
_COLLECTOR_BYTES = sys.getsizeof(()) - tuple.__basicsize__


def _ends_of_tuples() -> bytearray:
    """The ends of the chunks that tuples live in: what was there before, such as a time, is still there."""
    ranges = bytearray()
    pending = gc.get_objects()
    # Below it are tuples that are part of Python itself, and have neighbours.
    heap = min(id(one) for one in pending if type(one) is dict)
    seen = set()
    for one in pending:
        for value in (one, *sundial_component.values_of(one)):
            if type(value) is not tuple or id(value) in seen or id(value) < heap:
                continue
            seen.add(id(value))
            pending.append(value)
            used = sys.getsizeof(value)
            size = -(used + sundial_component._WORD_BYTES) % sundial_component._STEP_BYTES
            ranges += (id(value) + used - _COLLECTOR_BYTES).to_bytes(4, "little") + size.to_bytes(4, "little")
    return ranges


# CPython keeps no count of references to an object whose count is this or more.
_IMMORTAL_HIGHEST_BYTE = 0x50


# How many objects are marked at once: their list must not become what it is to make small.
_BATCH = 4096


def _make_immortal() -> None:
    """Marks all that is alive. The mark also says that an object was met before."""
    highest = (1 | _IMMORTAL_HIGHEST_BYTE << 24).to_bytes(4, "little")
    pending = gc.get_objects()
    ranges = bytearray()
    for one in pending:
        for value in (one, *sundial_component.values_of(one)):
            if sys.getrefcount(value) < _IMMORTAL_HIGHEST_BYTE << 23:
                ranges += (id(value) + 3).to_bytes(4, "little") + highest
                # The collector knows all others.
                if type(value) is tuple or type(value) is types.CodeType:
                    pending.append(value)
        if len(ranges) > _BATCH * len(highest):
            sundial_component.overwrite(ranges)
            ranges.clear()
    sundial_component.overwrite(ranges)


def no_source_lookups() -> None:
    """Tracebacks look for the lines of every file that they name; only the author's are here."""
    for module in list(sys.modules.values()):
        file = getattr(module, "__file__", None)
        if isinstance(file, str) and file not in linecache.cache:
            linecache.cache[file] = (0, None, [], file)
