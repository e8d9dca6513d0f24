"""Versions of a module: a run stays on the digest that it started on, the same bytes change nothing."""

from pathlib import Path

import pytest
from temporalio.client import Client, WorkflowHandle

from harness.server import Server
from harness.sundial import Guests, SundialFailed, digest, sundial

pytestmark = pytest.mark.sundial_only


@pytest.fixture(scope="module")
async def two_versions(guests: Guests, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """The conversation, and the same with another greeting: the word is exchanged in the component's data."""
    first = await guests.example("message-passing")
    second = tmp_path_factory.mktemp("edited") / "message-passing.wasm"
    bytes_ = first.read_bytes()
    assert b"hello" in bytes_
    second.write_bytes(bytes_.replace(b"hello", b"howdy"))
    return first, second


async def converse(client: Client, workflow_id: str, queue: str) -> WorkflowHandle:
    return await client.start_workflow("Conversation", "english", id=workflow_id, task_queue=queue)


async def version_of(handle: WorkflowHandle) -> str:
    """The digest that a run is pinned to. Its first query makes sure that it has begun."""
    info = (await handle.describe()).raw_description.workflow_execution_info.versioning_info
    return info.deployment_version.build_id


async def test_a_run_stays_on_the_version_that_it_started_on(
    server: Server, client: Client, two_versions: tuple[Path, Path], unique: str
) -> None:
    name = "talk"
    first, second = two_versions
    pushed = await sundial("module", "push", first, "--name", name, address=server.address)
    assert pushed["created"] is True
    assert pushed["digest"] == digest(first.read_bytes())
    old = await converse(client, f"{unique}-old", name)
    assert await old.query("greeting") == "hello"

    await sundial("module", "push", second, "--name", name, address=server.address)
    new = await converse(client, f"{unique}-new", name)
    assert await new.query("greeting") == "howdy"
    # The old one goes on where it was, with what it was: also in its next tasks.
    await old.signal("say", "one")
    await new.signal("say", "two")
    assert await old.query("greeting") == "hello"
    assert await version_of(old) == digest(first.read_bytes())
    assert await version_of(new) == digest(second.read_bytes())
    for handle in (old, new):
        await handle.signal("leave")
        await handle.result()
    assert await version_of(old) == digest(first.read_bytes())

    described = await sundial("module", "describe", name, address=server.address)
    text = str(described)
    assert digest(first.read_bytes()) in text and digest(second.read_bytes()) in text
    assert name in str(await sundial("module", "list", address=server.address))


async def test_the_same_bytes_again_change_nothing(
    server: Server, two_versions: tuple[Path, Path], unique: str
) -> None:
    name = "same"
    first, second = two_versions
    await sundial("module", "push", first, "--name", name, address=server.address)
    await sundial("module", "push", second, "--name", name, address=server.address)
    again = await sundial("module", "push", first, "--name", name, address=server.address)
    assert again["created"] is False
    described = await sundial("module", "describe", name, address=server.address)
    assert len(described["versions"]) == 2


async def test_a_version_can_be_pushed_without_being_current(
    server: Server, client: Client, two_versions: tuple[Path, Path], unique: str
) -> None:
    name = "kept"
    first, second = two_versions
    await sundial("module", "push", first, "--name", name, address=server.address)
    await sundial("module", "push", second, "--name", name, "--keep-current", address=server.address)
    talk = await converse(client, unique, name)
    assert await talk.query("greeting") == "hello"
    await talk.terminate()


async def test_a_run_started_before_its_module_waits_for_it(
    server: Server, client: Client, two_versions: tuple[Path, Path], unique: str
) -> None:
    name = "early"
    talk = await converse(client, unique, name)
    await talk.signal("leave")
    await sundial("module", "push", two_versions[0], "--name", name, address=server.address)
    assert await talk.result() == []


async def test_versions_are_promoted_ramped_rolled_back_pinned_and_drained(
    server: Server, client: Client, two_versions: tuple[Path, Path], unique: str
) -> None:
    name = "released"
    first, second = two_versions
    old, new = (digest(path.read_bytes()) for path in two_versions)

    async def module(verb: str, *arguments: str) -> dict:
        return await sundial("module", verb, name, *arguments, address=server.address)

    async def greeting(suffix: str) -> str:
        talk = await converse(client, f"{unique}-{suffix}", name)
        said = await talk.query("greeting")
        await talk.signal("leave")
        await talk.result()
        return said

    await sundial("module", "push", first, "--name", name, address=server.address)
    stays = await converse(client, f"{unique}-stays", name)
    assert await stays.query("greeting") == "hello"
    await sundial("module", "push", second, "--name", name, "--keep-current", address=server.address)

    ramped = await module("ramp", "--version", new[:10], "--percent", "100")
    assert (ramped["ramping"], ramped["current"]) == (new, old)
    assert await greeting("ramped") == "howdy"
    await module("ramp", "--end")
    assert await greeting("not-ramped") == "hello"

    promoted = await module("promote", "--version", new[:10])
    assert (promoted["current"], promoted["previous"]) == (new, old)
    assert await greeting("promoted") == "howdy"
    # The `temporal` CLI and its API see the same.
    shown = await sundial("module", "describe", name, address=server.address)
    assert [version["digest"] for version in shown["versions"] if version["current"]] == [new]

    draining = await module("drain", "--version", old[:10])
    assert draining["open_runs"] == 1
    with pytest.raises(SundialFailed, match="open runs still need"):
        await module("drain", "--version", old[:10], "--wait", "100ms")
    with pytest.raises(SundialFailed, match="does not drain"):
        await module("drain", "--version", new[:10])
    await module("pin", "--version", new[:10], "--workflow-id", stays.id)
    # The next task is the new version's: it replays the run and goes on.
    assert await stays.query("greeting") == "howdy"
    assert (await module("drain", "--version", old[:10], "--wait", "30s"))["open_runs"] == 0
    await stays.signal("leave")
    await stays.result()

    back = await module("rollback")
    assert (back["current"], back["previous"]) == (old, new)
    assert await greeting("back") == "hello"


async def test_a_version_is_named_by_a_digest_that_is_its_own(
    server: Server, two_versions: tuple[Path, Path]
) -> None:
    await sundial("module", "push", two_versions[0], "--name", "named", address=server.address)
    with pytest.raises(SundialFailed, match="sundial module describe named"):
        await sundial("module", "promote", "named", "--version", "zz", address=server.address)
    with pytest.raises(SundialFailed, match="no other version"):
        await sundial("module", "rollback", "named", address=server.address)
    with pytest.raises(SundialFailed, match="from 0 to 100"):
        await sundial("module", "ramp", "named", "--version", "a", "--percent", "101", address=server.address)


async def test_an_unknown_module_is_named(server: Server) -> None:
    for verb in ("describe", "rollback"):
        with pytest.raises(SundialFailed, match="no-such-module"):
            await sundial("module", verb, "no-such-module", address=server.address)
