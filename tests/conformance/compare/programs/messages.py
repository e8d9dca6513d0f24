"""Signals, queries, updates: what history says of them, and how they are refused."""

import asyncio
from datetime import timedelta

from temporalio import workflow
from temporalio.api.common.v1 import Memo, SearchAttributes, WorkflowExecution
from temporalio.api.enums.v1 import QueryRejectCondition
from temporalio.api.query.v1 import WorkflowQuery
from temporalio.api.update.v1 import Input, Meta, Request, WaitPolicy
from temporalio.api.workflowservice.v1 import (
    QueryWorkflowRequest,
    ResetWorkflowExecutionRequest,
    SignalWithStartWorkflowExecutionRequest,
    SignalWorkflowExecutionRequest,
    UpdateWorkflowExecutionRequest,
)
from temporalio.client import WithStartWorkflowOperation, WorkflowUpdateStage
from temporalio.common import WorkflowIDConflictPolicy
from temporalio.exceptions import ApplicationError

from conformance.compare.program import program
from conformance.compare.programs.lifecycle import closed
from conformance.compare.scene import Scene
from harness.raw import complete_workflow, fail_workflow, failure, payload, payloads, start_timer


@program
async def signals(scene: Scene) -> None:
    await scene.raw.start()
    request = SignalWorkflowExecutionRequest(
        namespace=scene.namespace,
        workflow_execution=WorkflowExecution(workflow_id=scene.name),
        signal_name="some-signal",
        input=payloads("in"),
        identity="signaller",
        request_id="the-request",
    )
    request.header.fields["trace"].CopyFrom(payload("a header"))
    await scene.outcome("signal", scene.service.signal_workflow_execution(request))
    await scene.outcome("the same again", scene.service.signal_workflow_execution(request))
    task = await scene.raw.poll()
    request.request_id = "another"
    await scene.outcome("during the task", scene.service.signal_workflow_execution(request))
    await scene.outcome("unhandled", scene.raw.answer(task, complete_workflow()))
    await scene.raw.answer_next(complete_workflow())
    await scene.outcome("closed", scene.service.signal_workflow_execution(request))
    request.workflow_execution.run_id = "not-a-uuid"
    await scene.outcome("a run id that is none", scene.service.signal_workflow_execution(request))
    await scene.history()


@program
async def buffered_events_in_order(scene: Scene) -> None:
    await scene.raw.start()
    task = await scene.raw.poll()
    handle = scene.client.get_workflow_handle(scene.name)
    for number in range(3):
        await handle.signal("some-signal", number)
    await handle.cancel()
    await scene.describe(label="buffered")
    await scene.raw.answer(task, start_timer("t", 60))
    await scene.raw.answer_next(complete_workflow())
    await scene.history()


@program
async def signal_with_start(scene: Scene) -> None:
    request = SignalWithStartWorkflowExecutionRequest(
        namespace=scene.namespace,
        workflow_id=scene.name,
        task_queue={"name": scene.name},
        workflow_type={"name": "some-workflow"},
        input=payloads("start"),
        signal_name="some-signal",
        signal_input=payloads("signal"),
        request_id="the-request",
        memo=Memo(fields={"note": payload("memo")}),
        identity="signaller",
    )
    await scene.outcome("starts", scene.service.signal_with_start_workflow_execution(request))
    request.request_id = "another"
    await scene.outcome("signals", scene.service.signal_with_start_workflow_execution(request))
    await scene.raw.answer_next(complete_workflow())
    await scene.history()


@program
async def queries(scene: Scene) -> None:
    await scene.raw.start()
    request = QueryWorkflowRequest(
        namespace=scene.namespace,
        execution=WorkflowExecution(workflow_id=scene.name),
        query=WorkflowQuery(query_type="state", query_args=payloads("in")),
    )
    await scene.raw.answer_next(start_timer("t", 60))
    waiting = asyncio.create_task(scene.service.query_workflow(request))
    task = await scene.raw.poll()
    scene.record("task", task)
    await scene.raw.answer_query(task, "fine")
    await scene.outcome("open", waiting)
    await scene.client.get_workflow_handle(scene.name).signal("go")
    await scene.raw.answer_next(fail_workflow(failure("broken")))
    for name, condition in QueryRejectCondition.items():
        if name in ("QUERY_REJECT_CONDITION_NOT_OPEN", "QUERY_REJECT_CONDITION_NOT_COMPLETED_CLEANLY"):
            request.query_reject_condition = condition
            await scene.outcome(name, scene.service.query_workflow(request))
    request.execution.workflow_id = "not-there"
    await scene.outcome("not there", scene.service.query_workflow(request))


@workflow.defn(name="ComparedUpdates")
class Updates:
    def __init__(self) -> None:
        self.ended = False
        self.total = 0

    @workflow.run
    async def run(self) -> int:
        await workflow.wait_condition(lambda: self.ended)
        return self.total

    @workflow.update
    async def add(self, number: int) -> int:
        if number == 13:
            raise ApplicationError("not 13", "a detail", type="Superstition")
        self.total += number
        return self.total

    @add.validator
    def check(self, number: int) -> None:
        if number < 0:
            raise ApplicationError("not below 0", type="Negative")

    @workflow.update
    async def slow(self, milliseconds: int) -> str:
        await workflow.sleep(timedelta(milliseconds=milliseconds))
        return "slow"

    @workflow.signal
    def end(self) -> None:
        self.ended = True

    @workflow.query
    def state(self) -> int:
        return self.total


