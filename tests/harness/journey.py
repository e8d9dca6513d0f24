"""A workflow's whole life while the server is killed again and again, and the ledger of what was acknowledged.

Every call is repeated until it is answered. What was answered is a promise: the checks hold the server to it.
"""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, TypeVar

from temporalio import workflow
from temporalio.api.common.v1 import WorkflowExecution
from temporalio.api.taskqueue.v1 import TaskQueue
from temporalio.api.workflowservice.v1 import (
    PollActivityTaskQueueRequest,
    RespondActivityTaskCompletedRequest,
    SignalWorkflowExecutionRequest,
)
from temporalio.client import (
    Client,
    WorkflowHandle,
    WorkflowUpdateRPCTimeoutOrCancelledError,
)
from temporalio.common import RetryPolicy, WorkflowIDReusePolicy
from temporalio.exceptions import WorkflowAlreadyStartedError
from temporalio.service import RPCError, RPCStatusCode

from harness.history import event_name, events
from harness.raw import payloads

T = TypeVar("T")

SIGNALS = 3
ACTIVITIES = 2
# What a call to a server that was just killed may end with.
TRANSIENT = {
    RPCStatusCode.UNAVAILABLE,
    RPCStatusCode.CANCELLED,
    RPCStatusCode.DEADLINE_EXCEEDED,
    RPCStatusCode.UNKNOWN,
    RPCStatusCode.INTERNAL,
    RPCStatusCode.ABORTED,
    RPCStatusCode.RESOURCE_EXHAUSTED,
}
CALL = timedelta(seconds=10)


async def persist(call: Callable[[], Awaitable[T]]) -> T:
    """Repeats a call until the server answers it. Any answer that is not about being away is the answer."""
    while True:
        try:
            return await call()
        except RPCError as error:
            if error.status not in TRANSIENT:
                raise
        except WorkflowUpdateRPCTimeoutOrCancelledError:
            pass
        # Not a wait for something to happen, but a pause that lets the machine start the server.
        await asyncio.sleep(0.05)


@workflow.defn
class Journey:
    def __init__(self) -> None:
        self.signals: list[str] = []
        self.updates: list[str] = []

    @workflow.run
    async def run(self) -> dict[str, Any]:
        results = []
        for number in range(ACTIVITIES):
            results.append(
                await workflow.execute_activity(
                    "acknowledge",
                    activity_id=str(number),
                    result_type=str,
                    start_to_close_timeout=timedelta(seconds=2),
                    retry_policy=RetryPolicy(
                        initial_interval=timedelta(milliseconds=50), maximum_interval=timedelta(milliseconds=200)
                    ),
                )
            )
            await asyncio.sleep(0.05)
        await workflow.wait_condition(lambda: len(self.signals) >= SIGNALS and bool(self.updates))
        return {"activities": results, "signals": self.signals, "updates": self.updates}

    @workflow.signal
    def tell(self, what: str) -> None:
        self.signals.append(what)

    @workflow.update
    def add(self, what: str) -> int:
        self.updates.append(what)
        return len(self.updates)


@dataclass
class Ledger:
    """What the server has acknowledged."""

    # Workflow id to run id, of starts; None where only the repetition was answered, which names no run.
    starts: dict[str, str | None] = field(default_factory=dict)
    completed_activities: set[tuple[str, str]] = field(default_factory=set)
    # Activities that were handed out after their completion had been acknowledged.
    lost_completions: list[tuple[str, str]] = field(default_factory=list)
    results: dict[str, dict[str, Any]] = field(default_factory=dict)


async def travel(client: Client, task_queue: str, workflow_id: str, ledger: Ledger) -> None:
    """One journey from its start to its result."""
    handle = await start(client, task_queue, workflow_id, ledger)
    for number in range(SIGNALS):
        await persist(lambda number=number: signal(client, workflow_id, f"signal-{number}"))
        if number == 1:
            answer = await persist(lambda: update(handle))
            assert answer == 1, "an update with an id was carried out twice"
    ledger.results[workflow_id] = await persist(lambda: handle.result(rpc_timeout=CALL))


