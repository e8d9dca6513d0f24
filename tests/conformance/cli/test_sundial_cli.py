"""`sundial workflow ...` against the server under test, which may be Temporal's; the worker is a Python one."""

from typing import Any

import pytest
from temporalio.client import Client, WorkflowExecutionStatus

from harness.order import Order, price
from harness.server import Server
from harness.sundial import SundialFailed, sundial
from harness.wait import eventually


@pytest.fixture
def cli(server: Server):
    async def run(*arguments: str) -> Any:
        return await sundial("workflow", *arguments, address=server.address)

    return run


@pytest.fixture
async def order(cli, worker, unique: str):
    """An order that was started by the command line, with a worker for it."""
    async with worker(Order, activities=[price]):
        yield await cli(
            *("start", "--type", "Order", "--task-queue", unique, "--workflow-id", unique),
            *("--input", '"apple"', "--memo", 'who="me"', "--execution-timeout", "1h"),
        )


async def test_start_signal_and_result(cli, unique: str, order: dict) -> None:
    assert order["workflow_id"] == unique
    assert order["run_id"]
    await cli("signal", "--workflow-id", unique, "--name", "approve")
    ended = await cli("result", "--workflow-id", unique)
    assert ended["result"] == {"items": ["apple"], "total": 5}


async def test_start_can_wait_for_the_result(cli, worker, unique: str) -> None:
    async with worker(Order, activities=[price]):
        with pytest.raises(SundialFailed):
            await cli(
                *("start", "--type", "Order", "--task-queue", unique, "--workflow-id", unique, "--wait"),
                *("--input", '"apple"', "--execution-timeout", "1s"),
            )


async def test_an_id_that_runs_is_refused_with_a_hint(cli, unique: str, order: dict) -> None:
    with pytest.raises(SundialFailed, match="--id-conflict-policy"):
        await cli(
            *("start", "--type", "Order", "--task-queue", unique, "--workflow-id", unique, "--input", '"pear"'),
            *("--id-conflict-policy", "fail"),
        )


async def test_list(cli, unique: str, order: dict) -> None:
    async def listed() -> list:
        found = await cli("list", "--query", f'WorkflowId = "{unique}" AND ExecutionStatus = "Running"')
        return found["executions"]

    (found,) = await eventually(listed)
    assert found["execution"] == {"workflowId": unique, "runId": order["run_id"]}


async def test_describe_and_show(cli, unique: str, order: dict) -> None:
    described = await cli("describe", "--workflow-id", unique)
    assert described["workflowExecutionInfo"]["execution"]["runId"] == order["run_id"]
    await cli("signal", "--workflow-id", unique, "--name", "approve")
    await cli("result", "--workflow-id", unique)
    events = (await cli("show", "--workflow-id", unique))["events"]
    assert events[0]["eventType"] == "EVENT_TYPE_WORKFLOW_EXECUTION_STARTED"
    assert events[-1]["eventType"] == "EVENT_TYPE_WORKFLOW_EXECUTION_COMPLETED"
    assert (await cli("show", "--workflow-id", unique, "--reverse"))["events"] == events[::-1]


async def test_query_and_update(cli, unique: str, order: dict) -> None:
    assert "open" in str(await cli("query", "--workflow-id", unique, "--name", "status"))
    assert "2" in str(await cli("update", "--workflow-id", unique, "--name", "add_item", "--input", '"plum"'))
    with pytest.raises(SundialFailed, match="an item needs a name"):
        await cli("update", "--workflow-id", unique, "--name", "add_item", "--input", '""')
    assert "2 items" in str(await cli("query", "--workflow-id", unique, "--name", "status", "--input", "true"))


@pytest.mark.parametrize(
    ("verb", "status"),
    [("cancel", WorkflowExecutionStatus.CANCELED), ("terminate", WorkflowExecutionStatus.TERMINATED)],
)
async def test_cancel_and_terminate(
    cli, client: Client, unique: str, order: dict, verb: str, status: WorkflowExecutionStatus
) -> None:
    await cli(verb, "--workflow-id", unique, "--reason", "enough")
    with pytest.raises(SundialFailed):
        await cli("result", "--workflow-id", unique)
    assert (await client.get_workflow_handle(unique).describe()).status == status


async def test_an_unknown_workflow_is_a_plain_error(cli, unique: str) -> None:
    for verb in ("describe", "show", "result", "cancel", "terminate"):
        with pytest.raises(SundialFailed, match="not found"):
            await cli(verb, "--workflow-id", unique)


async def test_a_server_that_is_not_there_is_named_with_a_hint() -> None:
    with pytest.raises(SundialFailed, match="127.0.0.1:1") as caught:
        await sundial("workflow", "list", address="127.0.0.1:1")
    assert "sundial dev" in str(caught.value)


async def test_every_setting_has_an_origin() -> None:
    settings = (await sundial("config"))["settings"]
    assert settings
    assert all(setting["from"] for setting in settings)


async def test_the_doctor_looks_at_the_server(server: Server) -> None:
    assert server.address in str(await sundial("doctor", address=server.address))
