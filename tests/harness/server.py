"""Starts, kills and measures the server under test, or finds the one that already runs.

SUNDIAL_TEST_ADDRESS   host:port of a running server: nothing is started then
SUNDIAL_TEST_SERVER    `sundial` (default), or `temporal` for Temporal's own development server, the reference
SUNDIAL_TEST_POSTGRES  the address of a PostgreSQL database in which the tests may make schemas
SUNDIAL_TEST_DATABASE  `postgres` runs `sundial server` on a schema of that database instead of `sundial dev`
SUNDIAL_BINARY         default: target/release/sundial of this checkout
TEMPORAL_BINARY        default: `temporal` from PATH, else from Go's bin folder
"""

import asyncio
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from temporalio.client import Client
from temporalio.service import RPCError, TLSConfig

from harness import postgres

CHECKOUT = Path(__file__).resolve().parents[2]
READY_WITHIN_SECONDS = 30.0


def sundial_binary() -> Path:
    path = Path(os.environ.get("SUNDIAL_BINARY", CHECKOUT / "target/release/sundial"))
    if not path.exists():
        raise RuntimeError(f"no sundial binary at {path}: run `cargo build --release`, or set SUNDIAL_BINARY")
    return path


def temporal_binary() -> Path:
    named = os.environ.get("TEMPORAL_BINARY") or shutil.which("temporal")
    path = Path(named) if named else Path.home() / "go/bin/temporal"
    if not path.exists():
        raise RuntimeError(
            "no temporal CLI: `go install github.com/temporalio/cli/cmd/temporal@v1.5.1`, or set TEMPORAL_BINARY"
        )
    return path


def kind_under_test() -> str:
    return os.environ.get("SUNDIAL_TEST_SERVER", "sundial")


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def server_command(kind: str, port: int, database: Path | str | None, extra: tuple[str, ...] = ()) -> list[str]:
    """`database`: a file, or the address of a PostgreSQL database."""
    if database is None and kind == "sundial" and os.environ.get("SUNDIAL_TEST_DATABASE") == "postgres":
        database = postgres.new_schema()
    if isinstance(database, str):
        command = [str(sundial_binary()), "server", "--port", str(port), "--database", database]
    elif kind == "temporal":
        command = [str(temporal_binary()), "server", "start-dev", "--headless", "--log-level", "error"]
        # Where ours has it.
        command += ["--port", str(port), "--http-port", str(port + 10)]
        command += ["--db-filename", str(database)] if database else []
    else:
        command = [str(sundial_binary()), "dev", "--headless", "--port", str(port)]
        command += ["--db", str(database)] if database else ["--ephemeral"]
    return command + list(extra)


@dataclass
class Server:
    """A server that answers. `process` is None for one that somebody else started."""

    address: str
    kind: str
    process: subprocess.Popen[bytes] | None = None
    log: Path | None = None
    command: list[str] = field(default_factory=list)
    tls: TLSConfig | None = None

    @classmethod
    def launch(
        cls,
        kind: str | None = None,
        *,
        port: int | None = None,
        database: Path | str | None = None,
        extra: tuple[str, ...] = (),
    ) -> "Server":
        """Starts the process, and does not wait for it."""
        kind = kind or kind_under_test()
        port = port or free_port()
        server = cls(f"127.0.0.1:{port}", kind, command=server_command(kind, port, database, extra))
        server.log = Path(tempfile.mkstemp(prefix=f"{kind}-", suffix=".log")[1])
        server.launch_again()
        return server

    def launch_again(self) -> None:
        """The same command once more, after the process has ended."""
        assert self.log is not None
        with self.log.open("ab") as sink:
            self.process = subprocess.Popen(self.command, stdin=subprocess.DEVNULL, stdout=sink, stderr=sink)

    @classmethod
    async def start(cls, kind: str | None = None, **options: Any) -> "Server":
        """Starts the process, with the options of `launch`, and returns once it is ready."""
        server = cls.launch(kind, **options)
        try:
            await server.ready()
        except BaseException:
            server.stop()
            raise
        return server

    async def ready(self) -> None:
        """Returns once GetSystemInfo is answered and the default namespace is there."""
        deadline = time.monotonic() + READY_WITHIN_SECONDS
        while True:
            if self.process is not None and self.process.poll() is not None:
                raise RuntimeError(f"{self.command} ended with {self.process.returncode}:\n{self.log_tail()}")
            try:
                client = await Client.connect(self.address, tls=self.tls or False)
                await client.count_workflows()
                return
            except (RuntimeError, RPCError) as error:
                if time.monotonic() > deadline:
                    raise RuntimeError(f"{self.address} is not ready: {error}\n{self.log_tail()}") from error
            await asyncio.sleep(0.02)

    @property
    def pid(self) -> int:
        assert self.process is not None, "a server that was not started here can't be measured or killed"
        return self.process.pid

    def kill(self) -> None:
        """kill -9: the server gets no chance to write anything."""
        os.kill(self.pid, signal.SIGKILL)
        assert self.process is not None
        self.process.wait()

    def stop(self) -> None:
        if self.process is None or self.process.poll() is not None:
            return
        self.process.terminate()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    def resident_bytes(self) -> int:
        for line in Path(f"/proc/{self.pid}/status").read_text().splitlines():
            if line.startswith("VmRSS:"):
                return int(line.split()[1]) * 1024
        raise RuntimeError("the kernel gave no VmRSS")

    def log_tail(self, lines: int = 40) -> str:
        if self.log is None:
            return ""
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-lines:])


async def server_under_test() -> Server:
    """The running server that the environment names, else a new one."""
    address = os.environ.get("SUNDIAL_TEST_ADDRESS")
    if address:
        server = Server(address, kind_under_test())
        await server.ready()
        return server
    return await Server.start()
