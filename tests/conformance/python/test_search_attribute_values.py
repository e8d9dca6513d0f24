"""What may be set as a search attribute, and what the server sets itself: in requests, by workflows, and by workers' builds."""

import json
import uuid
from typing import Any

import pytest
from temporalio.api.command.v1 import Command
from temporalio.api.common.v1 import Payload, SearchAttributes, WorkerVersionStamp, WorkflowExecution, WorkflowType
from temporalio.api.enums.v1 import CommandType, IndexedValueType
from temporalio.api.operatorservice.v1 import (
    AddSearchAttributesRequest,
    ListSearchAttributesRequest,
    RemoveSearchAttributesRequest,
)
from temporalio.api.schedule.v1 import Schedule, ScheduleAction
from temporalio.api.taskqueue.v1 import TaskQueue
from temporalio.api.workflow.v1 import NewWorkflowExecutionInfo
from temporalio.api.workflowservice.v1 import (
    CreateScheduleRequest,
    DescribeWorkflowExecutionRequest,
    SignalWithStartWorkflowExecutionRequest,
)
from temporalio.client import Client
from temporalio.service import RPCError, RPCStatusCode

from harness.raw import RawWorker
from harness.wait import eventually

UNKNOWN = "Namespace default has no mapping defined for search attribute Weight"
WRONG = "invalid value for search attribute Height of type Int: "


@pytest.fixture(scope="module", autouse=True)
async def registered(client: Client) -> None:
    types = {"Height": IndexedValueType.INDEXED_VALUE_TYPE_INT}
    await client.operator_service.add_search_attributes(
        AddSearchAttributesRequest(namespace=client.namespace, search_attributes=types)
    )


def fields(name: str, value: str) -> SearchAttributes:
    payload = Payload(metadata={"encoding": b"json/plain"}, data=value.encode())
    return SearchAttributes(indexed_fields={name: payload})


async def refusal(call: Any) -> str:
    with pytest.raises(RPCError) as caught:
        await call
    assert caught.value.status == RPCStatusCode.INVALID_ARGUMENT
    return caught.value.message


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("Weight", "1", UNKNOWN),
        ("Height", "true", WRONG + "true"),
        ("Height", "1.5", WRONG + "1.5"),
        ("Height", '"5"', WRONG + "5"),
        ("Height", "[1,2]", WRONG + "[1 2]"),
        ("Height", '{"b":[null,"x"],"a":1e21}', WRONG + "map[a:1e+21 b:[<nil> x]]"),
        ("Height", "{", WRONG + 'value from <metadata:{key:"encoding" value:"json/plain"} data:"{">'),
        ("StartTime", '"now"', "StartTime attribute can't be set in SearchAttributes"),
        ("TemporalWorkerDeployment", '"d"', "TemporalWorkerDeployment attribute can't be set in SearchAttributes"),
        ("BuildIds", '"b"', "invalid value for search attribute BuildIds of type KeywordList: b"),
        ("Height", "1" + " " * 2048, "search attribute Height value size 2049 exceeds size limit 2048"),
    ],
)
async def test_a_request_with_such_a_value_is_refused(raw: RawWorker, name: str, value: str, message: str) -> None:
    attributes = fields(name, value)
    assert await refusal(raw.start(search_attributes=attributes)) == message
    with_signal = SignalWithStartWorkflowExecutionRequest(
        namespace=raw.namespace,
        workflow_id=raw.task_queue,
        workflow_type=WorkflowType(name="some-workflow"),
        task_queue=TaskQueue(name=raw.task_queue),
        signal_name="signal",
        search_attributes=attributes,
    )
    assert await refusal(raw.service.signal_with_start_workflow_execution(with_signal)) == message
    action = NewWorkflowExecutionInfo(
        workflow_id=raw.task_queue,
        workflow_type=WorkflowType(name="some-workflow"),
        task_queue=TaskQueue(name=raw.task_queue),
    )
    starting = NewWorkflowExecutionInfo()
    starting.CopyFrom(action)
    starting.search_attributes.CopyFrom(attributes)
    for own, started in ((attributes, action), (None, starting)):
        schedule = CreateScheduleRequest(
            namespace=raw.namespace,
            schedule_id=str(uuid.uuid4()),
            request_id="create",
            schedule=Schedule(action=ScheduleAction(start_workflow=started)),
            search_attributes=own,
        )
        assert await refusal(raw.service.create_schedule(schedule)) == message


@pytest.mark.parametrize(
    ("value", "expected"),
    [("5", "Height = 5"), ("[5]", "Height = 5"), ("null", "Height IS NULL"), ("[]", "Height IS NULL")],
)
async def test_a_request_with_such_a_value_is_found_by_it(
    client: Client, raw: RawWorker, value: str, expected: str
) -> None:
    await raw.start(search_attributes=fields("Height", value))

    async def found() -> bool:
        return (await client.count_workflows(f"WorkflowId = '{raw.task_queue}' AND {expected}")).count == 1

    await eventually(found)


