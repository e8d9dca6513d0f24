"""A worker by hand: polls and answers tasks with the raw protocol, one at a time, with no SDK between.

For what SDKs hide: what a task carries, which answers are refused and how, what happens when none comes.
"""

import asyncio
import uuid
from datetime import timedelta
from typing import Any

from google.protobuf.duration_pb2 import Duration
from temporalio.api.command.v1 import Command
from temporalio.api.common.v1 import Payload, Payloads, WorkflowExecution, WorkflowType
from temporalio.api.enums.v1 import (
    CommandType,
    QueryResultType,
    TaskQueueKind,
    TaskQueueType,
    WorkflowTaskFailedCause,
)
from temporalio.api.failure.v1 import ApplicationFailureInfo, Failure
from temporalio.api.history.v1 import HistoryEvent
from temporalio.api.query.v1 import WorkflowQueryResult
from temporalio.api.taskqueue.v1 import StickyExecutionAttributes, TaskQueue
from temporalio.api.workflowservice.v1 import (
    DescribeTaskQueueRequest,
    GetWorkflowExecutionHistoryRequest,
    PollActivityTaskQueueRequest,
    PollActivityTaskQueueResponse,
    PollWorkflowTaskQueueRequest,
    PollWorkflowTaskQueueResponse,
    RespondActivityTaskCompletedRequest,
    RespondActivityTaskFailedRequest,
    RespondQueryTaskCompletedRequest,
    RespondWorkflowTaskCompletedRequest,
    RespondWorkflowTaskCompletedResponse,
    RespondWorkflowTaskFailedRequest,
    StartWorkflowExecutionRequest,
)
from temporalio.client import Client

from harness.history import check_whole
from harness.wait import eventually


def seconds(value: float) -> Duration:
    duration = Duration()
    duration.FromNanoseconds(int(value * 1e9))
    return duration


def payload(text: str) -> Payload:
    return Payload(metadata={"encoding": b"json/plain"}, data=b'"' + text.encode() + b'"')


def payloads(*texts: str) -> Payloads:
    return Payloads(payloads=[payload(text) for text in texts])


def failure(message: str, *, type: str = "", non_retryable: bool = False) -> Failure:
    return Failure(
        message=message, application_failure_info=ApplicationFailureInfo(type=type, non_retryable=non_retryable)
    )


# Commands. Each builds one command with just what it must have; `more` are further fields of its attributes.


def schedule_activity(activity_id: str, task_queue: str, **more: Any) -> Command:
    command = Command(command_type=CommandType.COMMAND_TYPE_SCHEDULE_ACTIVITY_TASK)
    attributes = command.schedule_activity_task_command_attributes
    attributes.activity_id = activity_id
    attributes.activity_type.name = more.pop("type", "some-activity")
    attributes.task_queue.name = task_queue
    for name in ("schedule_to_close", "schedule_to_start", "start_to_close", "heartbeat"):
        if (limit := more.pop(name, None)) is not None:
            getattr(attributes, f"{name}_timeout").CopyFrom(seconds(limit))
    if not attributes.HasField("schedule_to_close_timeout") and not attributes.HasField("start_to_close_timeout"):
        if not more.pop("no_timeout", False):
            attributes.start_to_close_timeout.CopyFrom(seconds(30))
    if (attempts := more.pop("maximum_attempts", None)) is not None:
        attributes.retry_policy.maximum_attempts = attempts
        attributes.retry_policy.initial_interval.CopyFrom(seconds(more.pop("initial_interval", 0.05)))
        attributes.retry_policy.backoff_coefficient = 1
    if (input_ := more.pop("input", None)) is not None:
        attributes.input.CopyFrom(input_)
    assert not more, more
    return command


def request_cancel_activity(scheduled_event_id: int) -> Command:
    command = Command(command_type=CommandType.COMMAND_TYPE_REQUEST_CANCEL_ACTIVITY_TASK)
    command.request_cancel_activity_task_command_attributes.scheduled_event_id = scheduled_event_id
    return command


def start_timer(timer_id: str, after: float) -> Command:
    command = Command(command_type=CommandType.COMMAND_TYPE_START_TIMER)
    command.start_timer_command_attributes.timer_id = timer_id
    command.start_timer_command_attributes.start_to_fire_timeout.CopyFrom(seconds(after))
    return command


