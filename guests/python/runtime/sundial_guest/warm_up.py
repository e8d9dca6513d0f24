"""Runs a workflow while the component is built, so that what a first activation sets up is part of the image.

Caches, specialised bytecode and lazily made tables are then shared by all runs. The workflow here does a little of everything;
nothing of its run stays reachable.
"""

import asyncio
import gc
import json
from dataclasses import dataclass
from datetime import timedelta

from temporalio import activity, workflow
from temporalio.api.common.v1 import Payload
from temporalio.bridge.proto.workflow_activation import WorkflowActivation, WorkflowActivationJob
from temporalio.common import RetryPolicy
from temporalio.converter import DataConverter
from temporalio.exceptions import ActivityError, ApplicationError

from sundial_guest.runner import Runner

# How often the run is repeated. CPython specialises an instruction after a few executions.
ROUNDS = 6

_QUEUE = "warm-up"


@dataclass
class _Order:
    name: str
    count: int = 1
    tags: list[str] | None = None


@activity.defn
async def _step(order: _Order) -> _Order:
    return order


@workflow.defn(name="__warm_up_child", sandboxed=False)
class _Child:
    @workflow.run
    async def run(self, number: int) -> int:
        return number


@workflow.defn(name="__warm_up", sandboxed=False)
class _Everything:
    def __init__(self) -> None:
        self._said: list[str] = []
        self._leave = False

    @workflow.run
    async def run(self, order: _Order) -> dict[str, int]:
        options = {"start_to_close_timeout": timedelta(seconds=5), "retry_policy": RetryPolicy(maximum_attempts=2)}
        await workflow.execute_activity(_step, order, **options)
        try:
            await workflow.execute_activity(_step, order, **options)
        except ActivityError:
            await asyncio.sleep(1)
        await asyncio.gather(*[workflow.execute_activity("step", number, result_type=int, **options) for number in range(2)])
        await workflow.execute_child_workflow(_Child.run, 1, id=f"{workflow.info().workflow_id}/child")
        try:
            await workflow.wait_condition(lambda: self._leave, timeout=timedelta(seconds=30))
        except asyncio.TimeoutError:
            pass
        workflow.patched("warm")
        workflow.random().random()
        return {"now": workflow.now().year, "said": len(self._said), "id": len(str(workflow.uuid4()))}

    @workflow.signal
    async def say(self, what: str) -> None:
        self._said.append(what)
        self._leave = len(self._said) > 1

    @workflow.query
    def said(self) -> list[str]:
        return self._said

    @workflow.update
    async def ask(self, order: _Order) -> int:
        if order.count == 0:
            raise ApplicationError("nothing", non_retryable=True)
        return order.count

    @ask.validator
    def _check_ask(self, order: _Order) -> None:
        if order.count < 0:
            raise ValueError("less than nothing")


def run() -> None:
    """Runs it `ROUNDS` times."""
    for number in range(ROUNDS):
        _Round(number).run()
    gc.collect()


class _Round:
    """One run, and the activations that a host would send."""

    def __init__(self, number: int) -> None:
        self._runner = Runner([_Everything, _Child], DataConverter.default, [])
        self._runner.place("default", _QUEUE)
        self._number = number
        self._seconds = 1_700_000_000

    def run(self) -> None:
        order = {"name": "a", "count": 2, "tags": ["b"]}
        start = WorkflowActivationJob()
        initialize = start.initialize_workflow
        initialize.workflow_type, initialize.workflow_id = "__warm_up", f"warm-up-{self._number}"
        initialize.randomness_seed, initialize.attempt = self._number, 1
        initialize.first_execution_run_id = initialize.original_execution_run_id = "run"
        initialize.start_time.seconds = self._seconds
        initialize.workflow_task_timeout.seconds = 10
        initialize.arguments.append(_payload(order))
        initialize.search_attributes.SetInParent()
        self._send(start)
        self._send(_activity_done(1, order))
        self._send(_activity_failed(2))
        self._send(_signal("say", "one"))
        self._send(_timer(1))
        self._send(_activity_done(3, 0), _activity_done(4, 1))
        self._send(_child_started(1))
        self._send(_child_done(1, 1))
        for count in (3, 0, -1):
            self._send(_update("ask", {"name": "a", "count": count}))
        self._send(_query("said"))
        self._send(_query("nothing of this name"))
        self._send(_signal("say", "two"))

    def _send(self, *jobs: WorkflowActivationJob) -> None:
        self._seconds += 1
        activation = WorkflowActivation(run_id="run", jobs=jobs, history_length=3)
        activation.timestamp.seconds = self._seconds
        self._runner.activate(activation.SerializeToString())


def _payload(value: object) -> Payload:
    return Payload(metadata={"encoding": b"json/plain"}, data=json.dumps(value).encode())


def _timer(seq: int) -> WorkflowActivationJob:
    job = WorkflowActivationJob()
    job.fire_timer.seq = seq
    return job


def _activity_done(seq: int, value: object) -> WorkflowActivationJob:
    job = WorkflowActivationJob()
    job.resolve_activity.seq = seq
    job.resolve_activity.result.completed.result.CopyFrom(_payload(value))
    return job


def _activity_failed(seq: int) -> WorkflowActivationJob:
    job = WorkflowActivationJob()
    job.resolve_activity.seq = seq
    failure = job.resolve_activity.result.failed.failure
    failure.message = "activity failed"
    failure.activity_failure_info.activity_type.name = "step"
    failure.cause.message = "card declined"
    failure.cause.application_failure_info.type = "Declined"
    return job


def _child_started(seq: int) -> WorkflowActivationJob:
    job = WorkflowActivationJob()
    job.resolve_child_workflow_execution_start.seq = seq
    job.resolve_child_workflow_execution_start.succeeded.run_id = "child-run"
    return job


def _child_done(seq: int, value: object) -> WorkflowActivationJob:
    job = WorkflowActivationJob()
    job.resolve_child_workflow_execution.seq = seq
    job.resolve_child_workflow_execution.result.completed.result.CopyFrom(_payload(value))
    return job


def _signal(name: str, value: object) -> WorkflowActivationJob:
    job = WorkflowActivationJob()
    job.signal_workflow.signal_name, job.signal_workflow.originating_event_id = name, 5
    job.signal_workflow.input.append(_payload(value))
    return job


def _query(name: str) -> WorkflowActivationJob:
    job = WorkflowActivationJob()
    job.query_workflow.query_id, job.query_workflow.query_type = "query", name
    return job


def _update(name: str, value: object) -> WorkflowActivationJob:
    job = WorkflowActivationJob()
    update = job.do_update
    update.id, update.protocol_instance_id, update.name, update.run_validator = "update", "protocol", name, True
    update.input.append(_payload(value))
    return job