def upsert(attributes: SearchAttributes) -> Command:
    command = Command(command_type=CommandType.COMMAND_TYPE_UPSERT_WORKFLOW_SEARCH_ATTRIBUTES)
    command.upsert_workflow_search_attributes_command_attributes.search_attributes.CopyFrom(attributes)
    return command


def continued(attributes: SearchAttributes) -> Command:
    command = Command(command_type=CommandType.COMMAND_TYPE_CONTINUE_AS_NEW_WORKFLOW_EXECUTION)
    command.continue_as_new_workflow_execution_command_attributes.workflow_type.name = "some-workflow"
    command.continue_as_new_workflow_execution_command_attributes.search_attributes.CopyFrom(attributes)
    return command


def child(attributes: SearchAttributes) -> Command:
    command = Command(command_type=CommandType.COMMAND_TYPE_START_CHILD_WORKFLOW_EXECUTION)
    command.start_child_workflow_execution_command_attributes.workflow_id = "child"
    command.start_child_workflow_execution_command_attributes.workflow_type.name = "some-workflow"
    command.start_child_workflow_execution_command_attributes.search_attributes.CopyFrom(attributes)
    return command


@pytest.mark.parametrize("command", [upsert, continued, child])
async def test_a_workflow_that_sets_what_nobody_registered_fails_its_task(raw: RawWorker, command: Any) -> None:
    await raw.start()
    task = await raw.poll()
    message = await refusal(raw.answer(task, command(fields("Weight", "1"))))
    assert message == f"BadSearchAttributes: {UNKNOWN}"
    assert (await raw.poll()).attempt == 2


async def test_a_workflow_that_sets_a_value_of_another_type_fails_its_task(raw: RawWorker) -> None:
    await raw.start()
    message = await refusal(raw.answer(await raw.poll(), upsert(fields("Height", "true"))))
    assert message == f"BadSearchAttributes: {WRONG}true"
    assert (await raw.poll()).attempt == 2


async def test_what_is_removed_can_no_longer_be_set(client: Client, raw: RawWorker) -> None:
    service = client.operator_service
    name = f"Gone{uuid.uuid4().hex}"
    types = {name: IndexedValueType.INDEXED_VALUE_TYPE_INT}

    async def custom() -> set[str]:
        listed = await service.list_search_attributes(ListSearchAttributesRequest(namespace=client.namespace))
        return set(listed.custom_attributes)

    for _ in range(2):
        await service.add_search_attributes(
            AddSearchAttributesRequest(namespace=client.namespace, search_attributes=types)
        )
        assert name in await custom()
    await raw.start(search_attributes=fields(name, "1"))
    for _ in range(2):
        await service.remove_search_attributes(
            RemoveSearchAttributesRequest(namespace=client.namespace, search_attributes=[name])
        )
    assert name not in await custom()

    async def is_refused() -> bool:
        try:
            await raw.start(str(uuid.uuid4()), search_attributes=fields(name, "1"))
        except RPCError as error:
            return error.message == f"Namespace default has no mapping defined for search attribute {name}"
        return False

    # The reference reads its namespaces anew every few seconds.
    await eventually(is_refused, within=20)
    kept = RemoveSearchAttributesRequest(namespace=client.namespace, search_attributes=["RunId"])
    assert await refusal(service.remove_search_attributes(kept)) == (
        "Unable to remove non-custom search attributes: RunId."
    )


async def test_the_builds_of_workers_are_found_and_can_be_reset_to(client: Client, raw: RawWorker) -> None:
    build = uuid.uuid4().hex
    await raw.start()
    await raw.answer(await raw.poll(), worker_version_stamp=WorkerVersionStamp(build_id=build))
    await client.get_workflow_handle(raw.task_queue).signal("again")
    await raw.answer(await raw.poll())
    request = DescribeWorkflowExecutionRequest(
        namespace=raw.namespace, execution=WorkflowExecution(workflow_id=raw.task_queue)
    )
    info = (await raw.service.describe_workflow_execution(request)).workflow_execution_info
    build_ids = ["unversioned", f"unversioned:{build}"]
    assert json.loads(info.search_attributes.indexed_fields["BuildIds"].data) == build_ids
    points = [(point.build_id, point.first_workflow_task_completed_id) for point in info.auto_reset_points.points]
    assert points == [(build, 4), ("", 8)]

    async def found() -> bool:
        return [one.id async for one in client.list_workflows(f"BuildIds = 'unversioned:{build}'")] == [raw.task_queue]

    await eventually(found)
