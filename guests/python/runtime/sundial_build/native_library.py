"""Writes the small native library that is linked into every component, as WebAssembly.

Python reads the seed of its string hashes when it starts, before any code of ours, and takes a random one unless the environment
names it; then sets have another order in every build. componentize-py gives no way to the environment, but it links native libraries,
and their initialisers run before Python starts. This one calls `setenv("PYTHONHASHSEED", "0", 1)` of the C library.

Its second function writes to memory that Python code can't reach: zeros to the unused part of the stack, and a byte's value to each of
the ranges that `sys.sundial_ranges` names. That is a bytes object of two numbers for each: the address, and the size with the value in
its highest byte.
"""

from pathlib import Path

# The ending by which componentize-py knows a library, without which it is not linked.
MODULE = "sundial_native"
NAME = f"{MODULE}.cpython-314-wasm32-wasi.so"

_I32 = b"\x7f"


# The stack grows down to address 0; a fill must stay below what its own callers use.
_STACK_MARGIN_BYTES = 16


def write(folder: Path) -> None:
    """Writes it into a folder that componentize-py searches."""
    (folder / NAME).write_bytes(_library())


def _library() -> bytes:
    data = b"PYTHONHASHSEED\x000\x00sundial_ranges\x00"
    memory = _number(len(data)) + _number(0) * 3
    dynamic = _name("dylink.0") + b"\x01" + _sized(memory) + b"\x02" + _sized(_vector([_name("libc.so"), _name("libpython3.14.so")]))
    signatures = (([_I32] * 3, [_I32]), ([_I32], [_I32]), ([], []), ([], [_I32]))
    types = _vector([b"\x60" + _vector(parameters) + _vector(results) for parameters, results in signatures])
    imports = _vector(
        [
            _name("env") + _name("memory") + b"\x02\x00\x01",
            _name("env") + _name("__memory_base") + b"\x03\x7f\x00",
            _name("env") + _name("__stack_pointer") + b"\x03\x7f\x01",
            _name("env") + _name("setenv") + b"\x00\x00",
            _name("env") + _name("PySys_GetObject") + b"\x00\x01",
        ]
    )
    exports = _vector([_name("_initialize") + b"\x00\x02", _name(f"PyInit_{MODULE}") + b"\x00\x03"])
    code = _vector([_sized(_vector([]) + _start(data)), _sized(_vector([_number(2) + _I32]) + _overwrite(data))])
    segment = _vector([b"\x00" + _BASE + b"\x0b" + _sized(data)])
    sections = [(0, dynamic), (1, types), (2, imports), (3, _vector([b"\x02", b"\x03"])), (7, exports), (10, code), (11, segment)]
    return b"\x00asm\x01\x00\x00\x00" + b"".join(bytes([number]) + _sized(body) for number, body in sections)


# Instructions. The two variables of a function are where a range is read from, and where the ranges end.
_BASE, _STACK, _END = b"\x23\x00", b"\x23\x01", b"\x0b"
_AT, _UNTIL, _SET_AT, _SET_UNTIL = b"\x20\x00", b"\x20\x01", b"\x21\x00", b"\x21\x01"
_ADD, _SUBTRACT, _NOT_LESS, _DROP = b"\x6a", b"\x6b", b"\x4f", b"\x1a"
_AND, _SHIFT_RIGHT = b"\x71", b"\x76"

# Where a bytes object keeps its length and its contents.
_LENGTH_OFFSET, _CONTENTS_OFFSET = 8, 16


def _start(data: bytes) -> bytes:
    value = _BASE + _constant(data.index(b"0\x00")) + _ADD
    return _BASE + value + _constant(1) + b"\x10\x00" + _DROP + _END


def _overwrite(data: bytes) -> bytes:
    ranges = _BASE + _constant(data.index(b"sundial_ranges")) + _ADD + b"\x10\x01" + _SET_AT
    until = _AT + _constant(_CONTENTS_OFFSET) + _ADD + _AT + _load(_LENGTH_OFFSET) + _ADD + _SET_UNTIL
    begin = _AT + _constant(_CONTENTS_OFFSET) + _ADD + _SET_AT
    leave = _AT + _UNTIL + _NOT_LESS + b"\x0d\x01"
    value = _AT + _load(4) + _constant(24) + _SHIFT_RIGHT
    size = _AT + _load(4) + _constant((1 << 24) - 1) + _AND
    one = _fill(_AT + _load(0), size, value) + _AT + _constant(8) + _ADD + _SET_AT
    loop = b"\x02\x40\x03\x40" + leave + one + b"\x0c\x00" + _END + _END
    stack = _fill(_constant(0), _STACK + _constant(_STACK_MARGIN_BYTES) + _SUBTRACT)
    return ranges + until + begin + loop + stack + _constant(0) + _END


def _load(offset: int) -> bytes:
    """Reads a number of four bytes at an address."""
    return b"\x28\x02" + _number(offset)


def _constant(value: int) -> bytes:
    """Pushes a number, which in this instruction is signed."""
    encoded = b""
    while True:
        value, low = value >> 7, value & 0x7F
        if value == 0 and not low & 0x40:
            return b"\x41" + encoded + bytes([low])
        encoded += bytes([low | 0x80])


def _fill(address: bytes, size: bytes, value: bytes | None = None) -> bytes:
    """Writes a byte's value, or zeros."""
    return address + (value or _constant(0)) + size + b"\xfc\x0b\x00"


def _number(value: int) -> bytes:
    """An unsigned number in LEB128."""
    encoded = b""
    while True:
        value, low = value >> 7, value & 0x7F
        if not value:
            return encoded + bytes([low])
        encoded += bytes([low | 0x80])


def _sized(body: bytes) -> bytes:
    return _number(len(body)) + body


def _name(text: str) -> bytes:
    return _sized(text.encode())


def _vector(items: list[bytes]) -> bytes:
    return _number(len(items)) + b"".join(items)
