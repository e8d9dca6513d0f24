"""The services of the compose file as processes of this machine: the same commands, environments and health checks, without containers.

What a container has of its own is put in its place: names of services become ports on loopback, folders of the image become
folders of the test. Everything else is what the compose file and the Dockerfiles say.
"""

import asyncio
import os
import signal
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from deploy.durations import seconds
from deploy.renderer import Renderer
from harness.postgres import Cluster, programs
from harness.server import CHECKOUT, free_port, sundial_binary
from harness.sundial import EXAMPLES
from harness.ui_server import UIServer
from harness.wait import eventually

# In an address it would have to be written otherwise.
PASSWORD = "chosen by the test: 100%@/"
HEALTHY_WITHIN_SECONDS = 60


@dataclass
class Image:
    """What a stage of a Dockerfile starts, and with which environment."""

    entrypoint: list[str]
    environment: dict[str, str]
    folder: str


def image_of(stages: list[dict[str, Any]], target: str | None) -> Image:
    """The stage `target`, else the last one, with what it has from the stages that it is built on."""
    names = {stage["name"]: stage for stage in stages if stage["name"]}
    stage = names[target] if target else stages[-1]
    image = image_of(stages, stage["base"]) if stage["base"] in names else Image([], {}, "/")
    for step in stage["steps"]:
        match step["kind"]:
            case "env":
                image.environment.update(step["variables"])
            case "entrypoint":
                image.entrypoint = step["command"]
            case "workdir":
                image.folder = step["value"]
    return image


@dataclass
class Service:
    """A service of the compose file that Sundial's image, or one that is made from it, runs."""

    name: str
    command: list[str]
    environment: dict[str, str]
    folder: Path
    log: Path
    stop_grace_seconds: float
    health_command: list[str] | None
    process: subprocess.Popen[bytes] | None = field(default=None, repr=False)

    def start(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        with self.log.open("ab") as sink:
            self.process = subprocess.Popen(
                self.command,
                env=self.environment,
                cwd=self.folder,
                stdin=subprocess.DEVNULL,
                stdout=sink,
                stderr=sink,
            )

    async def healthy(self) -> None:
        """Returns once its health check succeeds; at once if it has none."""
        if self.health_command is not None:
            await eventually(self.is_healthy, within=HEALTHY_WITHIN_SECONDS)

    async def is_healthy(self) -> bool:
        assert self.health_command is not None
        assert self.process is not None
        if self.process.poll() is not None:
            raise RuntimeError(f"{self.name} ended with {self.process.returncode}:\n{self.said()}")
        check = await asyncio.create_subprocess_exec(
            *self.health_command,
            env=self.environment,
            cwd=self.folder,
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.DEVNULL,
        )
        return await check.wait() == 0

    async def end(self) -> int:
        """SIGTERM, and SIGKILL when the time that the compose file gives is over. The code that it ended with."""
        assert self.process is not None
        self.process.send_signal(signal.SIGTERM)
        try:
            return await asyncio.to_thread(self.process.wait, self.stop_grace_seconds)
        except subprocess.TimeoutExpired:
            self.process.kill()
            return await asyncio.to_thread(self.process.wait)

    def said(self) -> str:
        return self.log.read_text(errors="replace")


class SideBySide:
    """The whole compose file, running."""

    def __init__(self, render: Renderer, folder: Path) -> None:
        self.folder = folder
        self.port = free_port()
        self.address = f"127.0.0.1:{self.port}"
        self.described = render.compose(POSTGRES_PASSWORD=PASSWORD)["services"]
        self.database = Cluster(folder, free_port())
        images = {
            described["image"]: image_of(
                render.image(CHECKOUT / described["build"]["dockerfile"]), described["build"].get("target")
            )
            for described in self.described.values()
            if "build" in described
        }
        self.services = {
            name: self._service(name, described, images[described["image"]])
            for name, described in self.described.items()
            if described["image"] in images
        }
        self.ui: UIServer | None = None

    def _service(self, name: str, described: dict[str, Any], image: Image) -> Service:
        environment = {**image.environment, **(described.get("environment") or {})}
        placed = {variable: self._placed(value, name) for variable, value in environment.items()}
        # A container listens for others in its network; a test only on loopback, and on a port that is free.
        placed |= {"SUNDIAL_IP": "127.0.0.1", "SUNDIAL_PORT": str(self.port), "SUNDIAL_METRICS_ADDRESS": "127.0.0.1:0"}
        placed.setdefault("SUNDIAL_ADDRESS", self.address)
        # Programs find Python where the tests have it.
        placed["PATH"] = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
        command = [*image.entrypoint, *(described["command"] or [])]
        health = described.get("healthcheck")
        return Service(
            name,
            [self._placed(word, name) for word in command],
            placed,
            Path(self._placed(image.folder, name)),
            self.folder / f"{name}.log",
            seconds(described["stop_grace_period"]),
            [self._placed(word, name) for word in health["test"][1:]] if health else None,
        )

    def _placed(self, text: str, service: str) -> str:
        """A value of the compose file or an image, on this machine."""
        for there, here in {
            "server:7233": self.address,
            "@database:5432": f"@127.0.0.1:{self.database.port}",
            "/usr/local/bin/sundial": str(sundial_binary()),
            "/var/lib/sundial": str(self.folder / f"{service}-data"),
            "/var/cache/sundial": str(self.folder / f"{service}-cache"),
            "/demo": str(EXAMPLES / "order"),
        }.items():
            text = text.replace(there, here)
        return text

    async def start(self) -> None:
        """Everything, in the order and under the conditions of `depends_on`."""
        await asyncio.to_thread(self._start_database)
        for name in ("server", "worker", "native-activities", "activities"):
            self.services[name].start()
            await self.services[name].healthy()
        self.ui = await UIServer.start(
            self.address,
            environment={
                variable: value
                for variable, value in self.described["ui"]["environment"].items()
                if variable != "TEMPORAL_CORS_ORIGINS"
            },
        )

    def _start_database(self) -> None:
        """As the image of PostgreSQL does it: a database and a user by the environment's names."""
        self.database.start()
        described = self.described["database"]
        wanted = described["environment"]
        user = wanted["POSTGRES_USER"]
        for statement in (
            f"CREATE DATABASE {wanted['POSTGRES_DB']} OWNER {user}",
            f"ALTER USER {user} PASSWORD '{wanted['POSTGRES_PASSWORD']}'",
        ):
            self.database.run("psql", self.database.address, "-qc", statement)
        program, *arguments = described["healthcheck"]["test"][1:]
        subprocess.run([programs() / program, *arguments, f"--port={self.database.port}"], check=True, timeout=10)

    def stop(self) -> None:
        """Whatever still runs is ended; that it ends in order is what tests look at before."""
        if self.ui is not None:
            self.ui.stop()
        for service in self.services.values():
            if service.process is not None and service.process.poll() is None:
                service.process.kill()
                service.process.wait()
        self.database.stop()
