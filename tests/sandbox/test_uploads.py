"""Uploads that can't be workflows: each is refused with words, none is stored, and the server's memory returns."""

import asyncio
from collections.abc import Callable
from typing import Any

import grpc
import pytest

from harness.server import Server
from harness.sundial import TEST_GUESTS, Guests, Registry, SundialFailed, digest, sundial
from harness.wait import eventually

pytestmark = pytest.mark.sundial_only

INVALID = grpc.StatusCode.INVALID_ARGUMENT
CORE_MODULE = b"\0asm\x01\0\0\0"
COMPONENT = b"\0asm\x0d\0\x01\0"
KEPT_BYTES = 64 << 20


def importing(name: str) -> bytes:
    """A component that does nothing but import an empty instance of this name."""
    import_section = b"\x01\0" + bytes([len(name)]) + name.encode() + b"\x05\0"
    return COMPONENT + b"\x07\x03\x01\x42\0" + b"\x0a" + bytes([len(import_section)]) + import_section


@pytest.fixture(scope="module")
async def good(guests: Guests) -> bytes:
    return (await guests.build(TEST_GUESTS / "sundial")).read_bytes()


def flip(component: bytes) -> bytes:
    """One bit of the code is another."""
    middle = len(component) // 2
    return component[:middle] + bytes([component[middle] ^ 0x80]) + component[middle + 1 :]


# What is sent, made of a good component; the code; what the message has to say, in lower case.
BROKEN: dict[str, tuple[Callable[[bytes], bytes], str]] = {
    "empty": (lambda _: b"", "size"),
    "not wasm": (lambda _: b"#!/bin/sh\necho hello\n" * 10, "not webassembly"),
    "truncated": (lambda good: good[: len(good) // 2], "truncated"),
    "only the magic number": (lambda _: b"\0asm", "truncated"),
    "a core module without a contract": (lambda _: CORE_MODULE, "core module"),
    "a component without a contract": (lambda _: COMPONENT, "contract"),
    "sockets": (lambda _: importing("wasi:sockets/tcp@0.2.0"), "wasi:sockets/tcp"),
    "files": (lambda _: importing("wasi:filesystem/types@0.2.0"), "wasi:filesystem/types"),
    "a clock": (lambda _: importing("wasi:clocks/wall-clock@0.2.0"), "wasi:clocks/wall-clock"),
    "an unknown import": (lambda _: importing("acme:things/other@1.0.0"), "acme:things/other"),
    # Read as the beginning of one more section.
    "bytes after the end": (lambda good: good + b"and more", "in the middle of a section"),
    "a section of nonsense": (lambda _: COMPONENT + b"\x63\x01\0", "not valid"),
}


async def refused(registry: Registry, name: str, component: bytes, /, **header: Any) -> grpc.RpcError:
    with pytest.raises(grpc.RpcError) as caught:
        await asyncio.to_thread(registry.upload, name, component, **header)
    assert caught.value.details(), "an error has to say what was wrong"
    return caught.value


async def stored(server: Server) -> str:
    return str(await sundial("module", "list", address=server.address))


@pytest.mark.parametrize("kind", BROKEN)
async def test_a_broken_file_is_refused_with_words(server: Server, registry: Registry, good: bytes, kind: str) -> None:
    make, words = BROKEN[kind]
    error = await refused(registry, "broken", make(good))
    assert error.code() == INVALID
    assert words in error.details().lower()
    assert "broken" not in await stored(server)


@pytest.mark.parametrize(
    ("header", "words"),
    [
        ({"digest": "0" * 64}, "digest"),
        ({"digest": "short"}, "digest"),
        ({"size": 10}, "10 bytes"),
        ({"size": -1}, "size"),
        ({"name": "Not A Name"}, "name"),
        ({"name": ""}, "name"),
        ({"task_queue": "x" * 1001}, "taskqueue"),
    ],
    ids=lambda value: str(value)[:30],
)
async def test_a_header_that_is_wrong_is_refused(registry: Registry, good: bytes, header: dict, words: str) -> None:
    error = await refused(registry, "header", good, **header)
    assert error.code() == INVALID
    assert words in error.details().lower()


async def test_an_upload_that_ends_early_is_refused(registry: Registry, good: bytes) -> None:
    error = await refused(registry, "early", good, size=len(good) + 1)
    assert error.code() == INVALID
    assert "ended after" in error.details()


async def test_an_unknown_namespace_is_refused(registry: Registry, good: bytes) -> None:
    error = await refused(registry, "nowhere", good, namespace="no-such-namespace")
    assert error.code() == grpc.StatusCode.NOT_FOUND


async def test_data_before_the_header_is_refused(registry: Registry) -> None:
    with pytest.raises(grpc.RpcError) as caught:
        await asyncio.to_thread(registry.push, [registry.message("PushRequest", data=b"x")])
    assert caught.value.code() == INVALID
    assert "header" in caught.value.details()


async def test_three_hundred_megabytes_are_refused_and_leave_no_trace(server: Server, registry: Registry) -> None:
    before = server.resident_bytes()
    huge = COMPONENT + bytes(300 << 20)
    error = await refused(registry, "huge", huge)
    assert error.code() == grpc.StatusCode.RESOURCE_EXHAUSTED
    # And when the header lies about the size.
    error = await refused(registry, "huge", huge, size=100 << 20)
    assert error.code() == INVALID
    await eventually(lambda: server.resident_bytes() < before + KEPT_BYTES, within=20)


async def test_a_changed_bit_is_found_by_the_digest(registry: Registry, good: bytes) -> None:
    error = await refused(registry, "flipped", flip(good), digest=digest(good))
    assert error.code() == INVALID
    assert "digest" in error.details()


async def test_the_command_line_gives_the_reason_and_a_hint(server: Server, tmp_path) -> None:
    module = tmp_path / "module.wasm"
    module.write_bytes(CORE_MODULE)
    with pytest.raises(SundialFailed, match="core module") as caught:
        await sundial("module", "push", module, address=server.address)
    assert "sundial build" in str(caught.value)
    with pytest.raises(SundialFailed, match="no-such-file"):
        await sundial("module", "push", tmp_path / "no-such-file.wasm", address=server.address)


async def test_after_all_that_a_good_upload_is_taken(registry: Registry, good: bytes) -> None:
    answer = await asyncio.to_thread(registry.upload, "good", good)
    assert answer.created
    assert not (await asyncio.to_thread(registry.upload, "good", good)).created
