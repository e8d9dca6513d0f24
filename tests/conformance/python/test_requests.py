"""Requests that are wrong get the gRPC code that Temporal's clients know, and words."""

from typing import Any

import pytest
from temporalio.api.common.v1 import WorkflowExecution, WorkflowType
from temporalio.api.enums.v1 import UpdateWorkflowExecutionLifecycleStage as Stage
from temporalio.api.errordetails.v1 import NamespaceNotFoundFailure
from temporalio.api.taskqueue.v1 import TaskQueue
from temporalio.api.update.v1 import WaitPolicy
from temporalio.api.workflowservice.v1 import (
    CountWorkflowExecutionsRequest,
    DescribeNamespaceRequest,
    DescribeTaskQueueRequest,
    DescribeWorkflowExecutionRequest,
    GetWorkflowExecutionHistoryRequest,
    GetWorkflowExecutionHistoryReverseRequest,
    ListWorkflowExecutionsRequest,
    PollActivityTaskQueueRequest,
    PollWorkflowTaskQueueRequest,
    QueryWorkflowRequest,
    RecordActivityTaskHeartbeatByIdRequest,
    RecordActivityTaskHeartbeatRequest,
    RegisterNamespaceRequest,
    RequestCancelWorkflowExecutionRequest,
    RespondActivityTaskCanceledByIdRequest,
    RespondActivityTaskCompletedByIdRequest,
    RespondActivityTaskCompletedRequest,
    RespondActivityTaskFailedByIdRequest,
    RespondActivityTaskFailedRequest,
    RespondWorkflowTaskCompletedRequest,
    SignalWithStartWorkflowExecutionRequest,
    SignalWorkflowExecutionRequest,
    TerminateWorkflowExecutionRequest,
    UpdateNamespaceRequest,
    UpdateWorkflowExecutionRequest,
)
from temporalio.client import Client
from temporalio.service import RPCError, RPCStatusCode

from harness.raw import RawWorker, seconds

NO_SUCH_RUN = "00000000-0000-4000-8000-000000000000"


async def refusal(client: Client, request: Any) -> RPCError:
    """What the server says to a request that it must refuse."""
    method = "".join("_" + c.lower() if c.isupper() else c for c in type(request).__name__.removesuffix("Request"))
    with pytest.raises(RPCError) as caught:
        await getattr(client.workflow_service, method.lstrip("_"))(request)
    assert caught.value.message, "an error has to say what was wrong"
    return caught.value


# By what identifies the run in each request: `execution`, `workflow_execution`, or plain fields.
OF_A_RUN = [
    (DescribeWorkflowExecutionRequest, "execution", {}),
    (GetWorkflowExecutionHistoryRequest, "execution", {}),
    (GetWorkflowExecutionHistoryReverseRequest, "execution", {}),
    (SignalWorkflowExecutionRequest, "workflow_execution", {"signal_name": "s"}),
    (RequestCancelWorkflowExecutionRequest, "workflow_execution", {}),
    (TerminateWorkflowExecutionRequest, "workflow_execution", {}),
    (QueryWorkflowRequest, "execution", {"query": {"query_type": "q"}}),
    (
        UpdateWorkflowExecutionRequest,
        "workflow_execution",
        {"request": {"meta": {"update_id": "u"}, "input": {"name": "n"}}},
    ),
]


@pytest.mark.parametrize("request_type, field, more", OF_A_RUN)
@pytest.mark.parametrize("run_id", ["", NO_SUCH_RUN])
async def test_an_unknown_workflow_is_not_found(
    client: Client, unique: str, request_type: Any, field: str, more: dict, run_id: str
) -> None:
    execution = WorkflowExecution(workflow_id=unique, run_id=run_id)
    error = await refusal(client, request_type(namespace=client.namespace, **{field: execution}, **more))
    assert error.status == RPCStatusCode.NOT_FOUND, error.message


