"""How a run begins and ends: results, failures, timeouts, cancellation, termination, continue-as-new, retries, cron, start delay."""

import asyncio
from datetime import timedelta

from temporalio import workflow
from temporalio.api.common.v1 import Memo, RetryPolicy, SearchAttributes, WorkflowExecution
from temporalio.api.enums.v1 import WorkflowIdConflictPolicy, WorkflowIdReusePolicy
from temporalio.api.sdk.v1 import UserMetadata
from temporalio.api.workflowservice.v1 import (
    DeleteWorkflowExecutionRequest,
    DescribeWorkflowExecutionRequest,
    RequestCancelWorkflowExecutionRequest,
    TerminateWorkflowExecutionRequest,
)
from temporalio.client import WorkflowExecutionStatus
from temporalio.exceptions import ApplicationError

from conformance.compare.program import program
from conformance.compare.scene import ENOUGH_FOR_AN_ANSWER, Scene
from harness.raw import (
    cancel_workflow,
    complete_workflow,
    continue_as_new,
    fail_workflow,
    failure,
    payload,
    payloads,
    seconds,
    start_timer,
)
from harness.wait import eventually


async def closed(scene: Scene, workflow_id: str | None = None, run_id: str = "") -> None:
    """Returns once the run is closed."""

    async def is_closed() -> bool:
        answer = await scene.service.describe_workflow_execution(
            DescribeWorkflowExecutionRequest(
                namespace=scene.namespace,
                execution=WorkflowExecution(workflow_id=workflow_id or scene.name, run_id=run_id),
            )
        )
        return answer.workflow_execution_info.status != WorkflowExecutionStatus.RUNNING

    await eventually(is_closed)


@program
async def completes(scene: Scene) -> None:
    await scene.raw.start(input=payloads("world"))
    task = await scene.raw.poll()
    scene.record("task", task)
    await scene.describe(label="open")
    scene.record("answer", await scene.raw.answer(task, complete_workflow("hello")))
    await scene.history()
    await scene.describe()


@program
async def everything_that_a_start_carries(scene: Scene) -> None:
    request = scene.raw.start_request(
        input=payloads("one", "two"),
        workflow_execution_timeout=seconds(100),
        workflow_run_timeout=seconds(50),
        workflow_task_timeout=seconds(7),
        retry_policy=RetryPolicy(
            initial_interval=seconds(2), backoff_coefficient=1.5, maximum_interval=seconds(9), maximum_attempts=4,
            non_retryable_error_types=["Never"],
        ),
        memo=Memo(fields={"note": payload("memo")}),
        search_attributes=SearchAttributes(),
        user_metadata=UserMetadata(summary=payload("in short"), details=payload("at length")),
        workflow_start_delay=None,
    )
    request.header.fields["trace"].CopyFrom(payload("a header"))
    request.priority.priority_key = 3
    scene.record("start", await scene.service.start_workflow_execution(request))
    await scene.describe(label="before its task")
    task = await scene.raw.poll()
    scene.record("task", task)
    await scene.raw.answer(task, start_timer("t", 60))
    await scene.describe()
    await scene.history()


@program
async def fails(scene: Scene) -> None:
    await scene.raw.start()
    await scene.raw.answer_next(fail_workflow(failure("broken", type="Broken")))
    await scene.history()
    await scene.describe()


@program
async def fails_and_is_retried(scene: Scene) -> None:
    retry = RetryPolicy(initial_interval=seconds(0.01), backoff_coefficient=1, maximum_attempts=2)
    first = await scene.raw.start(retry_policy=retry, input=payloads("in"), memo=Memo(fields={"note": payload("memo")}))
    await scene.raw.answer_next(fail_workflow(failure("once")))
    task = await scene.raw.poll()
    scene.record("second task", task)
    await scene.describe(label="second, open")
    await scene.raw.answer(task, fail_workflow(failure("twice")))
    await scene.history(label="first", run_id=first)
    await scene.history(label="second")
    await scene.describe(label="first, closed", run_id=first)
    await scene.describe(label="second, closed")


@program
async def a_failure_that_is_not_retried(scene: Scene) -> None:
    retry = RetryPolicy(initial_interval=seconds(0.01), maximum_attempts=5, non_retryable_error_types=["Never"])
    await scene.raw.start(retry_policy=retry)
    await scene.raw.answer_next(fail_workflow(failure("no", type="Never")))
    await scene.history()


@program
async def times_out(scene: Scene) -> None:
    await scene.raw.start(workflow_run_timeout=seconds(1))
    await closed(scene)
    await scene.history()
    await scene.describe()


