"""Update-with-start: one request that starts a workflow if need be and updates it; both happen or neither does."""

import pytest
from temporalio import workflow
from temporalio.api.common.v1 import WorkflowExecution
from temporalio.api.enums.v1 import UpdateWorkflowExecutionLifecycleStage as Stage
from temporalio.api.enums.v1 import WorkflowIdConflictPolicy
from temporalio.api.errordetails.v1 import MultiOperationExecutionFailure
from temporalio.api.update.v1 import Input, Meta, Request, WaitPolicy
from temporalio.api.workflowservice.v1 import (
    ExecuteMultiOperationRequest,
    UpdateWorkflowExecutionRequest,
)
from temporalio.client import (
    Client,
    WithStartWorkflowOperation,
    WorkflowUpdateFailedError,
    WorkflowUpdateStage,
)
from temporalio.common import WorkflowIDConflictPolicy as Conflict
from temporalio.exceptions import ApplicationError, WorkflowAlreadyStartedError
from temporalio.service import RPCError, RPCStatusCode

from harness.raw import RawWorker, complete_workflow, seconds


@workflow.defn
class Basket:
    def __init__(self) -> None:
        self.items: list[str] = []
        self.ended = False

    @workflow.run
    async def run(self) -> list[str]:
        await workflow.wait_condition(lambda: self.ended)
        return self.items

    @workflow.update
    def add(self, item: str) -> int:
        self.items.append(item)
        return len(self.items)

    @add.validator
    def check_add(self, item: str) -> None:
        if not item:
            raise ApplicationError("an item needs a name", type="Nameless")

    @workflow.signal
    def end(self) -> None:
        self.ended = True


def basket_start(unique: str, policy: Conflict) -> WithStartWorkflowOperation:
    return WithStartWorkflowOperation(Basket.run, id=unique, task_queue=unique, id_conflict_policy=policy)


async def test_the_first_one_starts_the_workflow_and_later_ones_find_it(
    client: Client, worker, unique: str
) -> None:
    async with worker(Basket):
        first = basket_start(unique, Conflict.USE_EXISTING)
        count = await client.execute_update_with_start_workflow(
            Basket.add, "apple", start_workflow_operation=first
        )
        assert count == 1
        handle = await first.workflow_handle()
        second = basket_start(unique, Conflict.USE_EXISTING)
        update = await client.start_update_with_start_workflow(
            Basket.add,
            "pear",
            start_workflow_operation=second,
            wait_for_stage=WorkflowUpdateStage.ACCEPTED,
        )
        assert await update.result() == 2
        assert (await second.workflow_handle()).first_execution_run_id == handle.first_execution_run_id
        await handle.signal(Basket.end)
        assert await handle.result() == ["apple", "pear"]


async def test_a_rejected_update_leaves_the_workflow_started(client: Client, worker, unique: str) -> None:
    async with worker(Basket):
        start = basket_start(unique, Conflict.FAIL)
        with pytest.raises(WorkflowUpdateFailedError) as rejected:
            await client.execute_update_with_start_workflow(Basket.add, "", start_workflow_operation=start)
        assert isinstance(rejected.value.cause, ApplicationError)
        handle = await start.workflow_handle()
        await handle.signal(Basket.end)
        assert await handle.result() == []


async def test_a_start_that_must_not_meet_a_run_fails_with_the_update(client: Client, worker, unique: str) -> None:
    async with worker(Basket):
        running = await client.start_workflow(Basket.run, id=unique, task_queue=unique)
        with pytest.raises(WorkflowAlreadyStartedError):
            await client.execute_update_with_start_workflow(
                Basket.add, "apple", start_workflow_operation=basket_start(unique, Conflict.FAIL)
            )
        await running.signal(Basket.end)
        assert await running.result() == []


