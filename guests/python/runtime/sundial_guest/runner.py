"""From an activation's bytes to a completion's, with the classes that Temporal's own worker uses.

One process of a worker has many runs; a component has one, so there is no cache, no thread and no eviction here.
"""

import asyncio
from collections.abc import Callable, Coroutine

import temporalio.bridge.worker
import temporalio.common
import temporalio.converter
import temporalio.exceptions
from temporalio.bridge.proto.workflow_activation import WorkflowActivation
from temporalio.bridge.proto.workflow_completion import WorkflowActivationCompletion
from temporalio.worker import UnsandboxedWorkflowRunner
from temporalio.worker._workflow import _WorkflowWorker
from temporalio.worker._workflow_instance import WorkflowInstance


class _Outside:
    """The event loop while no workflow runs: the SDK hangs its state on a loop, and never runs this one."""


class Runner:
    """One run of one workflow."""

    def __init__(
        self, workflows: list[type], data_converter: temporalio.converter.DataConverter, interceptors: list
    ) -> None:
        self._worker = _WorkflowWorker(
            bridge_worker=_no_bridge,
            namespace="",
            task_queue="",
            workflows=workflows,
            workflow_task_executor=_NO_THREADS,
            max_concurrent_workflow_tasks=1,
            workflow_runner=UnsandboxedWorkflowRunner(),
            unsandboxed_workflow_runner=UnsandboxedWorkflowRunner(),
            data_converter=data_converter,
            interceptors=interceptors,
            workflow_failure_exception_types=[],
            patch_activation_callback=None,
            debug_mode=False,
            disable_eager_activity_execution=False,
            metric_meter=temporalio.common.MetricMeter.noop,
            on_eviction_hook=None,
            disable_safe_eviction=True,
            should_enforce_versioning_behavior=False,
            assert_local_activity_valid=_any_local_activity,
            encode_headers=True,
            max_workflow_task_external_storage_concurrency=1,
        )
        self._data_converter = data_converter
        self._instance: WorkflowInstance | None = None

    def place(self, namespace: str, task_queue: str) -> None:
        """Says where the run lives: what activations do not tell."""
        self._worker._namespace = namespace
        self._worker._task_queue = task_queue

    def activate(self, encoded: bytes) -> bytes:
        """Carries out an activation. What goes wrong is in the completion, as a failed workflow task."""
        activation = WorkflowActivation.FromString(encoded)
        has_codec = self._data_converter.payload_codec is not None
        try:
            if has_codec:
                _finish(_visit(self._data_converter._decode_payload_sequence, activation))
            instance = self._instance
            if instance is None:
                instance = self._start(activation)
            completion = instance.activate(activation)
            if has_codec:
                _finish(_visit(self._data_converter._encode_payload_sequence, completion))
        except Exception as error:
            completion = self._failed(error)
        completion.run_id = activation.run_id
        return completion.SerializeToString()

    def _start(self, activation: WorkflowActivation) -> WorkflowInstance:
        for job in activation.jobs:
            if job.HasField("initialize_workflow"):
                asyncio._set_running_loop(_Outside())
                try:
                    self._instance = self._worker._create_workflow_instance(activation, job.initialize_workflow)
                finally:
                    asyncio._set_running_loop(None)
                return self._instance
        raise RuntimeError("the first activation of a run must initialize its workflow")

    def _failed(self, error: Exception) -> WorkflowActivationCompletion:
        completion = WorkflowActivationCompletion()
        failure = completion.failed.failure
        failure.SetInParent()
        self._data_converter.failure_converter.to_failure(error, self._data_converter.payload_converter, failure)
        return completion


def _visit(codec: Callable, message: WorkflowActivation | WorkflowActivationCompletion) -> Coroutine:
    """Applies a codec to every payload, as the SDK does outside of the sandbox."""
    visitor = temporalio.bridge.worker.CommandAwarePayloadVisitor(skip_search_attributes=True)
    return visitor.visit(temporalio.bridge.worker._Visitor(codec), message)


def _finish(coroutine: Coroutine) -> None:
    """Runs a payload codec to its end. It may compute, but there is nothing that it could wait for."""
    try:
        coroutine.send(None)
    except StopIteration:
        return
    coroutine.close()
    raise RuntimeError("the payload codec waits for something; in a component it can only compute")


class _NoThreads:
    """Keeps the SDK's worker from making a pool of threads."""


_NO_THREADS = _NoThreads()


def _no_bridge() -> None:
    raise RuntimeError("a component has no connection to a server")


def _any_local_activity(name: str) -> None:
    """Which activities the worker host runs is not known here; a wrong name fails in the host."""