@program
async def a_run_that_times_out_is_retried(scene: Scene) -> None:
    retry = RetryPolicy(initial_interval=seconds(0.01), backoff_coefficient=1, maximum_attempts=2)
    first = await scene.raw.start(workflow_run_timeout=seconds(ENOUGH_FOR_AN_ANSWER), retry_policy=retry)
    await closed(scene, run_id=first)
    await scene.raw.answer_next(complete_workflow())
    await scene.history(label="first", run_id=first)
    await scene.history(label="second")


@program
async def is_cancelled(scene: Scene) -> None:
    await scene.raw.start()
    await scene.raw.answer_next(start_timer("t", 60))
    request = RequestCancelWorkflowExecutionRequest(
        namespace=scene.namespace,
        workflow_execution=WorkflowExecution(workflow_id=scene.name),
        identity="canceller",
        request_id="the-request",
        reason="no longer wanted",
    )
    await scene.outcome("request", scene.service.request_cancel_workflow_execution(request))
    await scene.outcome("the same again", scene.service.request_cancel_workflow_execution(request))
    request.request_id = "another"
    await scene.outcome("another", scene.service.request_cancel_workflow_execution(request))
    await scene.describe(label="asked")
    task = await scene.raw.poll()
    scene.record("task", task)
    await scene.raw.answer(task, cancel_workflow())
    await scene.outcome("closed", scene.service.request_cancel_workflow_execution(request))
    request.workflow_execution.workflow_id += "-not-there"
    await scene.outcome("not there", scene.service.request_cancel_workflow_execution(request))
    await scene.history()
    await scene.describe()


@program
async def is_terminated(scene: Scene) -> None:
    await scene.raw.start()
    await scene.raw.answer_next(start_timer("t", 60))
    request = TerminateWorkflowExecutionRequest(
        namespace=scene.namespace,
        workflow_execution=WorkflowExecution(workflow_id=scene.name),
        identity="terminator",
        reason="enough",
        details=payloads("why"),
    )
    await scene.outcome("request", scene.service.terminate_workflow_execution(request))
    await scene.outcome("again", scene.service.terminate_workflow_execution(request))
    await scene.history()
    await scene.describe()


@program
async def is_terminated_during_a_task(scene: Scene) -> None:
    await scene.raw.start()
    task = await scene.raw.poll()
    await scene.service.terminate_workflow_execution(
        TerminateWorkflowExecutionRequest(
            namespace=scene.namespace, workflow_execution=WorkflowExecution(workflow_id=scene.name)
        )
    )
    await scene.outcome("late answer", scene.raw.answer(task, complete_workflow()))
    await scene.history()


@program
async def continues_as_new(scene: Scene) -> None:
    first = await scene.raw.start(
        input=payloads("one"),
        memo=Memo(fields={"note": payload("memo")}),
        workflow_execution_timeout=seconds(100),
        workflow_run_timeout=seconds(60),
        user_metadata=UserMetadata(summary=payload("in short")),
    )
    command = continue_as_new("other-workflow", scene.name)
    attributes = command.continue_as_new_workflow_execution_command_attributes
    attributes.input.CopyFrom(payloads("two"))
    attributes.header.fields["trace"].CopyFrom(payload("a header"))
    await scene.raw.answer_next(command)
    task = await scene.raw.poll()
    scene.record("task of the second run", task)
    await scene.raw.answer(task, complete_workflow())
    await scene.history(label="first", run_id=first)
    await scene.history(label="second")
    await scene.describe(label="first, closed", run_id=first)
    await scene.describe(label="second, closed")


@program
async def continues_as_new_later(scene: Scene) -> None:
    first = await scene.raw.start()
    command = continue_as_new("some-workflow", scene.name)
    command.continue_as_new_workflow_execution_command_attributes.backoff_start_interval.CopyFrom(seconds(ENOUGH_FOR_AN_ANSWER))
    await scene.raw.answer_next(command)
    await scene.describe(label="waiting")
    await scene.raw.answer_next(complete_workflow())
    await scene.history(label="first", run_id=first)
    await scene.history(label="second")


@program
async def cron(scene: Scene) -> None:
    # Every second, since the wait for the next time is then a second however late it is.
    first = await scene.raw.start(cron_schedule="@every 1s", input=payloads("in"))
    await scene.raw.answer_next(complete_workflow("one"))
    task = await scene.raw.poll()
    await scene.raw.answer(task, fail_workflow(failure("two")))
    third = await scene.raw.poll()
    await scene.service.terminate_workflow_execution(
        TerminateWorkflowExecutionRequest(
            namespace=scene.namespace, workflow_execution=WorkflowExecution(workflow_id=scene.name)
        )
    )
    for label, run_id in (
        ("first", first),
        ("second", task.workflow_execution.run_id),
        ("third", third.workflow_execution.run_id),
    ):
        await scene.history(label=label, run_id=run_id)


