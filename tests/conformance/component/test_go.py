"""Workflows in Go, from both compilers: the four examples, and the guide's programs with a stock Go worker for their activities."""

import asyncio
import os
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from harness.server import CHECKOUT, Server
from harness.sundial import BUILD_WITHIN_SECONDS, EXAMPLES, SundialFailed, activity_worker, made_before, sundial
from harness.tinygo import is_tinygo_here
from temporalio.client import Client, WorkflowFailureError, WorkflowUpdateFailedError
from temporalio.exceptions import ActivityError, ApplicationError

from harness.history import event_names
from harness.wait import eventually

pytestmark = pytest.mark.sundial_only

GO_EXAMPLES = CHECKOUT / "guests/go/examples"
TINYGO = pytest.param("tinygo", marks=pytest.mark.skipif(not is_tinygo_here(), reason="no TinyGo"))
COMPILERS = (TINYGO, "go")
BREAD = {"sku": "bread", "quantity": 2, "unit_price_cents": 350}


class GoGuests:
    """Components of the examples by one compiler, each built once."""

    def __init__(self, compiler: str, folder: Path, server: Server) -> None:
        self.compiler = compiler
        self.folder = folder
        self.server = server
        self.pushed: set[str] = set()

    async def push(self, example: str) -> str:
        """The task queue of an example."""
        queue = f"{example}-{self.compiler}"
        if queue not in self.pushed:
            component = made_before(f"{self.compiler}-{example}")
            if component is None:
                component = self.folder / f"{queue}.wasm"
                command = ("build", GO_EXAMPLES / example, "--compiler", self.compiler, "--output", component)
                await sundial(*command, within=BUILD_WITHIN_SECONDS)
            await sundial("module", "push", component, "--name", queue, address=self.server.address)
            self.pushed.add(queue)
        return queue


@pytest.fixture(scope="module", params=COMPILERS)
async def go(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, server: Server) -> GoGuests:
    guests = GoGuests(request.param, tmp_path_factory.mktemp(request.param), server)
    # Builds take longer than a test may.
    for example in ("order", "saga", "account", "fan-out", "best-practices"):
        await guests.push(example)
    return guests


@pytest.fixture(scope="module")
async def order_activities(server: Server) -> AsyncIterator[None]:
    async with activity_worker(EXAMPLES / "order/worker.py", server.address):
        yield


async def test_an_approved_order_is_confirmed(client: Client, go: GoGuests, order_activities: None, unique: str) -> None:
    order = {"order_id": unique, "customer": "Ada", "items": [BREAD]}
    handle = await client.start_workflow("OrderWorkflow", order, id=unique, task_queue=await go.push("order"))
    await handle.signal("approve", {"by": "Grace"})
    result = await handle.result()
    assert (result["outcome"], result["approved_by"], result["total_cents"]) == ("confirmed", "Grace", 700 + 490 + 150)
    assert [receipt["attempt"] for receipt in result["receipts"]] == [2, 1]
    # A query on a run that is done replays it whole.
    assert (await handle.query("status"))["stage"] == "done"
    assert "WorkflowTaskFailed" not in await event_names(handle)


async def test_a_saga_cancels_in_reverse_order(client: Client, go: GoGuests, server: Server, unique: str) -> None:
    queue = await go.push("saga")
    trip = {"trip_id": unique, "parts": ["car", "hotel", "moon flight"]}
    async with activity_worker(EXAMPLES / "worker.py", queue, server.address):
        handle = await client.start_workflow("BookTrip", trip, id=unique, task_queue=queue)
        with pytest.raises(WorkflowFailureError) as caught:
            await handle.result()
        assert await handle.query("cancelled") == ["hotel", "car"]
    assert isinstance(caught.value.cause, ActivityError)
    assert isinstance(caught.value.cause.cause, ApplicationError)
    assert caught.value.cause.cause.type == "NoFlight"


async def test_an_account_handles_messages_and_continues_as_new(client: Client, go: GoGuests, unique: str) -> None:
    account = {"account_id": unique, "messages_per_run": 6}
    handle = await client.start_workflow("Account", account, id=unique, task_queue=await go.push("account"))
    first_run = handle.first_execution_run_id
    for _ in range(4):
        await handle.signal("deposit", {"amount_cents": 100})
    handle = client.get_workflow_handle(unique)
    assert await handle.execute_update("withdraw", {"amount_cents": 50}) == 350
    for amount, reason in ((0, "amount_cents must be at least 1"), (351, "the account holds only 350 cents")):
        with pytest.raises(WorkflowUpdateFailedError) as caught:
            await handle.execute_update("withdraw", {"amount_cents": amount})
        assert str(caught.value.cause) == reason
    # All updates come before the hand-over: in the backoff of a run that continues another one, Temporal's server and core answer
    # an update after a rejected one as not processed.
    for _ in range(2):
        await handle.signal("deposit", {"amount_cents": 100})

    async def handed_over() -> bool:
        return (await handle.describe()).run_id != first_run

    await eventually(handed_over)
    await handle.signal("close")
    result = await client.get_workflow_handle(unique, first_execution_run_id=first_run).result()
    assert result == {"account_id": unique, "balance_cents": 550, "handled": 7, "runs": 2}
    # Asked of the last run, which is done: it is replayed whole.
    balance = await handle.query("balance")
    assert (balance["balance_cents"], balance["handled"]) == (550, 7)


