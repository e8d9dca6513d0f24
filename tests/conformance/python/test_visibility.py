"""Listing and counting: filters, pages, newest first. A list may lag a moment behind; then it is complete."""

from datetime import timedelta

import pytest
from temporalio.api.workflowservice.v1 import ListWorkflowExecutionsRequest
from temporalio.client import Client, WorkflowExecutionStatus

from harness.raw import RawWorker, complete_workflow, fail_workflow, failure
from harness.wait import eventually


@pytest.fixture(scope="module")
async def runs(client: Client) -> dict[str, str]:
    """Six runs of this module's own: workflow id to run id. Two completed, one failed, one terminated, two open."""
    prefix = f"listed-{id(client)}"
    raw = RawWorker(client, prefix)
    started: dict[str, str] = {}
    for name, workflow_type, how in [
        ("one", "Order", complete_workflow()),
        ("two", "Order", complete_workflow()),
        ("three", "Return", fail_workflow(failure("on purpose"))),
        ("four", "Return", None),
        ("five", "Order", None),
        ("six", "Return", None),
    ]:
        workflow_id = f"{prefix}-{name}"
        started[workflow_id] = await raw.start(workflow_id, workflow_type={"name": workflow_type})
        if how:
            await raw.answer_next(how)
        elif name == "four":
            await client.get_workflow_handle(workflow_id).terminate()

    async def all_listed() -> bool:
        found = [one async for one in client.list_workflows(f'WorkflowId STARTS_WITH "{prefix}"')]
        open_runs = [one for one in found if one.status == WorkflowExecutionStatus.RUNNING]
        return len(found) == 6 and len(open_runs) == 2

    await eventually(all_listed)
    return started


def prefix_of(runs: dict[str, str]) -> str:
    return next(iter(runs)).removesuffix("-one")


async def names(client: Client, runs: dict[str, str], query: str) -> list[str]:
    """Which of the runs a query finds, newest first, without the prefix."""
    prefix = prefix_of(runs)
    found = [one async for one in client.list_workflows(query.format(prefix=prefix, **by_name(runs)))]
    return [one.id.removeprefix(f"{prefix}-") for one in found]


def by_name(runs: dict[str, str]) -> dict[str, str]:
    prefix = prefix_of(runs)
    return {workflow_id.removeprefix(f"{prefix}-"): run_id for workflow_id, run_id in runs.items()}


MINE = 'WorkflowId STARTS_WITH "{prefix}"'


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        (MINE, "six five four three two one"),
        ('WorkflowId = "{prefix}-two"', "two"),
        ("WorkflowId = '{prefix}-two'", "two"),
        ('WorkflowId IN ("{prefix}-two", "{prefix}-six", "other")', "six two"),
        ('WorkflowId = "{prefix}-seven"', ""),
        ('RunId = "{three}"', "three"),
        (f'{MINE} AND WorkflowType = "Order"', "five two one"),
        (f'{MINE} AND WorkflowType != "Order"', "six four three"),
        (f'{MINE} AND WorkflowType IN ("Order", "Return")', "six five four three two one"),
        (f'{MINE} AND ExecutionStatus = "Running"', "six five"),
        (f'{MINE} AND ExecutionStatus = "Completed"', "two one"),
        (f'{MINE} AND ExecutionStatus = "Failed"', "three"),
        (f'{MINE} AND ExecutionStatus IN ("Failed", "Terminated")', "four three"),
        (f'{MINE} AND ExecutionStatus != "Running"', "four three two one"),
        (f'{MINE} AND ExecutionStatus = "Completed" AND WorkflowType = "Order"', "two one"),
        (f'{MINE} AND (ExecutionStatus = "Failed" OR ExecutionStatus = "Terminated")', "four three"),
        (f'{MINE} AND StartTime > "2020-01-01T00:00:00Z"', "six five four three two one"),
        (f'{MINE} AND StartTime < "2020-01-01T00:00:00Z"', ""),
        (
            f'{MINE} AND StartTime BETWEEN "2020-01-01T00:00:00Z" AND "2100-01-01T00:00:00Z"',
            "six five four three two one",
        ),
        (f"{MINE} AND CloseTime IS NULL", "six five"),
        (f"{MINE} AND CloseTime IS NOT NULL", "four three two one"),
        ('`WorkflowId` STARTS_WITH "{prefix}" AND `WorkflowType` = "Order"', "five two one"),
    ],
)
async def test_a_filter_finds(client: Client, runs: dict[str, str], query: str, expected: str) -> None:
    # Open runs come first; both kinds newest first, by start and by close: here that is the same order.
    assert await names(client, runs, query) == expected.split()