def pair(raw: RawWorker, *, start: dict | None = None, **update) -> ExecuteMultiOperationRequest:
    """A start and an update of this test's workflow."""
    start_request = raw.start_request(**(start or {}))
    start_request.workflow_id_conflict_policy = (
        WorkflowIdConflictPolicy.WORKFLOW_ID_CONFLICT_POLICY_USE_EXISTING
        if not start_request.workflow_id_conflict_policy
        else start_request.workflow_id_conflict_policy
    )
    update_request = UpdateWorkflowExecutionRequest(
        namespace=raw.namespace,
        workflow_execution=update.pop("execution", WorkflowExecution(workflow_id=raw.task_queue)),
        wait_policy=WaitPolicy(lifecycle_stage=Stage.UPDATE_WORKFLOW_EXECUTION_LIFECYCLE_STAGE_ACCEPTED),
        request=Request(meta=Meta(update_id="u"), input=Input(name=update.pop("name", "add"))),
        **update,
    )
    return ExecuteMultiOperationRequest(
        namespace=raw.namespace,
        operations=[
            ExecuteMultiOperationRequest.Operation(start_workflow=start_request),
            ExecuteMultiOperationRequest.Operation(update_workflow=update_request),
        ],
    )


async def refusal(raw: RawWorker, request: ExecuteMultiOperationRequest) -> tuple[RPCError, list]:
    with pytest.raises(RPCError) as refused:
        await raw.service.execute_multi_operation(request)
    detail = MultiOperationExecutionFailure()
    assert refused.value.grpc_status.details[0].Unpack(detail)
    assert refused.value.message == "Update-with-Start could not be executed."
    return refused.value, list(detail.statuses)


async def test_what_is_wrong_with_either_part_is_told_part_by_part(raw: RawWorker) -> None:
    invalid, aborted = RPCStatusCode.INVALID_ARGUMENT.value, RPCStatusCode.ABORTED.value
    cases = [
        (pair(raw, start={"cron_schedule": "@daily"}), 0, "CronSchedule is not allowed."),
        (pair(raw, start={"request_eager_execution": True}), 0, "RequestEagerExecution is not supported."),
        (pair(raw, start={"workflow_start_delay": seconds(5)}), 0, "WorkflowStartDelay is not supported."),
        (pair(raw, execution=WorkflowExecution(workflow_id="another")), 1,
         "WorkflowId is not consistent with previous operation(s)."),
        (pair(raw, name=""), 1, "Update name is not set on request."),
    ]
    for request, at, message in cases:
        error, statuses = await refusal(raw, request)
        assert error.status == RPCStatusCode.INVALID_ARGUMENT
        assert (statuses[at].code, statuses[at].message) == (invalid, message)
        other = statuses[1 - at]
        assert (other.code, other.message) == (aborted, "Operation was aborted.")
        assert other.details[0].type_url.endswith("MultiOperationExecutionAborted")


async def test_only_a_start_and_an_update_go_together(raw: RawWorker) -> None:
    whole = pair(raw)
    for operations in [[], whole.operations[:1], [whole.operations[1], whole.operations[0]]]:
        with pytest.raises(RPCError) as refused:
            await raw.service.execute_multi_operation(
                ExecuteMultiOperationRequest(namespace=raw.namespace, operations=operations)
            )
        assert refused.value.status == RPCStatusCode.INVALID_ARGUMENT
        assert refused.value.message == "Operations have to be exactly [Start, Update]."


async def test_a_run_in_the_way_is_told_as_the_starts_failure(raw: RawWorker) -> None:
    await raw.start()
    fail = WorkflowIdConflictPolicy.WORKFLOW_ID_CONFLICT_POLICY_FAIL
    error, statuses = await refusal(raw, pair(raw, start={"workflow_id_conflict_policy": fail}))
    assert error.status == RPCStatusCode.ALREADY_EXISTS
    assert statuses[0].code == RPCStatusCode.ALREADY_EXISTS.value
    assert statuses[0].details[0].type_url.endswith("WorkflowExecutionAlreadyStartedFailure")
    assert statuses[1].code == RPCStatusCode.ABORTED.value
    await raw.answer_next(complete_workflow())
