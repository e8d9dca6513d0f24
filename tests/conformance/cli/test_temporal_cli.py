"""The stock `temporal` CLI against the server under test; the worker is a Python one."""

import asyncio
from typing import Any

import pytest
from temporalio.client import Client, WorkflowExecutionStatus

from harness.order import Order, price
from harness.server import Server
from harness.temporal_cli import Cli
from harness.wait import eventually


@pytest.fixture
def cli(server: Server) -> Cli:
    return Cli(server.address)


@pytest.fixture
async def order(cli: Cli, worker, unique: str):
    """An order that was started by the CLI, with a worker for it."""
    async with worker(Order, activities=[price]):
        yield await cli.json(
            *("workflow", "start", "--type", "Order", "--task-queue", unique, "--workflow-id", unique),
            *("--input", '"apple"', "--memo", 'who="me"', "--execution-timeout", "1h"),
        )


async def test_start_signal_and_result(cli: Cli, unique: str, order: dict) -> None:
    assert order["workflowId"] == unique
    assert order["runId"]
    assert order["type"] == "Order"
    await cli.json("workflow", "signal", "--workflow-id", unique, "--name", "approve")
    ended = await cli.json("workflow", "result", "--workflow-id", unique)
    assert ended["status"] == "COMPLETED"
    assert ended["result"] == {"items": ["apple"], "total": 5}


async def test_execute_waits_for_the_result(cli: Cli, worker, unique: str, client: Client) -> None:
    async with worker(Order, activities=[price]):
        running = asyncio.create_task(
            cli.json(
                *("workflow", "execute", "--type", "Order", "--task-queue", unique, "--workflow-id", unique),
                *("--input", '"pear"'),
            )
        )
        await eventually(lambda: is_running(client, unique))
        await client.get_workflow_handle(unique).signal("approve")
        ended = await running
    assert ended["result"] == {"items": ["pear"], "total": 4}
    assert ended["status"] == "COMPLETED"


async def is_running(client: Client, workflow_id: str) -> bool:
    found = await client.count_workflows(f'WorkflowId = "{workflow_id}" AND ExecutionStatus = "Running"')
    return found.count == 1


async def test_a_start_of_an_id_that_runs_is_refused(cli: Cli, unique: str, order: dict) -> None:
    errors = await cli.fails(
        *("workflow", "start", "--type", "Order", "--task-queue", unique, "--workflow-id", unique, "--fail-existing")
    )
    assert "already" in errors.lower()


async def test_list_and_count(cli: Cli, unique: str, order: dict) -> None:
    query = f'WorkflowId = "{unique}" AND ExecutionStatus = "Running"'

    async def listed() -> Any:
        return await cli.json("workflow", "list", "--query", query)

    (found,) = await eventually(listed)
    assert found["execution"] == {"workflowId": unique, "runId": order["runId"]}
    assert found["type"]["name"] == "Order"
    counted = await cli.json("workflow", "count", "--query", query)
    assert int(counted["count"]) == 1
    # And as people read it.
    code, output, errors = await cli.run("workflow", "list", "--query", query)
    assert code == 0, errors
    assert unique in output and "Running" in output


async def test_describe(cli: Cli, unique: str, order: dict) -> None:
    described = await cli.json("workflow", "describe", "--workflow-id", unique)
    info = described["workflowExecutionInfo"]
    assert info["execution"]["runId"] == order["runId"]
    assert info["status"] == "WORKFLOW_EXECUTION_STATUS_RUNNING"
    assert info["memo"]["fields"]["who"] == "me"
    assert described["executionConfig"]["workflowExecutionTimeout"] == "3600s"
    code, output, errors = await cli.run("workflow", "describe", "--workflow-id", unique)
    assert code == 0, errors
    assert "Order" in output and order["runId"] in output


async def test_show(cli: Cli, unique: str, order: dict) -> None:
    await cli.json("workflow", "signal", "--workflow-id", unique, "--name", "approve")
    await cli.json("workflow", "result", "--workflow-id", unique)
    shown = await cli.json("workflow", "show", "--workflow-id", unique)
    types = [event["eventType"] for event in shown["events"]]
    assert types[0] == "EVENT_TYPE_WORKFLOW_EXECUTION_STARTED"
    assert types[-1] == "EVENT_TYPE_WORKFLOW_EXECUTION_COMPLETED"
    assert types.count("EVENT_TYPE_ACTIVITY_TASK_COMPLETED") == 1
    code, output, errors = await cli.run("workflow", "show", "--workflow-id", unique)
    assert code == 0, errors
    assert "WorkflowExecutionStarted" in output
    assert "COMPLETED" in output