@pytest.mark.parametrize("request_type, field, more", OF_A_RUN)
async def test_an_unknown_run_of_a_known_workflow_is_not_found(
    client: Client, raw: RawWorker, request_type: Any, field: str, more: dict
) -> None:
    await raw.start()
    execution = WorkflowExecution(workflow_id=raw.task_queue, run_id=NO_SUCH_RUN)
    error = await refusal(client, request_type(namespace=client.namespace, **{field: execution}, **more))
    assert error.status == RPCStatusCode.NOT_FOUND, error.message


@pytest.mark.parametrize("request_type, field, more", OF_A_RUN)
async def test_a_request_without_a_workflow_id_is_invalid(
    client: Client, request_type: Any, field: str, more: dict
) -> None:
    error = await refusal(client, request_type(namespace=client.namespace, **{field: WorkflowExecution()}, **more))
    assert error.status == RPCStatusCode.INVALID_ARGUMENT, error.message


@pytest.mark.parametrize("request_type, field, more", OF_A_RUN)
async def test_a_run_id_that_is_no_uuid_is_invalid(
    client: Client, unique: str, request_type: Any, field: str, more: dict
) -> None:
    execution = WorkflowExecution(workflow_id=unique, run_id="not-a-uuid")
    error = await refusal(client, request_type(namespace=client.namespace, **{field: execution}, **more))
    assert error.status == RPCStatusCode.INVALID_ARGUMENT, error.message


@pytest.mark.parametrize("request_type, field, more", OF_A_RUN)
async def test_an_unknown_namespace_is_named(
    client: Client, unique: str, request_type: Any, field: str, more: dict
) -> None:
    execution = WorkflowExecution(workflow_id=unique)
    error = await refusal(client, request_type(namespace="no-such-namespace", **{field: execution}, **more))
    assert error.status == RPCStatusCode.NOT_FOUND
    detail = NamespaceNotFoundFailure()
    assert error.grpc_status.details[0].Unpack(detail)
    assert detail.namespace == "no-such-namespace"


@pytest.mark.parametrize("request_type, field, more", OF_A_RUN)
async def test_a_request_without_a_namespace_is_invalid(
    client: Client, unique: str, request_type: Any, field: str, more: dict
) -> None:
    error = await refusal(client, request_type(**{field: WorkflowExecution(workflow_id=unique)}, **more))
    assert error.status == RPCStatusCode.INVALID_ARGUMENT, error.message


@pytest.mark.parametrize(
    "wrong",
    [
        {"workflow_type": WorkflowType()},
        {"task_queue": TaskQueue()},
        {"request_id": "x" * 1001},
        {"workflow_id": "x" * 1001},
        {"workflow_type": WorkflowType(name="x" * 1001)},
        {"task_queue": TaskQueue(name="x" * 1001)},
        {"workflow_execution_timeout": seconds(-1)},
        {"workflow_run_timeout": seconds(-1)},
        {"workflow_task_timeout": seconds(-1)},
        {"workflow_start_delay": seconds(-1)},
        {"retry_policy": {"backoff_coefficient": 0.5}},
        {"retry_policy": {"initial_interval": seconds(-1)}},
        {"retry_policy": {"maximum_attempts": -1}},
        {"retry_policy": {"initial_interval": seconds(5), "maximum_interval": seconds(1)}},
    ],
    ids=lambda wrong: "-".join(wrong),
)
async def test_a_start_with_a_wrong_field_is_invalid(client: Client, raw: RawWorker, wrong: dict) -> None:
    error = await refusal(client, raw.start_request(**wrong))
    assert error.status == RPCStatusCode.INVALID_ARGUMENT, error.message


async def test_a_start_without_a_workflow_id_is_invalid(client: Client, raw: RawWorker) -> None:
    request = raw.start_request()
    request.workflow_id = ""
    assert (await refusal(client, request)).status == RPCStatusCode.INVALID_ARGUMENT


TOKENS = [
    RespondWorkflowTaskCompletedRequest,
    RespondActivityTaskCompletedRequest,
    RespondActivityTaskFailedRequest,
    RecordActivityTaskHeartbeatRequest,
]


@pytest.mark.parametrize("request_type", TOKENS)
async def test_a_task_token_that_is_garbage_is_invalid(client: Client, request_type: Any) -> None:
    for token in (b"", b"garbage"):
        error = await refusal(client, request_type(namespace=client.namespace, task_token=token))
        assert error.status == RPCStatusCode.INVALID_ARGUMENT, error.message


