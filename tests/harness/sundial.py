"""What Temporal's servers do not have: the `sundial` command line, guests that it builds, the module registry."""

import asyncio
import hashlib
import json
import os
import sys
from collections.abc import AsyncIterator, Iterable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import grpc
from google.protobuf.descriptor_pool import DescriptorPool
from google.protobuf.message_factory import GetMessageClass
from grpc_reflection.v1alpha.proto_reflection_descriptor_database import (
    ProtoReflectionDescriptorDatabase,
)

from harness.server import CHECKOUT, sundial_binary

EXAMPLES = CHECKOUT / "guests/rust/examples"
# Declares the activity that the worker host itself runs for the order.
ORDER_ACTIVITIES = EXAMPLES / "order/activities.toml"
TEST_GUESTS = CHECKOUT / "guests/test"
# One for all guests, so that what they share is compiled once.
GUESTS_TARGET = CHECKOUT / "target/guests"
BUILD_WITHIN_SECONDS = 600
POLLING_WITHIN_SECONDS = 30


class SundialFailed(Exception):
    """The command ended with an error; the message is what it wrote to stderr."""


def command_environment() -> dict[str, str]:
    """This process's, with the folder in which guests are compiled."""
    return {"CARGO_TARGET_DIR": str(GUESTS_TARGET), **os.environ}


async def sundial(
    *arguments: str | Path, address: str | None = None, within: float = 30, folder: Path | None = None
) -> Any:
    """Runs `sundial --json ...`, in a folder if one is given: what it printed, taken apart."""
    command = [str(sundial_binary()), *map(str, arguments), "--json"]
    if address:
        command += ["--address", address]
    process = await asyncio.create_subprocess_exec(
        *command,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        env=command_environment(),
        cwd=folder,
    )
    try:
        output, errors = await asyncio.wait_for(process.communicate(), within)
    except TimeoutError:
        process.kill()
        raise SundialFailed(f"{command} took longer than {within} s") from None
    if process.returncode != 0:
        raise SundialFailed(errors.decode() or output.decode())
    return json.loads(output) if output.strip() else None


def made_before(name: str) -> Path | None:
    """The component of this name in the folder that SUNDIAL_COMPONENTS names, where something built it before the tests."""
    folder = os.environ.get("SUNDIAL_COMPONENTS")
    component = Path(folder) / f"{name}.wasm" if folder else None
    return component if component and component.exists() else None


class Guests:
    """Components, each built once a session into `folder`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.built: dict[Path, Path] = {}
        # Cargo would make the second build wait anyhow.
        self.building = asyncio.Lock()

    async def build(self, crate: Path) -> Path:
        async with self.building:
            if crate not in self.built:
                component = self.folder / f"{crate.name}.wasm"
                await sundial("build", crate, "--output", component, within=BUILD_WITHIN_SECONDS)
                self.built[crate] = component
            return self.built[crate]

    async def example(self, name: str) -> Path:
        return await self.build(EXAMPLES / name)


@asynccontextmanager
async def activity_worker(script: Path, *arguments: str) -> AsyncIterator[None]:
    """A stock Python worker, as the examples bring it."""
    process = await asyncio.create_subprocess_exec(sys.executable, script, *arguments, stdout=asyncio.subprocess.PIPE)
    try:
        assert process.stdout is not None
        assert b"polling" in await asyncio.wait_for(process.stdout.readline(), POLLING_WITHIN_SECONDS)
        yield
    finally:
        process.terminate()
        await process.wait()


def digest(component: bytes) -> str:
    return hashlib.sha256(component).hexdigest()


class Registry:
    """The module registry in raw calls. The messages are those that the server's reflection describes."""

    def __init__(self, address: str) -> None:
        self.channel = grpc.insecure_channel(address)
        self.pool = DescriptorPool(ProtoReflectionDescriptorDatabase(self.channel))

    def message(self, name: str, /, **fields: Any) -> Any:
        return GetMessageClass(self.pool.FindMessageTypeByName(f"sundial.registry.v1.{name}"))(**fields)

    def push(self, parts: Iterable[Any]) -> Any:
        method = self.channel.stream_unary(
            "/sundial.registry.v1.RegistryService/Push",
            request_serializer=lambda message: message.SerializeToString(),
            response_deserializer=type(self.message("PushResponse")).FromString,
        )
        return method(iter(parts), timeout=50)

    def upload(self, name: str, component: bytes, /, *, piece: int = 1 << 20, **header: Any) -> Any:
        """Pushes a component; `header` replaces fields of the true header."""
        fields = {
            "namespace": "default",
            "name": name,
            "digest": digest(component),
            "task_queue": name,
            "size": len(component),
            **header,
        }

        def parts() -> Iterator[Any]:
            yield self.message("PushRequest", header=self.message("PushHeader", **fields))
            for start in range(0, len(component), piece):
                yield self.message("PushRequest", data=component[start : start + piece])

        return self.push(parts())

    def close(self) -> None:
        self.channel.close()
