"""Temporal's Web UI server beside the server under test: built once by Go, kept in the cache, started on a free port.

It takes the environment that the image `temporalio/ui` takes, because it reads the image's own configuration file. What its pages
show is the tests' part.
"""

import asyncio
import os
import subprocess
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from harness.go_tools import installed, module_folder
from harness.server import free_port

# The image that the compose file and the chart name has the same number, without the v.
UI_MODULE = "github.com/temporalio/ui-server/v2"
UI_VERSION = "v2.54.1"
READY_WITHIN_SECONDS = 30


def ui_server_binary() -> Path:
    """The program, with its pages inside. Building it takes a minute of CPU time the first time."""
    return installed(f"{UI_MODULE}/cmd/server", UI_VERSION, "temporal-ui-server")


@dataclass
class UIServer:
    """A Web UI that answers at `url`."""

    url: str
    log: Path
    # The configuration folder lives as long as the process.
    folder: tempfile.TemporaryDirectory = field(repr=False)
    process: subprocess.Popen[bytes] = field(repr=False)

    @classmethod
    async def start(
        cls, temporal_address: str, *, port: int | None = None, environment: Mapping[str, str] | None = None
    ) -> "UIServer":
        """The Web UI of the server at `temporal_address` (host:port); `environment` adds what the image would be given."""
        binary = await asyncio.to_thread(ui_server_binary)
        template = (await asyncio.to_thread(module_folder, UI_MODULE, UI_VERSION)) / "config/docker.yaml"
        port = port or free_port()
        url = f"http://127.0.0.1:{port}"
        folder = tempfile.TemporaryDirectory(prefix="ui-server-")
        configuration = Path(folder.name)
        # The image listens on every address of its container; a test only on loopback.
        (configuration / "base.yaml").write_text("host: 127.0.0.1\n")
        (configuration / "docker.yaml").write_text(template.read_text())
        log = configuration / "ui-server.log"
        with log.open("wb") as sink:
            process = subprocess.Popen(
                [binary, "--root", configuration, "--config", ".", "--env", "docker", "start"],
                env={
                    **os.environ,
                    # Its news come from the internet.
                    "TEMPORAL_DISABLE_NEWS_FETCH": "true",
                    "TEMPORAL_CORS_ORIGINS": url,
                    "TEMPORAL_CSRF_COOKIE_INSECURE": "true",
                    **(environment or {}),
                    "TEMPORAL_ADDRESS": temporal_address,
                    "TEMPORAL_UI_PORT": str(port),
                },
                stdin=subprocess.DEVNULL,
                stdout=sink,
                stderr=sink,
            )
        server = cls(url, log, folder, process)
        try:
            await server.ready()
        except BaseException:
            server.stop()
            raise
        return server

    async def ready(self) -> None:
        """Returns once its health check is answered."""
        deadline = time.monotonic() + READY_WITHIN_SECONDS
        while True:
            if self.process.poll() is not None:
                raise RuntimeError(f"the Web UI ended with {self.process.returncode}:\n{self.log_tail()}")
            try:
                await self.get("/healthz")
                return
            except (urllib.error.URLError, ConnectionError) as error:
                if time.monotonic() > deadline:
                    raise RuntimeError(f"{self.url} is not ready: {error}\n{self.log_tail()}") from error
            await asyncio.sleep(0.02)

    async def get(self, path: str, within: float = 10) -> bytes:
        """What a browser would be answered at `path`. Raises urllib's HTTPError for anything but success."""

        def fetch() -> bytes:
            with urllib.request.urlopen(self.url + path, timeout=within) as answer:
                return answer.read()

        return await asyncio.to_thread(fetch)

    def stop(self) -> None:
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(10)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        self.folder.cleanup()

    def log_tail(self, lines: int = 40) -> str:
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-lines:])


@asynccontextmanager
async def ui_server(
    temporal_address: str, *, port: int | None = None, environment: Mapping[str, str] | None = None
) -> AsyncIterator[UIServer]:
    """A Web UI for the length of a block."""
    server = await UIServer.start(temporal_address, port=port, environment=environment)
    try:
        yield server
    finally:
        server.stop()