@program
async def updates(scene: Scene) -> None:
    async with scene.worker(Updates):
        handle = await scene.client.start_workflow(Updates.run, id=scene.name, task_queue=scene.name)
        scene.record("query", await handle.query(Updates.state))
        await scene.outcome("accepted", handle.execute_update(Updates.add, 5, id="one"))
        await scene.outcome("the same id", handle.execute_update(Updates.add, 5, id="one"))
        await scene.outcome("rejected", handle.execute_update(Updates.add, -1, id="two"))
        await scene.outcome("failed", handle.execute_update(Updates.add, 13, id="three"))
        await scene.outcome("no such update", handle.execute_update("nothing", id="four"))
        started = await handle.start_update(
            Updates.slow, 20, id="five", wait_for_stage=WorkflowUpdateStage.ACCEPTED
        )
        await scene.outcome("slow", started.result())
        await handle.signal(Updates.end)
        await handle.result()
        await scene.outcome("closed", handle.execute_update(Updates.add, 1, id="six"))
        await scene.outcome("its result after the end", handle.get_update_handle("one").result())
        await scene.outcome("not there", handle.get_update_handle("seven").result())
        not_there = scene.client.get_workflow_handle(f"{scene.name}-not-there")
        await scene.outcome("no workflow", not_there.execute_update("add", 1))
    await scene.history()


@program
async def an_update_that_the_end_takes_along(scene: Scene) -> None:
    async with scene.worker(Updates):
        handle = await scene.client.start_workflow(Updates.run, id=scene.name, task_queue=scene.name)
        started = await handle.start_update(
            Updates.slow, 60_000, id="one", wait_for_stage=WorkflowUpdateStage.ACCEPTED
        )
        await handle.signal(Updates.end)
        await handle.result()
        await scene.outcome("result", started.result())
        other = await scene.client.start_workflow(Updates.run, id=f"{scene.name}-2", task_queue=scene.name)
        started = await other.start_update(
            Updates.slow, 60_000, id="one", wait_for_stage=WorkflowUpdateStage.ACCEPTED
        )
        await other.terminate()
        await scene.outcome("terminated", started.result())
    await scene.history(tasks=False)


@program
async def update_with_start(scene: Scene) -> None:
    async with scene.worker(Updates):
        for label, conflict in (
            ("starts", WorkflowIDConflictPolicy.FAIL),
            ("is there", WorkflowIDConflictPolicy.USE_EXISTING),
            ("is refused", WorkflowIDConflictPolicy.FAIL),
        ):
            start = WithStartWorkflowOperation(
                Updates.run, id=scene.name, task_queue=scene.name, id_conflict_policy=conflict
            )
            await scene.outcome(
                label, scene.client.execute_update_with_start_workflow(Updates.add, 5, id=label, start_workflow_operation=start)
            )
        start = WithStartWorkflowOperation(
            Updates.run, id=f"{scene.name}-2", task_queue=scene.name, id_conflict_policy=WorkflowIDConflictPolicy.FAIL
        )
        await scene.outcome(
            "is rejected",
            scene.client.execute_update_with_start_workflow(Updates.add, -1, id="no", start_workflow_operation=start),
        )
    await scene.history()
    await scene.history(f"{scene.name}-2")


@program
async def a_raw_update(scene: Scene) -> None:
    await scene.raw.start()
    await scene.raw.answer_next(start_timer("t", 60))
    request = UpdateWorkflowExecutionRequest(
        namespace=scene.namespace,
        workflow_execution=WorkflowExecution(workflow_id=scene.name),
        wait_policy=WaitPolicy(lifecycle_stage=3),
        request=Request(
            meta=Meta(update_id="one", identity="updater"), input=Input(name="some-update", args=payloads("in"))
        ),
    )
    waiting = asyncio.create_task(scene.service.update_workflow_execution(request))
    task = await scene.raw.poll()
    scene.record("speculative task", task)
    await scene.outcome("an answer without messages", scene.raw.answer(task))
    await scene.outcome("update", waiting)
    await scene.history()


@workflow.defn(name="ComparedUpserts")
class Upserts:
    @workflow.run
    async def run(self) -> None:
        workflow.upsert_memo({"note": "changed", "added": [1, 2]})
        await workflow.sleep(0.01)
        workflow.upsert_memo({"note": None})


@program
async def memo_upserts(scene: Scene) -> None:
    async with scene.worker(Upserts):
        handle = await scene.client.start_workflow(
            Upserts.run, id=scene.name, task_queue=scene.name, memo={"note": "first", "kept": 1}
        )
        await handle.result()
    await scene.history()
    await scene.describe()


@program
async def reset(scene: Scene) -> None:
    first = await scene.raw.start(input=payloads("in"), search_attributes=SearchAttributes())
    handle = scene.client.get_workflow_handle(scene.name)
    await scene.raw.answer_next(start_timer("t", 60))
    await handle.signal("before", 1)
    await scene.raw.answer_next(start_timer("u", 60))
    await handle.signal("after", 2)
    await scene.raw.answer_next(complete_workflow())
    await closed(scene)
    request = ResetWorkflowExecutionRequest(
        namespace=scene.namespace,
        workflow_execution=WorkflowExecution(workflow_id=scene.name, run_id=first),
        reason="once more",
        workflow_task_finish_event_id=9,
        request_id="the-request",
        identity="resetter",
    )
    await scene.outcome("reset", scene.service.reset_workflow_execution(request))
    await scene.outcome("the same again", scene.service.reset_workflow_execution(request))
    task = await scene.raw.poll()
    scene.record("task", task)
    await scene.describe(label="after the reset")
    await scene.describe(label="the run before", run_id=first)
    await scene.raw.answer(task, complete_workflow())
    await scene.history(label="second")
    for label, event_id in (("the first event", 1), ("an event that is none", 999), ("no event", 0)):
        request.workflow_task_finish_event_id = event_id
        request.request_id = label
        await scene.outcome(label, scene.service.reset_workflow_execution(request))
