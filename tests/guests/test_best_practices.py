"""The guide's Python programs, unedited: their own tests, then the workflow as a component with their worker and their client. Those in Go
are run in `conformance/component/test_go.py`, by both compilers."""

import asyncio
import os
import sys
from pathlib import Path

import pytest

from guests.languages import PYTHON
from harness.server import Server, sundial_binary
from harness.sundial import made_before, sundial

pytestmark = [pytest.mark.sundial_only, pytest.mark.timeout(600)]

PROGRAMS = PYTHON.example("best-practices")


async def run(*arguments: str, **environment: str) -> tuple[str, str, int | None]:
    """What a program prints to stdout and to stderr, and its exit code."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, *arguments),
        cwd=PROGRAMS,
        env={**os.environ, **environment},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    output, errors = await process.communicate()
    return output.decode(), errors.decode(), process.returncode


async def test_their_own_tests_pass() -> None:
    output, errors, code = await run("-m", "pytest", "-p", "no:cacheprovider", SUNDIAL_BINARY=str(sundial_binary()))
    assert code == 0 and " passed" in output and " skipped" not in output, output + errors


async def test_their_worker_and_client_use_the_component(tmp_path: Path) -> None:
    component = made_before("python-best-practices")
    if component is None:
        component = tmp_path / "component.wasm"
        await sundial("build", PROGRAMS, "--output", component, within=500)
    server = await Server.start("sundial")
    try:
        await sundial("module", "push", component, "--name", "best-practices", address=server.address, within=500)
        worker = await asyncio.create_subprocess_exec(
            *(sys.executable, "worker.py"), cwd=PROGRAMS, env={**os.environ, "TEMPORAL_ADDRESS": server.address}
        )
        try:
            # Not its exit code: Python may crash in the SDK's native part after its last line, and say so on stderr.
            printed, errors, _ = await run("client.py", TEMPORAL_ADDRESS=server.address)
        finally:
            worker.terminate()
            await worker.wait()
    finally:
        server.stop()
    expected = "OrderResult(status='completed', tracking_id='track-ord_1-1', txn_id='txn-99.99-tok_1')"
    assert printed.strip() == expected, errors