async def start(client: Client, task_queue: str, workflow_id: str, ledger: Ledger) -> WorkflowHandle:
    async def once() -> WorkflowHandle:
        try:
            return await client.start_workflow(
                Journey.run,
                id=workflow_id,
                task_queue=task_queue,
                task_timeout=timedelta(seconds=5),
                id_reuse_policy=WorkflowIDReusePolicy.REJECT_DUPLICATE,
                rpc_timeout=CALL,
            )
        except WorkflowAlreadyStartedError:
            # The answer to an earlier try was lost with the server.
            return client.get_workflow_handle(workflow_id)

    handle = await persist(once)
    ledger.starts[workflow_id] = handle.first_execution_run_id
    return handle


async def signal(client: Client, workflow_id: str, name: str) -> None:
    await client.workflow_service.signal_workflow_execution(
        SignalWorkflowExecutionRequest(
            namespace=client.namespace,
            workflow_execution=WorkflowExecution(workflow_id=workflow_id),
            signal_name="tell",
            input=payloads(name),
            request_id=f"{workflow_id}-{name}",
        ),
        timeout=CALL,
    )


async def update(handle: WorkflowHandle) -> int:
    return await handle.execute_update("add", "update", id="the-update", rpc_timeout=CALL)


async def acknowledge_activities(client: Client, task_queue: str, ledger: Ledger) -> None:
    """An activity worker by hand, for ever: it knows which of its completions were acknowledged."""
    poll = PollActivityTaskQueueRequest(
        namespace=client.namespace, task_queue=TaskQueue(name=task_queue), identity="acknowledger"
    )
    while True:
        task = await persist(lambda: client.workflow_service.poll_activity_task_queue(poll, timeout=CALL))
        if not task.task_token:
            continue
        key = (task.workflow_execution.workflow_id, task.activity_id)
        if key in ledger.completed_activities:
            ledger.lost_completions.append(key)
        completion = RespondActivityTaskCompletedRequest(
            namespace=client.namespace, task_token=task.task_token, result=payloads(f"done {task.activity_id}")
        )
        try:
            await persist(
                lambda completion=completion: client.workflow_service.respond_activity_task_completed(
                    completion, timeout=CALL
                )
            )
        except RPCError as error:
            # An earlier try was carried out though its answer was lost, or the attempt has timed out.
            assert error.status == RPCStatusCode.NOT_FOUND, error.message
        else:
            ledger.completed_activities.add(key)


async def check(client: Client, workflow_id: str, ledger: Ledger) -> int:
    """Holds the server to its promises about one journey; the number of events in its history."""
    assert ledger.results[workflow_id] == {
        "activities": [f"done {number}" for number in range(ACTIVITIES)],
        "signals": [f"signal-{number}" for number in range(SIGNALS)],
        "updates": ["update"],
    }
    handle = client.get_workflow_handle(workflow_id)
    history = await events(handle)
    started = history[0].workflow_execution_started_event_attributes
    if ledger.starts[workflow_id] is not None:
        assert started.original_execution_run_id == ledger.starts[workflow_id], "an acknowledged start was lost"
    names = Counter(event_name(event) for event in history)
    assert names["WorkflowExecutionStarted"] == 1
    assert names["WorkflowExecutionSignaled"] == SIGNALS
    assert names["WorkflowExecutionUpdateAccepted"] == names["WorkflowExecutionUpdateCompleted"] == 1
    assert names["ActivityTaskScheduled"] == names["ActivityTaskCompleted"] == ACTIVITIES
    assert names["TimerStarted"] == names["TimerFired"]
    assert names["WorkflowExecutionCompleted"] == 1
    assert event_name(history[-1]) == "WorkflowExecutionCompleted"
    return len(history)
