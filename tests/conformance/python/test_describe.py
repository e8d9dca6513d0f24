"""DescribeWorkflowExecution: configuration, status, times, what is pending; memo and search attributes come back."""

from datetime import UTC, datetime

import pytest
from temporalio.api.common.v1 import WorkflowExecution
from temporalio.api.enums.v1 import (
    IndexedValueType,
    PendingActivityState,
    PendingWorkflowTaskState,
)
from temporalio.api.operatorservice.v1 import AddSearchAttributesRequest
from temporalio.api.workflowservice.v1 import (
    DescribeWorkflowExecutionRequest,
    DescribeWorkflowExecutionResponse,
    RecordActivityTaskHeartbeatRequest,
)
from temporalio.client import Client, WorkflowExecutionStatus
from temporalio.common import (
    SearchAttributeKey,
    SearchAttributePair,
    TypedSearchAttributes,
)
from temporalio.service import RPCError, RPCStatusCode

from harness.raw import (
    RawWorker,
    complete_workflow,
    failure,
    payloads,
    request_cancel_activity,
    schedule_activity,
    seconds,
)
from harness.wait import eventually

CUSTOMER = SearchAttributeKey.for_keyword("Customer")
AMOUNT = SearchAttributeKey.for_int("Amount")
DUE = SearchAttributeKey.for_datetime("Due")
TAGS = SearchAttributeKey.for_keyword_list("Tags")


async def describe(raw: RawWorker) -> DescribeWorkflowExecutionResponse:
    return await raw.service.describe_workflow_execution(
        DescribeWorkflowExecutionRequest(
            namespace=raw.namespace, execution=WorkflowExecution(workflow_id=raw.task_queue)
        )
    )


@pytest.fixture(scope="session")
async def search_attributes(client: Client) -> None:
    """Registers what the tests use. A server that takes any attribute need not have the method."""
    types = {
        "Customer": IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD,
        "Amount": IndexedValueType.INDEXED_VALUE_TYPE_INT,
        "Due": IndexedValueType.INDEXED_VALUE_TYPE_DATETIME,
        "Tags": IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD_LIST,
    }
    try:
        await client.operator_service.add_search_attributes(
            AddSearchAttributesRequest(namespace=client.namespace, search_attributes=types)
        )
    except RPCError as error:
        if error.status not in (RPCStatusCode.UNIMPLEMENTED, RPCStatusCode.ALREADY_EXISTS):
            raise


async def test_a_run_is_described_as_it_was_started(client: Client, raw: RawWorker) -> None:
    run_id = await raw.start(
        workflow_execution_timeout=seconds(300),
        workflow_run_timeout=seconds(200),
        workflow_task_timeout=seconds(7),
    )
    described = await describe(raw)
    config = described.execution_config
    assert config.task_queue.name == raw.task_queue
    assert config.workflow_execution_timeout == seconds(300)
    assert config.workflow_run_timeout == seconds(200)
    assert config.default_workflow_task_timeout == seconds(7)
    info = described.workflow_execution_info
    assert info.execution == WorkflowExecution(workflow_id=raw.task_queue, run_id=run_id)
    assert info.type.name == "some-workflow"
    assert info.history_length == 2
    assert info.task_queue == raw.task_queue
    assert info.first_run_id == run_id
    assert info.HasField("start_time") and info.HasField("execution_time")
    assert not info.HasField("close_time")
    assert described.HasField("workflow_extended_info")


async def test_a_closed_run_has_a_close_time_and_a_length(client: Client, raw: RawWorker) -> None:
    await raw.start()
    await raw.answer_next(complete_workflow())
    described = await client.get_workflow_handle(raw.task_queue).describe()
    assert described.status == WorkflowExecutionStatus.COMPLETED
    assert described.history_length == 5
    assert described.close_time is not None
    assert described.start_time <= described.close_time
    assert (await describe(raw)).workflow_execution_info.history_size_bytes > 0


async def test_a_pending_task_is_shown(raw: RawWorker) -> None:
    await raw.start()
    pending = (await describe(raw)).pending_workflow_task
    assert pending.state == PendingWorkflowTaskState.PENDING_WORKFLOW_TASK_STATE_SCHEDULED
    assert pending.attempt == 1
    task = await raw.poll()
    pending = (await describe(raw)).pending_workflow_task
    assert pending.state == PendingWorkflowTaskState.PENDING_WORKFLOW_TASK_STATE_STARTED
    assert pending.HasField("started_time")
    await raw.answer(task, schedule_activity("a", raw.task_queue))
    assert not (await describe(raw)).HasField("pending_workflow_task")


