"""The time-skipping environment of Temporal's TypeScript SDK, on our binary as its test server: the tests of a new project, and ours."""

import asyncio
import os
import re
import shutil
from pathlib import Path

import pytest

from harness.server import CHECKOUT, sundial_binary

TEMPLATE = CHECKOUT / "guests/typescript/template"
OWN = Path(__file__).parent / "typescript"

# npm brings Temporal's SDK along, whose worker is large.
INSTALLED_WITHIN_SECONDS = 600


async def npm(project: Path, *arguments: str) -> str:
    """What npm printed; it fails the test if npm failed."""
    process = await asyncio.create_subprocess_exec(
        *("npm", *arguments),
        cwd=project,
        env=os.environ | {"SUNDIAL_BINARY": str(sundial_binary().resolve())},
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    output, _ = await asyncio.wait_for(process.communicate(), INSTALLED_WITHIN_SECONDS)
    assert process.returncode == 0, output.decode()
    return output.decode()


@pytest.mark.timeout(2 * INSTALLED_WITHIN_SECONDS)
async def test_temporals_environment_skips_time(tmp_path: Path) -> None:
    project = tmp_path / "my-workflow"
    for source in (TEMPLATE, OWN):
        shutil.copytree(source, project, dirs_exist_ok=True, ignore=shutil.ignore_patterns("node_modules"))
    await npm(project, "install", "--no-audit", "--no-fund")
    await npm(project, "run", "check")
    told = await npm(project, "test")
    assert re.search(r"^(#|ℹ) pass 2$", told, re.MULTILINE), told
