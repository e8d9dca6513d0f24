"""Rust: what the standard library answers where it finds no system, and what the sandbox adds to it."""

import pytest
from harness.refusals import ROWS, check_cell, observe, project
from harness.sundial import Guests, SundialFailed, sundial
from temporalio.client import Client

from harness.server import Server

pytestmark = pytest.mark.sundial_only

# What Rust has no run-time way to ask for: the crates that would don't compile, or there is no such thing.
AT_BUILD = {"Randomness", "Uuid"}
NO_SUCH_THING = {"LateImport": "there is no such thing: everything is linked when the component is built"}


@pytest.fixture(scope="module")
async def refusing(server: Server, guests: Guests) -> str:
    """The workflows that ask: their task queue."""
    component = await guests.build(project("rust"))
    await sundial("module", "push", component, "--name", "refusals-rust", address=server.address)
    return "refusals-rust"


@pytest.mark.parametrize("row", [row for row in ROWS if row not in AT_BUILD | NO_SUCH_THING.keys()])
async def test_a_run_is_refused(client: Client, refusing: str, unique: str, row: str) -> None:
    check_cell(row, "Rust", await observe(client, refusing, row, unique))


@pytest.mark.parametrize("row", sorted(AT_BUILD))
async def test_random_numbers_do_not_compile(guests: Guests, row: str) -> None:
    with pytest.raises(SundialFailed) as caught:
        await guests.build(project("rust-uuid"))
    # The crate's own words, from the compiler's output.
    reason = next(line for line in str(caught.value).splitlines() if line.startswith("error: "))
    check_cell(row, "Rust", "build fails: " + reason.removeprefix("error: "))


@pytest.mark.parametrize("row", sorted(NO_SUCH_THING))
def test_what_the_language_does_not_have(row: str) -> None:
    check_cell(row, "Rust", NO_SUCH_THING[row])