async def test_a_parent_adds_up_its_children(client: Client, go: GoGuests, unique: str) -> None:
    numbers = list(range(1, 21))
    queue = await go.push("fan-out")
    result = await client.execute_workflow("FanOut", {"numbers": numbers, "child_task_queue": None}, id=unique, task_queue=queue)
    assert result == {"total": sum(n * n for n in numbers), "children": 20}
    assert await client.get_workflow_handle(f"{unique}/square/19").result() == 400


@pytest.fixture(scope="module")
async def native_worker(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The guide's worker, built with Temporal's own SDK."""
    binary = tmp_path_factory.mktemp("worker") / "worker"
    build = await asyncio.create_subprocess_exec("go", "build", "-o", binary, "./cmd/worker", cwd=GO_EXAMPLES / "best-practices")
    assert await build.wait() == 0
    return binary


async def test_the_guide_s_programs_run(client: Client, go: GoGuests, server: Server, native_worker: Path, unique: str) -> None:
    queue = await go.push("best-practices")
    environment = {**os.environ, "TEMPORAL_ADDRESS": server.address, "TASK_QUEUE": queue}
    worker = await asyncio.create_subprocess_exec(native_worker, env=environment, stderr=asyncio.subprocess.DEVNULL)
    try:
        order = {"order_id": "1", "customer_id": "c", "items": ["a", "b"], "amount": 99.99}
        handle = await client.start_workflow("OrderWorkflow", order, id=unique, task_queue=queue)
        assert await handle.result() == {"status": "completed", "tracking_id": "track-1", "txn_id": "txn_123"}
        markers = [name for name in await event_names(handle) if name == "MarkerRecorded"]
        assert len(markers) == 2  # the version and the side effect
        description = await handle.describe()
        assert "process-items-1" in str(description.raw_description.workflow_execution_info.search_attributes)
        counting = await client.start_workflow("CountingWorkflow", args=[0, 20], id=unique + "-count", task_queue=queue)
        assert await counting.result() == 20
        first = client.get_workflow_handle(counting.id, run_id=counting.first_execution_run_id)
        assert "WorkflowExecutionContinuedAsNew" in await event_names(first)
    finally:
        worker.terminate()
        await worker.wait()


async def test_code_that_would_not_replay_is_named_with_its_line(tmp_path: Path) -> None:
    project = shutil.copytree(CHECKOUT / "guests/go/check/testdata/refused", tmp_path / "refused")
    with pytest.raises(SundialFailed) as caught:
        await sundial("build", project, "--compiler", "go", within=BUILD_WITHIN_SECONDS)
    for said in (
        "refused.go:23:2: a range over a map is refused in Refused: its order differs from run to run; "
        "use for _, key := range workflow.DeterministicKeys(m)",
        "time.Now is refused in Refused: a workflow has no clock; use workflow.Now(ctx)",
        "a range over a map is refused in helper",
    ):
        assert said in str(caught.value)


async def test_what_tinygo_can_not_compile_is_left_to_standard_go(tmp_path: Path) -> None:
    (tmp_path / "go.mod").write_text("module example/tokens\n\ngo 1.23\n\nrequire go.temporal.io/sdk v1.50.0\n")
    (tmp_path / "tokens.go").write_text(
        'package tokens\n\nimport (\n\t_ "crypto/rand"\n\n\t"go.temporal.io/sdk/workflow"\n)\n\n'
        "func Token(workflow.Context) error { return nil }\n"
    )
    built = await sundial("build", tmp_path, "--output", tmp_path / "out.wasm", within=BUILD_WITHIN_SECONDS)
    assert [workflow["workflow_type"] for workflow in built["workflows"]] == ["Token"]


async def test_the_same_source_gives_the_same_bytes(tmp_path: Path) -> None:
    digests = set()
    for name in ("here", "there"):
        project = shutil.copytree(GO_EXAMPLES / "saga", tmp_path / name / "saga")
        for module in ("sdk", "api"):
            (tmp_path / name / module).mkdir()
        built = await sundial("build", project, "--compiler", "go", "--output", tmp_path / f"{name}.wasm", within=BUILD_WITHIN_SECONDS)
        digests.add(built["digest"])
    assert len(digests) == 1
