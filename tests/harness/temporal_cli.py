"""Temporal's own command line, `temporal`, against a server."""

import asyncio
import json
from typing import Any

from harness.server import temporal_binary


class Cli:
    """Runs `temporal` and takes its JSON apart."""

    def __init__(self, address: str) -> None:
        self.address = address

    async def run(self, *arguments: str) -> tuple[int, str, str]:
        process = await asyncio.create_subprocess_exec(
            str(temporal_binary()),
            *arguments,
            *("--address", self.address, "--disable-config-file", "--color", "never"),
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        output, errors = await process.communicate()
        assert process.returncode is not None
        return process.returncode, output.decode(), errors.decode()

    async def json(self, *arguments: str) -> Any:
        code, output, errors = await self.run(*arguments, "-o", "json")
        assert code == 0, errors
        return json.loads(output) if output.strip() else None

    async def fails(self, *arguments: str) -> str:
        code, output, errors = await self.run(*arguments)
        assert code != 0, output
        return output + errors
