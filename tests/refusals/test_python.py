"""Python: exceptions with the author's file and line, and what the sandbox says where the interpreter can't."""

import pytest
from harness.refusals import ROWS, check_cell, observe, project
from harness.server import Server
from harness.sundial import Guests, sundial
from temporalio.client import Client

pytestmark = pytest.mark.sundial_only


@pytest.fixture(scope="module")
async def refusing(server: Server, guests: Guests) -> str:
    """The workflows that ask: their task queue."""
    component = await guests.build(project("python"))
    await sundial("module", "push", component, "--name", "refusals-python", address=server.address, within=300)
    return "refusals-python"


@pytest.mark.parametrize("row", ROWS)
async def test_a_run_is_refused(client: Client, refusing: str, unique: str, row: str) -> None:
    check_cell(row, "Python", await observe(client, refusing, row, unique))