def cancel_timer(timer_id: str) -> Command:
    command = Command(command_type=CommandType.COMMAND_TYPE_CANCEL_TIMER)
    command.cancel_timer_command_attributes.timer_id = timer_id
    return command


def complete_workflow(result: str | None = None) -> Command:
    command = Command(command_type=CommandType.COMMAND_TYPE_COMPLETE_WORKFLOW_EXECUTION)
    command.complete_workflow_execution_command_attributes.SetInParent()
    if result is not None:
        command.complete_workflow_execution_command_attributes.result.CopyFrom(payloads(result))
    return command


def fail_workflow(cause: Failure) -> Command:
    command = Command(command_type=CommandType.COMMAND_TYPE_FAIL_WORKFLOW_EXECUTION)
    command.fail_workflow_execution_command_attributes.failure.CopyFrom(cause)
    return command


def cancel_workflow() -> Command:
    command = Command(command_type=CommandType.COMMAND_TYPE_CANCEL_WORKFLOW_EXECUTION)
    command.cancel_workflow_execution_command_attributes.SetInParent()
    return command


def continue_as_new(workflow_type: str, task_queue: str) -> Command:
    command = Command(command_type=CommandType.COMMAND_TYPE_CONTINUE_AS_NEW_WORKFLOW_EXECUTION)
    attributes = command.continue_as_new_workflow_execution_command_attributes
    attributes.workflow_type.name = workflow_type
    attributes.task_queue.name = task_queue
    return command


def record_marker(name: str, **details: str) -> Command:
    command = Command(command_type=CommandType.COMMAND_TYPE_RECORD_MARKER)
    command.record_marker_command_attributes.marker_name = name
    for key, text in details.items():
        command.record_marker_command_attributes.details[key].CopyFrom(payloads(text))
    return command


