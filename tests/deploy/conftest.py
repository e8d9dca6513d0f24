"""The reader of deploy/, built once for the session."""

import asyncio
import json
import subprocess

import pytest

from deploy.renderer import PROGRAM, Renderer
from harness.go_tools import built
from harness.server import sundial_binary


@pytest.fixture(scope="session")
async def render() -> Renderer:
    return Renderer(await asyncio.to_thread(built, PROGRAM))


@pytest.fixture(scope="session")
def settings() -> set[str]:
    """The variables that the binary reads settings from."""
    listed = json.loads(subprocess.check_output([sundial_binary(), "config", "--json"]))
    return {f"SUNDIAL_{entry['name'].upper()}" for entry in listed["settings"]}
