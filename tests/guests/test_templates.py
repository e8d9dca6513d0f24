"""A newcomer's first quarter of an hour: `sundial new` in each language, then every command of the new project's README, as it stands."""

import asyncio
import os
import re
import shutil
import signal
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from temporalio.client import Client

from harness.server import CHECKOUT, Server, sundial_binary
from harness.sundial import BUILD_WITHIN_SECONDS, command_environment, sundial

pytestmark = [pytest.mark.sundial_only, pytest.mark.timeout(2 * BUILD_WITHIN_SECONDS)]

NAME = "order-intake"


def share_compiled_crates(project: Path, environment: dict[str, str]) -> None:
    """The examples' versions and target folder, so that what they share with the project is compiled once."""
    shutil.copy(CHECKOUT / "guests/rust/Cargo.lock", project)
    (project / "target").symlink_to(environment.pop("CARGO_TARGET_DIR"))


def share_python(project: Path, environment: dict[str, str]) -> None:
    """This interpreter's environment, which has all that the project's would be given."""
    (project / ".venv").symlink_to(sys.prefix)


@dataclass(frozen=True)
class Template:
    language: str
    # What the workflow of the README returns.
    result: Any
    # Spares the test what takes long, or would change this machine.
    prepare: Callable[[Path, dict[str, str]], None] = lambda project, environment: None
    # The beginning of the command that was spared.
    spared: str = "-"


TEMPLATES = (
    Template("rust", "Hello, Ada!", share_compiled_crates),
    Template("go", {"greeting": "Hello, Ada!"}),
    Template("python", {"order_id": "o-1", "confirmation": "charged-o-1-500"}, share_python, "python3 -m venv"),
    Template("typescript", "Hello, Ada!"),
)


def commands(readme: str) -> list[str]:
    """What a reader is told to type, in order."""
    blocks = re.findall(r"^```sh\n(.*?)^```", readme, re.MULTILINE | re.DOTALL)
    return [line for block in blocks for line in block.splitlines() if line.strip()]


@asynccontextmanager
async def shell(line: str, project: Path, environment: dict[str, str]) -> AsyncIterator[asyncio.subprocess.Process]:
    """Runs a line, and ends all that it started."""
    process = await asyncio.create_subprocess_shell(
        line,
        cwd=project,
        env=environment,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
        start_new_session=True,
    )
    try:
        yield process
    finally:
        try:
            os.killpg(process.pid, signal.SIGTERM)
        except ProcessLookupError:
            pass
        await process.wait()


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda template: template.language)
async def test_a_new_project_does_what_its_readme_says(template: Template, tmp_path: Path) -> None:
    tools = tmp_path / "bin"
    tools.mkdir()
    (tools / "sundial").symlink_to(sundial_binary().resolve())
    environment = command_environment() | {"PATH": f"{tools}:{os.environ['PATH']}", "SUNDIAL_BINARY": str(tools / "sundial")}
    # Where the examples' components are is nothing that a newcomer's machine knows.
    environment.pop("SUNDIAL_COMPONENTS", None)
    await sundial("new", "--lang", template.language, NAME, folder=tmp_path)
    project = tmp_path / NAME
    readme = (project / "README.md").read_text()
    template.prepare(project, environment)

    async with AsyncExitStack() as stack:
        server: Server | None = None
        for line in commands(readme):
            if line.startswith(template.spared):
                continue
            if server is None and line.startswith(("sundial dev", "sundial module push")):
                options = re.findall(r"--activities \S+", readme)
                flags = tuple(str(project / word) if "." in word else word for word in " ".join(options[:1]).split())
                server = await Server.start("sundial", extra=flags)
                stack.callback(server.stop)
                environment |= {"SUNDIAL_ADDRESS": server.address, "TEMPORAL_ADDRESS": server.address}
            if line.startswith("sundial dev"):
                continue
            background = line.rstrip().endswith("&") or "in a terminal of its own" in line
            if background:
                await stack.enter_async_context(shell(line.rstrip().removesuffix("&"), project, environment))
                continue
            async with shell(line, project, environment) as process:
                output, _ = await asyncio.wait_for(process.communicate(), BUILD_WITHIN_SECONDS)
                assert process.returncode == 0, f"{line}\n{output.decode()}"
                assert "warning: " not in output.decode(), f"{line}\n{output.decode()}"
        assert server is not None, "the README runs no workflow"
        client = await Client.connect(server.address)
        runs = [run async for run in client.list_workflows()]
        assert len(runs) == 1
        assert await client.get_workflow_handle(runs[0].id).result() == template.result