class RawWorker:
    """Polls one task queue of the client's namespace."""

    def __init__(self, client: Client, task_queue: str) -> None:
        self.client = client
        self.service = client.workflow_service
        self.namespace = client.namespace
        self.task_queue = task_queue
        self.identity = "raw-worker"

    def start_request(self, workflow_id: str | None = None, **more: Any) -> StartWorkflowExecutionRequest:
        return StartWorkflowExecutionRequest(
            namespace=self.namespace,
            workflow_id=workflow_id or self.task_queue,
            workflow_type=more.pop("workflow_type", WorkflowType(name="some-workflow")),
            task_queue=more.pop("task_queue", TaskQueue(name=self.task_queue)),
            request_id=more.pop("request_id", str(uuid.uuid4())),
            identity="raw-client",
            **more,
        )

    async def start(self, workflow_id: str | None = None, **more: Any) -> str:
        """Starts a workflow on this task queue; its run id."""
        return (await self.service.start_workflow_execution(self.start_request(workflow_id, **more))).run_id

    async def poll(self, *, sticky: str | None = None, timeout: float = 20) -> PollWorkflowTaskQueueResponse:
        """The next workflow task, of the sticky queue if one is named."""
        queue = TaskQueue(name=self.task_queue)
        if sticky:
            queue = TaskQueue(name=sticky, kind=TaskQueueKind.TASK_QUEUE_KIND_STICKY, normal_name=self.task_queue)
        request = PollWorkflowTaskQueueRequest(namespace=self.namespace, task_queue=queue, identity=self.identity)
        task = await self.service.poll_workflow_task_queue(request, timeout=timedelta(seconds=timeout))
        assert task.task_token, "the poll ended without a task"
        return task

    async def in_line(self, *, sticky: str | None = None) -> asyncio.Task[PollWorkflowTaskQueueResponse]:
        """A poll that the server is known to have received."""
        waiting = asyncio.create_task(self.poll(sticky=sticky))
        queue = TaskQueue(name=sticky or self.task_queue, kind=TaskQueueKind.TASK_QUEUE_KIND_NORMAL)
        if sticky:
            queue = TaskQueue(name=sticky, kind=TaskQueueKind.TASK_QUEUE_KIND_STICKY, normal_name=self.task_queue)
        request = DescribeTaskQueueRequest(
            namespace=self.namespace, task_queue=queue, task_queue_type=TaskQueueType.TASK_QUEUE_TYPE_WORKFLOW
        )

        async def seen() -> bool:
            return bool((await self.service.describe_task_queue(request)).pollers)

        await eventually(seen)
        return waiting

    async def answer(
        self, task: PollWorkflowTaskQueueResponse, *commands: Command, **more: Any
    ) -> RespondWorkflowTaskCompletedResponse:
        """Completes a workflow task with these commands."""
        if (sticky := more.pop("sticky", None)) is not None:
            more["sticky_attributes"] = _sticky(sticky, self.task_queue, more.pop("sticky_timeout", 5))
        request = RespondWorkflowTaskCompletedRequest(
            namespace=self.namespace, task_token=task.task_token, commands=commands, identity=self.identity, **more
        )
        return await self.service.respond_workflow_task_completed(request)

    async def answer_next(self, *commands: Command, **more: Any) -> PollWorkflowTaskQueueResponse:
        task = await self.poll()
        await self.answer(task, *commands, **more)
        return task

    async def fail(
        self,
        task: PollWorkflowTaskQueueResponse,
        message: str = "broken",
        cause: "WorkflowTaskFailedCause.ValueType" = WorkflowTaskFailedCause.WORKFLOW_TASK_FAILED_CAUSE_WORKFLOW_WORKER_UNHANDLED_FAILURE,
    ) -> None:
        await self.service.respond_workflow_task_failed(
            RespondWorkflowTaskFailedRequest(
                namespace=self.namespace,
                task_token=task.task_token,
                cause=cause,
                failure=failure(message),
                identity=self.identity,
            )
        )

    async def answer_query(self, task: PollWorkflowTaskQueueResponse, text: str) -> None:
        """Answers a task that came for a query alone."""
        await self.service.respond_query_task_completed(
            RespondQueryTaskCompletedRequest(
                namespace=self.namespace,
                task_token=task.task_token,
                completed_type=QueryResultType.QUERY_RESULT_TYPE_ANSWERED,
                query_result=payloads(text),
            )
        )

    async def poll_activity(self, timeout: float = 20) -> PollActivityTaskQueueResponse:
        request = PollActivityTaskQueueRequest(
            namespace=self.namespace, task_queue=TaskQueue(name=self.task_queue), identity=self.identity
        )
        task = await self.service.poll_activity_task_queue(request, timeout=timedelta(seconds=timeout))
        assert task.task_token, "the poll ended without an activity"
        return task

    async def complete_activity(self, task: PollActivityTaskQueueResponse, text: str = "done") -> None:
        await self.service.respond_activity_task_completed(
            RespondActivityTaskCompletedRequest(
                namespace=self.namespace, task_token=task.task_token, result=payloads(text), identity=self.identity
            )
        )

    async def fail_activity(self, task: PollActivityTaskQueueResponse, cause: Failure, **more: Any) -> None:
        await self.service.respond_activity_task_failed(
            RespondActivityTaskFailedRequest(
                namespace=self.namespace, task_token=task.task_token, failure=cause, identity=self.identity, **more
            )
        )

    async def history(self, workflow_id: str | None = None, run_id: str = "") -> list[HistoryEvent]:
        response = await self.service.get_workflow_execution_history(
            GetWorkflowExecutionHistoryRequest(
                namespace=self.namespace,
                execution=WorkflowExecution(workflow_id=workflow_id or self.task_queue, run_id=run_id),
            )
        )
        check_whole(response.history.events)
        return list(response.history.events)


def query_answer(text: str) -> WorkflowQueryResult:
    return WorkflowQueryResult(result_type=QueryResultType.QUERY_RESULT_TYPE_ANSWERED, answer=payloads(text))


def _sticky(name: str, normal: str, timeout: float) -> StickyExecutionAttributes:
    return StickyExecutionAttributes(
        worker_task_queue=TaskQueue(name=name, kind=TaskQueueKind.TASK_QUEUE_KIND_STICKY, normal_name=normal),
        schedule_to_start_timeout=seconds(timeout),
    )