async def test_a_pending_activity_is_shown_in_each_of_its_states(raw: RawWorker) -> None:
    await raw.start()
    await raw.answer_next(
        schedule_activity(
            "the-id", raw.task_queue, type="the-type", heartbeat=20, maximum_attempts=3, initial_interval=60
        ),
        force_create_new_workflow_task=True,
    )
    (pending,) = (await describe(raw)).pending_activities
    assert pending.activity_id == "the-id"
    assert pending.activity_type.name == "the-type"
    assert pending.state == PendingActivityState.PENDING_ACTIVITY_STATE_SCHEDULED
    assert pending.attempt == 1
    assert pending.maximum_attempts == 3
    assert pending.HasField("scheduled_time")

    task = await raw.poll_activity()
    await raw.service.record_activity_task_heartbeat(
        RecordActivityTaskHeartbeatRequest(
            namespace=raw.namespace, task_token=task.task_token, details=payloads("halfway")
        )
    )
    (pending,) = (await describe(raw)).pending_activities
    assert pending.state == PendingActivityState.PENDING_ACTIVITY_STATE_STARTED
    assert pending.heartbeat_details == payloads("halfway")
    assert pending.HasField("last_heartbeat_time")
    assert pending.HasField("last_started_time")
    assert pending.last_worker_identity == raw.identity

    await raw.fail_activity(task, failure("once", type="Some"))
    (pending,) = (await describe(raw)).pending_activities
    assert pending.state == PendingActivityState.PENDING_ACTIVITY_STATE_SCHEDULED
    assert pending.attempt == 2
    assert pending.last_failure.message == "once"
    assert pending.heartbeat_details == payloads("halfway")


async def test_an_activity_that_is_told_to_stop_is_shown_as_such(raw: RawWorker) -> None:
    await raw.start()
    await raw.answer_next(schedule_activity("a", raw.task_queue), force_create_new_workflow_task=True)
    await raw.poll_activity()
    await raw.answer_next(request_cancel_activity(5))
    (pending,) = (await describe(raw)).pending_activities
    assert pending.state == PendingActivityState.PENDING_ACTIVITY_STATE_CANCEL_REQUESTED


async def test_without_a_run_id_the_newest_run_is_described(client: Client, raw: RawWorker) -> None:
    first = await raw.start()
    await raw.answer_next(complete_workflow())
    second = await raw.start()
    assert (await client.get_workflow_handle(raw.task_queue).describe()).run_id == second
    older = await client.get_workflow_handle(raw.task_queue, run_id=first).describe()
    assert older.status == WorkflowExecutionStatus.COMPLETED


async def test_memo_comes_back(client: Client, unique: str) -> None:
    handle = await client.start_workflow("some-workflow", id=unique, task_queue=unique, memo={"who": "me", "count": 3})
    described = await handle.describe()
    assert await described.memo() == {"who": "me", "count": 3}

    async def listed() -> bool:
        found = [one async for one in client.list_workflows(f'WorkflowId = "{unique}"')]
        return bool(found) and await found[0].memo() == {"who": "me", "count": 3}

    await eventually(listed)


async def test_search_attributes_come_back_typed(client: Client, unique: str, search_attributes: None) -> None:
    due = datetime(2030, 1, 2, 3, 4, 5, tzinfo=UTC)
    handle = await client.start_workflow(
        "some-workflow",
        id=unique,
        task_queue=unique,
        search_attributes=TypedSearchAttributes(
            [
                SearchAttributePair(CUSTOMER, "acme"),
                SearchAttributePair(AMOUNT, 42),
                SearchAttributePair(DUE, due),
                SearchAttributePair(TAGS, ["new", "big"]),
            ]
        ),
    )
    attributes = (await handle.describe()).typed_search_attributes
    assert attributes[CUSTOMER] == "acme"
    assert attributes[AMOUNT] == 42
    assert attributes[DUE] == due
    assert list(attributes[TAGS]) == ["new", "big"]
    started = (await handle.fetch_history()).events[0].workflow_execution_started_event_attributes
    assert started.search_attributes.indexed_fields["Customer"].data == b'"acme"'


async def test_a_summary_for_people_comes_back(client: Client, unique: str) -> None:
    handle = await client.start_workflow(
        "some-workflow", id=unique, task_queue=unique, static_summary="in short", static_details="at length"
    )
    described = await handle.describe()
    assert await described.static_summary() == "in short"
    assert await described.static_details() == "at length"
