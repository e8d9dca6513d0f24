"""The reader of deploy/, built once for the session."""

import asyncio

import pytest

from deploy.renderer import PROGRAM, Renderer
from harness.go_tools import built


@pytest.fixture(scope="session")
async def render() -> Renderer:
    return Renderer(await asyncio.to_thread(built, PROGRAM))