BY_ID = [
    RespondActivityTaskCompletedByIdRequest,
    RespondActivityTaskFailedByIdRequest,
    RespondActivityTaskCanceledByIdRequest,
    RecordActivityTaskHeartbeatByIdRequest,
]


@pytest.mark.parametrize("request_type", BY_ID)
async def test_an_activity_id_that_is_unknown_is_not_found(client: Client, raw: RawWorker, request_type: Any) -> None:
    await raw.start()
    error = await refusal(
        client, request_type(namespace=client.namespace, workflow_id=raw.task_queue, activity_id="no-such-activity")
    )
    assert error.status == RPCStatusCode.NOT_FOUND, error.message


@pytest.mark.parametrize("request_type", BY_ID)
async def test_an_activity_of_an_unknown_workflow_is_not_found(client: Client, unique: str, request_type: Any) -> None:
    error = await refusal(client, request_type(namespace=client.namespace, workflow_id=unique, activity_id="a"))
    assert error.status == RPCStatusCode.NOT_FOUND, error.message


@pytest.mark.parametrize(
    "request_",
    [
        PollWorkflowTaskQueueRequest(),
        PollActivityTaskQueueRequest(),
        PollWorkflowTaskQueueRequest(task_queue=TaskQueue(name="x" * 1001)),
        DescribeTaskQueueRequest(),
        SignalWithStartWorkflowExecutionRequest(workflow_id="w"),
        SignalWithStartWorkflowExecutionRequest(
            workflow_id="w", workflow_type=WorkflowType(name="t"), task_queue=TaskQueue(name="q")
        ),
        SignalWorkflowExecutionRequest(workflow_execution=WorkflowExecution(workflow_id="w")),
        ListWorkflowExecutionsRequest(query="this is no query"),
        ListWorkflowExecutionsRequest(query="NoSuchAttribute = 'x'"),
        CountWorkflowExecutionsRequest(query="ExecutionStatus = "),
        DescribeNamespaceRequest(),
        RegisterNamespaceRequest(),
        UpdateWorkflowExecutionRequest(
            workflow_execution=WorkflowExecution(workflow_id="w"),
            request={"meta": {"update_id": "x" * 1001}, "input": {"name": "n"}},
        ),
        UpdateWorkflowExecutionRequest(
            workflow_execution=WorkflowExecution(workflow_id="w"), request={"meta": {"update_id": "u"}}
        ),
        GetWorkflowExecutionHistoryRequest(execution=WorkflowExecution(workflow_id="w"), next_page_token=b"garbage"),
    ],
    ids=lambda request: type(request).__name__,
)
async def test_a_request_that_lacks_something_is_invalid(client: Client, request_: Any) -> None:
    if hasattr(request_, "namespace") and not isinstance(
        request_, (DescribeNamespaceRequest, RegisterNamespaceRequest)
    ):
        request_.namespace = client.namespace
    error = await refusal(client, request_)
    assert error.status == RPCStatusCode.INVALID_ARGUMENT, error.message


async def test_an_update_cannot_wait_for_no_stage_that_exists(client: Client, raw: RawWorker) -> None:
    await raw.start()
    request = UpdateWorkflowExecutionRequest(
        namespace=client.namespace,
        workflow_execution=WorkflowExecution(workflow_id=raw.task_queue),
        wait_policy=WaitPolicy(lifecycle_stage=Stage.UPDATE_WORKFLOW_EXECUTION_LIFECYCLE_STAGE_ADMITTED),
        request={"meta": {"update_id": "u"}, "input": {"name": "n"}},
    )
    assert (await refusal(client, request)).status in (RPCStatusCode.INVALID_ARGUMENT, RPCStatusCode.PERMISSION_DENIED)


async def test_an_update_of_an_unknown_namespace_is_not_found(client: Client) -> None:
    error = await refusal(client, UpdateNamespaceRequest(namespace="no-such-namespace"))
    assert error.status == RPCStatusCode.NOT_FOUND