async def test_query(cli: Cli, unique: str, order: dict) -> None:
    answer = await cli.json("workflow", "query", "--workflow-id", unique, "--type", "status")
    assert answer["queryResult"] == ["open"]
    answer = await cli.json("workflow", "query", "--workflow-id", unique, "--type", "status", "--input", "true")
    assert answer["queryResult"] == ["1 items"]
    errors = await cli.fails("workflow", "query", "--workflow-id", unique, "--type", "no-such-query")
    assert "no-such-query" in errors


async def test_update(cli: Cli, unique: str, order: dict) -> None:
    updated = await cli.json(
        *("workflow", "update", "execute", "--workflow-id", unique, "--name", "add_item", "--input", '"plum"')
    )
    assert updated["result"] == 2
    started = await cli.json(
        *("workflow", "update", "start", "--workflow-id", unique, "--name", "add_item", "--input", '"fig"'),
        *("--wait-for-stage", "accepted", "--update-id", "the-update"),
    )
    assert started["updateId"] == "the-update"
    result = await cli.json("workflow", "update", "result", "--workflow-id", unique, "--update-id", "the-update")
    assert result["result"] == 3
    errors = await cli.fails(
        *("workflow", "update", "execute", "--workflow-id", unique, "--name", "add_item", "--input", '""')
    )
    assert "an item needs a name" in errors


async def test_cancel(cli: Cli, unique: str, order: dict, client: Client) -> None:
    await cli.json("workflow", "cancel", "--workflow-id", unique)
    assert "canceled" in (await cli.fails("workflow", "result", "--workflow-id", unique)).lower()
    described = await client.get_workflow_handle(unique).describe()
    assert described.status == WorkflowExecutionStatus.CANCELED


async def test_terminate(cli: Cli, unique: str, order: dict, client: Client) -> None:
    await cli.json("workflow", "terminate", "--workflow-id", unique, "--reason", "enough")
    await cli.fails("workflow", "result", "--workflow-id", unique)
    described = await client.get_workflow_handle(unique).describe()
    assert described.status == WorkflowExecutionStatus.TERMINATED


async def test_signal_with_start(cli: Cli, worker, unique: str) -> None:
    async with worker(Order, activities=[price]):
        started = await cli.json(
            *("workflow", "signal-with-start", "--type", "Order", "--task-queue", unique, "--workflow-id", unique),
            *("--input", '"apple"', "--signal-name", "approve"),
        )
        assert started["workflowId"] == unique
        ended = await cli.json("workflow", "result", "--workflow-id", unique)
    assert ended["status"] == "COMPLETED"


async def test_an_unknown_workflow_is_a_plain_error(cli: Cli, unique: str) -> None:
    for verb in ("describe", "show", "result", "cancel", "terminate"):
        errors = await cli.fails("workflow", verb, "--workflow-id", unique)
        assert "not found" in errors.lower(), (verb, errors)


async def test_task_queue_describe_names_the_pollers(cli: Cli, unique: str, order: dict) -> None:
    async def described() -> Any:
        found = await cli.json("task-queue", "describe", "--task-queue", unique, "--legacy-mode")
        return found["pollers"]

    assert await eventually(described)


async def test_namespaces(cli: Cli) -> None:
    described = await cli.json("operator", "namespace", "describe", "--namespace", "default")
    assert described["namespaceInfo"]["name"] == "default"
    listed = await cli.json("operator", "namespace", "list")
    assert "default" in [one["namespaceInfo"]["name"] for one in listed]


async def test_the_cluster(cli: Cli) -> None:
    code, output, errors = await cli.run("operator", "cluster", "health")
    assert code == 0, errors
    assert "SERVING" in output
    described = await cli.json("operator", "cluster", "describe")
    assert described["serverVersion"]
    system = await cli.json("operator", "cluster", "system")
    assert system["capabilities"]
