"""The module that componentize-py loads: it takes loading over from Python, clears what starting it left in memory, and hands on.

Python's own importer lists folders and reads the times of files. These lie about in memory afterwards, even where nothing refers to
them any more, and then two builds of the same source are two different components. Therefore this file is the only one that is loaded
that way, and imports nothing that is not there when Python has started. What it leaves is at the same addresses in every build, as
long as this file is the same; `image` overwrites that.
"""

import gc
import os
import sys
from _frozen_importlib import BuiltinImporter, FrozenImporter, ModuleSpec
from _frozen_importlib_external import SourceFileLoader, spec_from_file_location

# Where componentize-py mounts Python's library, what it generated, and the one folder that `sundial build` gives it.
_LIBRARY = ("/python", "/world", "/bundled", "/0")

# The author's modules.
_AUTHORS = "/0/project/"


class Loader(SourceFileLoader):
    """Compiles a source file, always anew."""

    def path_stats(self, path):
        raise OSError("what an earlier build compiled is not used, so that every build does the same")

    def get_data(self, path):
        descriptor = os.open(path, os.O_RDONLY)
        try:
            parts = []
            while part := os.read(descriptor, 1 << 16):
                parts.append(part)
            return b"".join(parts)
        finally:
            os.close(descriptor)


class Importer:
    """Finds modules by the index that `sundial build` made of what it mounted, and by trying where it is about Python's own."""

    def __init__(self):
        self._index = {}
        # What the author's own modules are loaded with.
        self.authors_loader = Loader

    def find_spec(self, name, path=None, target=None):
        file = self._index.get(name) or _in_library(name)
        if file is None:
            return None
        if not file.endswith(".py"):
            spec = ModuleSpec(name, None, is_package=True)
            spec.submodule_search_locations = [file]
            return spec
        is_authors = file.startswith(_AUTHORS)
        loader = (self.authors_loader if is_authors else Loader)(name, file)
        places = [file.rpartition("/")[0]] if file.endswith("/__init__.py") else None
        return spec_from_file_location(name, file, loader=loader, submodule_search_locations=places)


    def install(self):
        """Makes it the only importer of files."""
        sys.meta_path[:] = [BuiltinImporter, FrozenImporter, self]
        sys.path_hooks.clear()
        sys.path_importer_cache.clear()

    def read_index(self):
        """Takes the index from where `sundial build` wrote it."""
        import sundial_project

        self._index = sundial_project.INDEX


def _in_library(name):
    relative = name.replace(".", "/")
    for folder in _LIBRARY:
        for file in (f"{folder}/{relative}/__init__.py", f"{folder}/{relative}.py"):
            try:
                os.close(os.open(file, os.O_RDONLY))
            except OSError:
                continue
            return file
    return None


# Python for WebAssembly takes every object from the C library, which hands out chunks of a multiple of this, less one word.
_STEP_BYTES = 16
_WORD_BYTES = 4

# What a bytes object has beside its contents.
_BYTES_OBJECT_BYTES = sys.getsizeof(b"")

# More than is free in one piece when Python has started: it is taken from where nothing was before.
_UNUSED_BYTES = 4 << 20

# The unused part of the first word after a string's hash, of which one byte holds flags.
_STRING_FLAGS_OFFSET = 16


def clean():
    """The first step of a build: overwrites what starting Python left, in memory that is free and in what is unused of values."""
    fill_free_memory().clear()
    overwrite(_unused_of_values())


def fill_free_memory():
    """Takes all memory that is free in pieces, as zeros. The result is what holds it; dropped, it is free again."""
    gc.collect()
    edge = id(bytes(_UNUSED_BYTES))
    held = []
    # From large to small: what is left of a large chunk is a smaller one.
    for size in (1 << 18, 1 << 16, 1 << 14, 1 << 12, 2048, 1024, *range(512, 2 * _STEP_BYTES - 1, -_STEP_BYTES)):
        contents = size - _WORD_BYTES - _BYTES_OBJECT_BYTES
        while id(zeros := bytes(contents)) < edge:
            held.append(zeros)
    while id(smallest := object()) < edge:
        held.append(smallest)
    return held


def _unused_of_values():
    """Padding in strings, and the ends of the chunks that strings and numbers live in: what was there before is still there."""
    ranges = bytearray()
    seen = set()
    pending = gc.get_objects()
    # Below it are strings that are part of Python itself, and have neighbours.
    heap = min(id(one) for one in pending if type(one) is dict)

    def add(address, size):
        ranges.extend(address.to_bytes(4, "little") + size.to_bytes(4, "little"))

    for one in pending:
        for value in values_of(one):
            if id(value) in seen or id(value) < heap:
                continue
            seen.add(id(value))
            if type(value) is str:
                add(id(value) + _STRING_FLAGS_OFFSET + 1, 3)
            # A string that is not ASCII may keep a second form of itself elsewhere, and count it.
            if type(value) in (bytes, int, float) or type(value) is str and value.isascii():
                used = sys.getsizeof(value)
                add(id(value) + used, -(used + _WORD_BYTES) % _STEP_BYTES)
            elif type(value) is tuple or type(value) is _CODE:
                pending.append(value)
    return ranges


_CODE = type(clean.__code__)


def values_of(one):
    if type(one) is _CODE:
        return [
            *(one.co_names, one.co_varnames, one.co_freevars, one.co_cellvars, one.co_consts, one.co_filename, one.co_name),
            *(one.co_qualname, one.co_linetable, one.co_exceptiontable, *one.co_names, *one.co_varnames, *one.co_freevars),
        ]
    return gc.get_referents(one)


def overwrite(ranges):
    """Writes to ranges of memory, each an address and a size of four bytes each, the latter with the value in its highest byte.

    The native library does it, by the way in which a module is loaded; as a module it is none, and says so.
    """
    import _imp
    from _frozen_importlib import ModuleSpec

    sys.sundial_ranges = bytes(ranges)
    name = "sundial_native"
    spec = ModuleSpec(name, None, origin=f"/0/{name}.cpython-314-wasm32-wasi.so")
    try:
        _imp.create_dynamic(spec)
    except SystemError:
        pass
    del sys.sundial_ranges


IMPORTER = Importer()
IMPORTER.install()
clean()
IMPORTER.read_index()

from sundial_guest.component import Guest  # noqa: E402, F401
