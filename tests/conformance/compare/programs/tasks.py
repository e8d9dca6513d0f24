"""Workflow tasks: failures, timeouts, attempts, transient tasks, heartbeats, sticky queues."""

from temporalio.api.enums.v1 import WorkflowTaskFailedCause

from conformance.compare.program import program
from conformance.compare.scene import ENOUGH_FOR_AN_ANSWER, Scene
from harness.raw import (
    cancel_timer,
    complete_workflow,
    record_marker,
    request_cancel_activity,
    seconds,
    start_timer,
)


@program
async def fails_and_comes_again(scene: Scene) -> None:
    await scene.raw.start()
    await scene.raw.fail(await scene.raw.poll(), "first")
    task = await scene.raw.poll()
    scene.record("second attempt", task)
    await scene.describe(label="second attempt, described")
    await scene.history(label="during the second attempt")
    await scene.raw.fail(task, "second")
    task = await scene.raw.poll()
    scene.record("third attempt", task)
    await scene.raw.answer(task, complete_workflow())
    await scene.history()


@program
async def a_signal_during_a_transient_task(scene: Scene) -> None:
    await scene.raw.start()
    await scene.raw.fail(await scene.raw.poll(), "first")
    task = await scene.raw.poll()
    await scene.client.get_workflow_handle(scene.name).signal("some-signal")
    await scene.raw.fail(task, "second")
    task = await scene.raw.poll()
    scene.record("task", task)
    await scene.raw.answer(task, complete_workflow())
    await scene.history()


@program
async def times_out(scene: Scene) -> None:
    await scene.raw.start(workflow_task_timeout=seconds(ENOUGH_FOR_AN_ANSWER))
    late = await scene.raw.poll()
    task = await scene.raw.poll()
    scene.record("second attempt", task)
    await scene.outcome("late", scene.raw.answer(late, complete_workflow()))
    await scene.raw.answer(task, complete_workflow())
    await scene.history()


@program
async def forced_new_task(scene: Scene) -> None:
    await scene.raw.start()
    task = await scene.raw.poll()
    answer = await scene.raw.answer(task, record_marker("m", a="b"), force_create_new_workflow_task=True, return_new_workflow_task=True)
    scene.record("answer", answer)
    await scene.raw.answer(answer.workflow_task, complete_workflow())
    await scene.history()


@program
async def wrong_commands(scene: Scene) -> None:
    """Commands that fail the task: with which cause, in which words."""
    wrong = {
        "complete-twice": [complete_workflow(), complete_workflow()],
        "after-the-end": [complete_workflow(), start_timer("t", 5)],
        "no-such-timer": [cancel_timer("t")],
        "no-such-activity": [request_cancel_activity(77)],
        "timer-without-id": [start_timer("", 5)],
        "same-timer-twice": [start_timer("t", 5), start_timer("t", 6)],
        "marker-without-name": [record_marker("")],
    }
    for label, commands in wrong.items():
        workflow_id = f"{scene.name}-{label}"
        await scene.raw.start(workflow_id)
        await scene.outcome(label, scene.raw.answer(await scene.raw.poll(), *commands))
        await scene.history(workflow_id)
        await scene.client.get_workflow_handle(workflow_id).terminate()


@program
async def causes_of_failure(scene: Scene) -> None:
    await scene.raw.start()
    for cause in (
        WorkflowTaskFailedCause.WORKFLOW_TASK_FAILED_CAUSE_NON_DETERMINISTIC_ERROR,
        WorkflowTaskFailedCause.WORKFLOW_TASK_FAILED_CAUSE_UNSPECIFIED,
    ):
        task = await scene.raw.poll()
        await scene.outcome(str(cause), scene.raw.fail(task, "broken", cause))
        await scene.client.get_workflow_handle(scene.name).signal("next")
    await scene.raw.answer_next(complete_workflow())
    await scene.history()


@program
async def sticky(scene: Scene) -> None:
    queue = f"{scene.name}-sticky"
    await scene.raw.start()
    await scene.raw.answer_next(start_timer("t", 60), sticky=queue)
    await scene.describe(label="open")
    waiting = await scene.raw.in_line(sticky=queue)
    await scene.client.get_workflow_handle(scene.name).signal("some-signal")
    task = await waiting
    scene.record("sticky task", task)
    await scene.raw.answer(task, complete_workflow())
    await scene.history()


@program
async def a_sticky_worker_that_is_gone(scene: Scene) -> None:
    queue = f"{scene.name}-sticky"
    await scene.raw.start()
    await scene.raw.answer_next(start_timer("t", 60), sticky=queue)
    waiting = await scene.raw.in_line(sticky=queue)
    await scene.client.get_workflow_handle(scene.name).signal("some-signal")
    task = await waiting
    await scene.raw.answer(task, start_timer("u", 60), sticky=queue, sticky_timeout=1)
    await scene.client.get_workflow_handle(scene.name).signal("some-signal")
    task = await scene.raw.poll()
    scene.record("task", task)
    await scene.raw.answer(task, complete_workflow())
    await scene.history()


@program
async def timers(scene: Scene) -> None:
    await scene.raw.start()
    await scene.raw.answer_next(start_timer("t", 0.01), start_timer("u", 60))
    await scene.raw.answer_next(cancel_timer("u"), start_timer("u", 0.01))
    await scene.raw.answer_next(complete_workflow())
    await scene.history()