@program
async def cron_before_its_first_time(scene: Scene) -> None:
    await scene.raw.start(cron_schedule="@every 60s", input=payloads("in"))
    await scene.describe()
    await scene.history()


@program
async def start_delay(scene: Scene) -> None:
    await scene.raw.start(workflow_start_delay=seconds(ENOUGH_FOR_AN_ANSWER))
    await scene.describe(label="waiting")
    await scene.raw.answer_next(complete_workflow())
    await scene.history()
    await scene.describe()


@program
async def a_signal_does_not_end_a_start_delay(scene: Scene) -> None:
    await scene.raw.start(workflow_start_delay=seconds(60))
    await scene.client.get_workflow_handle(scene.name).signal("now", "signalled")
    await scene.history()
    await scene.client.get_workflow_handle(scene.name).terminate("enough")
    await scene.history(label="the end")


@program
async def workflow_id_policies(scene: Scene) -> None:
    start = scene.service.start_workflow_execution
    first = scene.raw.start_request()
    await scene.outcome("first", start(first))
    await scene.outcome("the same request again", start(first))
    await scene.outcome("while it runs", start(scene.raw.start_request()))
    for name, policy in WorkflowIdConflictPolicy.items():
        request = scene.raw.start_request(workflow_id_conflict_policy=policy)
        await scene.outcome(f"while it runs, {name}", start(request))
    await scene.raw.answer_next(complete_workflow())
    for name, policy in WorkflowIdReusePolicy.items():
        request = scene.raw.start_request(workflow_id_reuse_policy=policy)
        await scene.outcome(f"after it completed, {name}", start(request))
        description = await scene.describe(label=f"after {name}")
        if description.workflow_execution_info.status == WorkflowExecutionStatus.RUNNING:
            await scene.raw.answer_next(fail_workflow(failure("broken")))
    for name, policy in WorkflowIdReusePolicy.items():
        for other, conflict in WorkflowIdConflictPolicy.items():
            request = scene.raw.start_request(workflow_id_reuse_policy=policy, workflow_id_conflict_policy=conflict)
            await scene.outcome(f"after it failed, {name}, {other}", start(request))
            description = await scene.client.get_workflow_handle(scene.name).describe()
            if description.status == WorkflowExecutionStatus.RUNNING:
                await scene.raw.answer_next(fail_workflow(failure("broken")))


@program
async def is_deleted(scene: Scene) -> None:
    run_id = await scene.raw.start()
    await scene.raw.answer_next(complete_workflow())
    request = DeleteWorkflowExecutionRequest(
        namespace=scene.namespace, workflow_execution=WorkflowExecution(workflow_id=scene.name, run_id=run_id)
    )
    await scene.outcome("delete", scene.service.delete_workflow_execution(request))
    # How long it stays readable is a server's own business.
    request.workflow_execution.workflow_id = "not-there"
    await scene.outcome("not there", scene.service.delete_workflow_execution(request))
    request.workflow_execution.run_id = "not-a-run-id"
    await scene.outcome("a run id that is none", scene.service.delete_workflow_execution(request))


@workflow.defn(name="FromTheSdk")
class FromTheSdk:
    @workflow.run
    async def run(self, what: str) -> str:
        workflow.set_current_details("what it does now")
        workflow.upsert_memo({"added": 1, "note": None})
        await workflow.sleep(0.01, summary="a short sleep")
        await asyncio.sleep(0.01)
        if what == "fail":
            raise ApplicationError("broken", {"detail": 1}, type="Broken", non_retryable=True)
        if workflow.patched("a-patch"):
            return f"{what}: {workflow.info().attempt} {sorted(workflow.memo())}"
        return what


@program
async def from_the_sdk(scene: Scene) -> None:
    async with scene.worker(FromTheSdk):
        for what in ("complete", "fail"):
            handle = await scene.client.start_workflow(
                FromTheSdk.run,
                what,
                id=f"{scene.name}-{what}",
                task_queue=scene.name,
                memo={"note": "at the start", "kept": True},
                static_summary="in short",
                static_details="at length",
                execution_timeout=timedelta(seconds=30),
            )
            await scene.outcome(what, handle.result())
            await scene.history(handle)
            await scene.describe(handle)
