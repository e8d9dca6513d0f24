"""The runner of Python guests, on ordinary Python: it answers an activation with the very bytes that Temporal's worker answers."""

import asyncio
import json
import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta

import pytest
from temporalio import workflow
from temporalio.api.common.v1 import Payload
from temporalio.bridge.proto.workflow_activation import WorkflowActivation, WorkflowActivationJob
from temporalio.bridge.proto.workflow_completion import WorkflowActivationCompletion
from temporalio.common import MetricMeter
from temporalio.converter import DataConverter, PayloadCodec
from temporalio.worker import UnsandboxedWorkflowRunner
from temporalio.worker._workflow import _WorkflowWorker

from harness.server import CHECKOUT

sys.path.append(str(CHECKOUT / "guests/python/runtime"))

from sundial_guest.runner import Runner  # noqa: E402

pytestmark = pytest.mark.sundial_only


@dataclass
class Order:
    name: str
    count: int = 1


@workflow.defn
class Everything:
    def __init__(self) -> None:
        self._said: list[str] = []

    @workflow.run
    async def run(self, order: Order) -> list[str]:
        price = await workflow.execute_activity(
            "price", order, result_type=int, start_to_close_timeout=timedelta(seconds=5)
        )
        await asyncio.sleep(1)
        await workflow.wait_condition(lambda: bool(self._said))
        return [str(price), *self._said, str(workflow.uuid4()), workflow.now().isoformat()]

    @workflow.signal
    def say(self, what: str) -> None:
        self._said.append(what)

    @workflow.query
    def said(self) -> list[str]:
        return self._said

    @workflow.update
    def count(self, order: Order) -> int:
        return order.count

    @count.validator
    def _check(self, order: Order) -> None:
        if order.count < 0:
            raise ValueError("less than nothing")


def payload(value: object) -> Payload:
    return Payload(metadata={"encoding": b"json/plain"}, data=json.dumps(value).encode())


def job() -> WorkflowActivationJob:
    return WorkflowActivationJob()


def start() -> WorkflowActivationJob:
    made = job()
    initialize = made.initialize_workflow
    initialize.workflow_type, initialize.workflow_id = "Everything", "order-1"
    initialize.randomness_seed, initialize.attempt = 7, 1
    initialize.arguments.append(payload({"name": "bread", "count": 2}))
    return made


def priced() -> WorkflowActivationJob:
    made = job()
    made.resolve_activity.seq = 1
    made.resolve_activity.result.completed.result.CopyFrom(payload(350))
    return made


def fired() -> WorkflowActivationJob:
    made = job()
    made.fire_timer.seq = 1
    return made


def signal() -> WorkflowActivationJob:
    made = job()
    made.signal_workflow.signal_name, made.signal_workflow.originating_event_id = "say", 9
    made.signal_workflow.input.append(payload("hello"))
    return made


def query(name: str) -> WorkflowActivationJob:
    made = job()
    made.query_workflow.query_id, made.query_workflow.query_type = "q", name
    return made


def update(count: int) -> WorkflowActivationJob:
    made = job()
    made.do_update.id, made.do_update.protocol_instance_id, made.do_update.name = "u", "p", "count"
    made.do_update.run_validator = True
    made.do_update.input.append(payload({"name": "bread", "count": count}))
    return made


JOBS = [start(), query("said"), update(3), update(-1), priced(), fired(), query("nothing"), signal()]


def activations() -> list[bytes]:
    made = []
    for number, one in enumerate(JOBS):
        activation = WorkflowActivation(run_id="run", history_length=3 + number, jobs=[one])
        activation.timestamp.seconds = 1_700_000_000 + number
        made.append(activation.SerializeToString())
    return made


class Bridge:
    """Hands activations to the worker and keeps what it answers."""

    def __init__(self) -> None:
        self.completions: list[WorkflowActivationCompletion] = []

    async def complete_workflow_activation(self, completion: WorkflowActivationCompletion) -> None:
        self.completions.append(completion)


async def temporals_answers() -> list[WorkflowActivationCompletion]:
    bridge = Bridge()
    with ThreadPoolExecutor(1) as executor:
        worker = _WorkflowWorker(
            bridge_worker=lambda: bridge,
            namespace="default",
            task_queue="queue",
            workflows=[Everything],
            workflow_task_executor=executor,
            max_concurrent_workflow_tasks=1,
            workflow_runner=UnsandboxedWorkflowRunner(),
            unsandboxed_workflow_runner=UnsandboxedWorkflowRunner(),
            data_converter=DataConverter.default,
            interceptors=[],
            workflow_failure_exception_types=[],
            patch_activation_callback=None,
            debug_mode=False,
            disable_eager_activity_execution=False,
            metric_meter=MetricMeter.noop,
            on_eviction_hook=None,
            disable_safe_eviction=False,
            should_enforce_versioning_behavior=False,
            assert_local_activity_valid=lambda name: None,
            encode_headers=True,
            max_workflow_task_external_storage_concurrency=1,
        )
        for encoded in activations():
            await worker._handle_activation(WorkflowActivation.FromString(encoded))
    return bridge.completions


def ours() -> list[bytes]:
    runner = Runner([Everything], DataConverter.default, [])
    runner.place("default", "queue")
    return [runner.activate(encoded) for encoded in activations()]


async def test_completions_are_those_of_temporal_s_worker() -> None:
    theirs = [one.SerializeToString() for one in await temporals_answers()]
    # The runner sets the running loop of its thread, as the worker does in its own.
    with ThreadPoolExecutor(1) as executor:
        answered = await asyncio.get_running_loop().run_in_executor(executor, ours)
    assert len(theirs) == len(JOBS)
    assert answered == theirs


class Backwards(PayloadCodec):
    async def encode(self, payloads: Sequence[Payload]) -> list[Payload]:
        return [Payload(metadata={"encoding": b"backwards"}, data=one.SerializeToString()[::-1]) for one in payloads]

    async def decode(self, payloads: Sequence[Payload]) -> list[Payload]:
        return [Payload.FromString(one.data[::-1]) for one in payloads]


async def test_a_payload_codec_is_applied_both_ways() -> None:
    activation = WorkflowActivation.FromString(activations()[0])
    arguments = activation.jobs[0].initialize_workflow.arguments
    (encoded,) = await Backwards().encode([arguments[0]])
    arguments[0].CopyFrom(encoded)

    def run() -> WorkflowActivationCompletion:
        runner = Runner([Everything], DataConverter(payload_codec=Backwards()), [])
        return WorkflowActivationCompletion.FromString(runner.activate(activation.SerializeToString()))

    with ThreadPoolExecutor(1) as executor:
        completion = await asyncio.get_running_loop().run_in_executor(executor, run)
    (command,) = completion.successful.commands
    (scheduled,) = command.schedule_activity.arguments
    assert scheduled.metadata["encoding"] == b"backwards"
    assert json.loads(Payload.FromString(scheduled.data[::-1]).data) == {"name": "bread", "count": 2}


def test_an_activation_before_the_start_fails_the_task() -> None:
    runner = Runner([Everything], DataConverter.default, [])
    activation = WorkflowActivation(run_id="run", jobs=[fired()])
    completion = WorkflowActivationCompletion.FromString(runner.activate(activation.SerializeToString()))
    assert completion.WhichOneof("status") == "failed"
    assert "first activation" in completion.failed.failure.message