async def test_pages_joined_are_the_list(client: Client, runs: dict[str, str]) -> None:
    query = MINE.format(prefix=prefix_of(runs))
    joined: list[str] = []
    token, sizes = b"", []
    while True:
        page = await client.workflow_service.list_workflow_executions(
            ListWorkflowExecutionsRequest(namespace=client.namespace, query=query, page_size=4, next_page_token=token)
        )
        joined += [one.execution.run_id for one in page.executions]
        sizes.append(len(page.executions))
        if not (token := page.next_page_token):
            break
    assert sorted(joined) == sorted(runs.values())
    assert max(sizes) <= 4
    assert [one async for one in client.list_workflows(query, limit=3)] != []


@pytest.mark.parametrize(
    ("query", "count"),
    [(MINE, 6), (f'{MINE} AND ExecutionStatus = "Running"', 2), (f'{MINE} AND WorkflowType = "None"', 0)],
)
async def test_counting_counts_what_a_list_would_hold(
    client: Client, runs: dict[str, str], query: str, count: int
) -> None:
    assert (await client.count_workflows(query.format(prefix=prefix_of(runs)))).count == count


async def test_counting_by_status_groups(client: Client, runs: dict[str, str]) -> None:
    counted = await client.count_workflows(f"{MINE} GROUP BY ExecutionStatus".format(prefix=prefix_of(runs)))
    groups = {group.group_values[0]: group.count for group in counted.groups}
    assert groups == {"Running": 2, "Completed": 2, "Failed": 1, "Terminated": 1}
    assert counted.count == 6


async def test_a_listed_run_says_what_it_is(client: Client, runs: dict[str, str]) -> None:
    prefix = prefix_of(runs)
    (found,) = [one async for one in client.list_workflows(f'WorkflowId = "{prefix}-one"')]
    assert found.run_id == runs[f"{prefix}-one"]
    assert found.workflow_type == "Order"
    assert found.status == WorkflowExecutionStatus.COMPLETED
    assert found.task_queue == prefix
    assert found.close_time is not None
    assert found.start_time <= found.close_time
    assert found.history_length == 5


async def test_a_start_time_of_now_separates_old_from_new(client: Client, raw: RawWorker) -> None:
    await raw.start(f"{raw.task_queue}-old")
    old = await client.get_workflow_handle(f"{raw.task_queue}-old").describe()
    await raw.start(f"{raw.task_queue}-new")
    after = (old.start_time + timedelta(milliseconds=1)).isoformat().replace("+00:00", "Z")

    async def found() -> list[str]:
        query = f'WorkflowId STARTS_WITH "{raw.task_queue}" AND StartTime > "{after}"'
        return [one.id async for one in client.list_workflows(query)]

    assert await eventually(found) == [f"{raw.task_queue}-new"]


async def test_every_run_of_an_id_is_listed(client: Client, raw: RawWorker) -> None:
    first = await raw.start()
    await raw.answer_next(complete_workflow())
    second = await raw.start()

    async def both() -> bool:
        found = {one.run_id async for one in client.list_workflows(f'WorkflowId = "{raw.task_queue}"')}
        return found == {first, second}

    await eventually(both)
