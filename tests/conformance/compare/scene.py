"""What a program works with on one server, and the account that it leaves: everything that is compared.

A program does the same on every server: it never asks which one it is on.
"""

from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

from google.protobuf.any_pb2 import Any as AnyMessage
from google.protobuf.message import Message
from google.protobuf.symbol_database import Default as symbol_database
from temporalio.api.common.v1 import WorkflowExecution
from temporalio.api.enums.v1 import EventType
from temporalio.api.workflowservice.v1 import (
    DescribeWorkflowExecutionRequest,
    GetWorkflowExecutionHistoryRequest,
)
from temporalio.client import Client, WorkflowHandle
from temporalio.exceptions import TemporalError
from temporalio.service import RPCError
from temporalio.worker import Worker

from conformance.compare.normalize import Normalizer
from harness.raw import RawWorker
from harness.wait import eventually
from harness.worker import new_worker

T = TypeVar("T")

# A timeout that passes in a program is this long where a poll or an answer has to come before it: a loaded machine takes its time.
ENOUGH_FOR_AN_ANSWER = 4.0


class Scene:
    """`name` is unique on the server: use it for workflow ids and task queues. `account` is what was recorded so far."""

    def __init__(self, client: Client, name: str) -> None:
        self.client = client
        self.name = name
        self.service = client.workflow_service
        self.operator = client.operator_service
        self.namespace = client.namespace
        self.raw = RawWorker(client, name)
        self.account: dict[str, Any] = {}
        self._normalizer = Normalizer(name)

    def worker(self, *workflows: type, activities: tuple[Callable[..., Any], ...] | list = (), **options: Any) -> Worker:
        return new_worker(self.client, options.pop("task_queue", self.name), workflows, activities, **options)

    def record(self, label: str, value: Any) -> None:
        """Puts a value or a message into the account."""
        assert label not in self.account, f"{label} is recorded twice"
        self.account[label] = self._normalizer.value(value)

    async def history(
        self,
        of: str | WorkflowHandle | None = None,
        *,
        label: str | None = None,
        run_id: str = "",
        tasks: bool = True,
        left_out: tuple[str, ...] = (),
    ) -> None:
        """Records the whole history of a workflow: this program's own unless another is named.

        Without `tasks`, workflow tasks are left out, and the numbers of events with them: for runs where it depends on timing how many
        there are. `left_out` names further events that are left out with them.
        """
        workflow_id = of.id if isinstance(of, WorkflowHandle) else of or self.name
        if isinstance(of, WorkflowHandle) and not run_id:
            run_id = of.run_id or of.result_run_id or ""
        events: list[Any] = []
        token = b""
        while True:
            page = await self.service.get_workflow_execution_history(
                GetWorkflowExecutionHistoryRequest(
                    namespace=self.namespace,
                    execution=WorkflowExecution(workflow_id=workflow_id, run_id=run_id),
                    next_page_token=token,
                )
            )
            events += page.history.events
            token = page.next_page_token
            if not token:
                break
        label = label or "history" + workflow_id.removeprefix(self.name)
        if not tasks:
            unwanted = ("WorkflowTask", *left_out)
            events = [_without_numbers(event) for event in events if not _event_name(event).startswith(unwanted)]
        # Event by event under its own name, so that a difference says what kind of event it is in.
        self.record(label, [{_event_name(event): event} for event in events])

    async def describe(self, of: str | WorkflowHandle | None = None, *, label: str | None = None, run_id: str = "") -> Any:
        """Records what DescribeWorkflowExecution says of a workflow, and returns it."""
        workflow_id = of.id if isinstance(of, WorkflowHandle) else of or self.name
        answer = await self.service.describe_workflow_execution(
            DescribeWorkflowExecutionRequest(
                namespace=self.namespace, execution=WorkflowExecution(workflow_id=workflow_id, run_id=run_id)
            )
        )
        self.record(label or "describe" + workflow_id.removeprefix(self.name), answer)
        return answer

    async def idle(self, workflow_id: str | None = None) -> None:
        """Returns once the first workflow task of an open run is over, and none waits or runs.

        What comes next finds the same history everywhere.
        """
        request = DescribeWorkflowExecutionRequest(
            namespace=self.namespace, execution=WorkflowExecution(workflow_id=workflow_id or self.name)
        )

        async def none_pending() -> bool:
            described = await self.service.describe_workflow_execution(request)
            over = described.workflow_execution_info.history_length > 3
            return over and not described.HasField("pending_workflow_task")

        await eventually(none_pending)

    async def outcome(self, label: str, call: Awaitable[T]) -> T | None:
        """Records what a call answers, or with which error it fails. Returns the answer."""
        try:
            answer = await call
        except RPCError as error:
            self.record(label, rpc_error(error))
            return None
        except TemporalError as error:
            self.record(label, failure_chain(error))
            return None
        self.record(label, {"answer": answer if _is_plain(answer) else type(answer).__name__})
        return answer


def rpc_error(error: RPCError) -> dict[str, Any]:
    """The status of an RPC: code, message, and the details that SDKs act on."""
    return {
        "code": error.status.name,
        "message": error.message,
        "details": [error_detail(detail) for detail in error.grpc_status.details],
    }


def failure_chain(error: BaseException) -> list[str]:
    """A failure and its causes, as an SDK shows them."""
    chain = []
    current: BaseException | None = error
    while current is not None:
        chain.append(f"{type(current).__name__}: {current}")
        current = current.__cause__
    return chain


def error_detail(detail: AnyMessage) -> Any:
    """A detail of a status, by the name of its type."""
    name = detail.type_url.rpartition("/")[2]
    try:
        message = symbol_database().GetSymbol(name)()
    except KeyError:
        return {name: detail.value}
    message.ParseFromString(detail.value)
    return {name: message}


def _without_numbers(event: Any) -> Any:
    event.event_id = 0
    attributes = getattr(event, event.WhichOneof("attributes"))
    for field, _ in attributes.ListFields():
        if field.name.endswith("_event_id"):
            attributes.ClearField(field.name)
    return event


def _event_name(event: Any) -> str:
    return EventType.Name(event.event_type).removeprefix("EVENT_TYPE_").title().replace("_", "")


def _is_plain(value: Any) -> bool:
    return value is None or isinstance(value, str | int | float | bool | list | dict | Message)
