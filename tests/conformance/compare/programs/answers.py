"""What a server says of itself and of what is in it: every field of it."""

from temporalio.api.enums.v1 import TaskQueueKind, TaskQueueType
from temporalio.api.operatorservice.v1 import ListSearchAttributesRequest
from temporalio.api.taskqueue.v1 import RateLimit, TaskQueue
from temporalio.api.workflowservice.v1 import (
    CountWorkflowExecutionsRequest,
    DescribeNamespaceRequest,
    DescribeTaskQueueRequest,
    GetClusterInfoRequest,
    GetSearchAttributesRequest,
    GetSystemInfoRequest,
    GetWorkflowExecutionHistoryReverseRequest,
    ListTaskQueuePartitionsRequest,
    ListWorkersRequest,
    ListWorkflowExecutionsRequest,
    RegisterNamespaceRequest,
    UpdateNamespaceRequest,
    UpdateTaskQueueConfigRequest,
)
from temporalio.api.common.v1 import WorkflowExecution
from temporalio.api.namespace.v1 import UpdateNamespaceInfo

from conformance.compare.program import program
from conformance.compare.programs.lifecycle import closed
from conformance.compare.scene import Scene
from harness.raw import complete_workflow, fail_workflow, failure, payloads, seconds, start_timer
from harness.wait import eventually

RateLimitUpdate = UpdateTaskQueueConfigRequest.RateLimitUpdate


@program
async def system_info(scene: Scene) -> None:
    scene.record("answer", await scene.service.get_system_info(GetSystemInfoRequest()))


@program
async def cluster_info(scene: Scene) -> None:
    scene.record("answer", await scene.service.get_cluster_info(GetClusterInfoRequest()))


@program
async def search_attributes(scene: Scene) -> None:
    scene.record("old", await scene.service.get_search_attributes(GetSearchAttributesRequest()))
    answer = await scene.operator.list_search_attributes(ListSearchAttributesRequest(namespace=scene.namespace))
    scene.record("of the operator", answer)


@program
async def namespaces(scene: Scene) -> None:
    scene.record("default", await scene.service.describe_namespace(DescribeNamespaceRequest(namespace="default")))
    register = RegisterNamespaceRequest(
        namespace=scene.name,
        description="for a comparison",
        owner_email="someone@example.com",
        workflow_execution_retention_period=seconds(3 * 86400),
        data={"key": "value"},
    )
    await scene.outcome("register", scene.service.register_namespace(register))
    await scene.outcome("again", scene.service.register_namespace(register))

    describe = DescribeNamespaceRequest(namespace=scene.name)

    async def there() -> bool:
        try:
            return bool(await scene.service.describe_namespace(describe))
        except Exception as error:
            raise AssertionError(str(error)) from error

    await eventually(there)
    scene.record("described", await scene.service.describe_namespace(describe))
    update = UpdateNamespaceRequest(
        namespace=scene.name, update_info=UpdateNamespaceInfo(description="changed", data={"other": "more"})
    )
    update.config.workflow_execution_retention_ttl.CopyFrom(seconds(5 * 86400))
    await scene.outcome("update", scene.service.update_namespace(update))
    scene.record("described after the update", await scene.service.describe_namespace(describe))
    await scene.outcome("not there", scene.service.describe_namespace(DescribeNamespaceRequest(namespace="not-there")))


@program
async def task_queue(scene: Scene) -> None:
    waiting = await scene.raw.in_line()
    request = DescribeTaskQueueRequest(
        namespace=scene.namespace,
        task_queue=TaskQueue(name=scene.name, kind=TaskQueueKind.TASK_QUEUE_KIND_NORMAL),
        task_queue_type=TaskQueueType.TASK_QUEUE_TYPE_WORKFLOW,
        report_stats=True,
        report_config=True,
        include_task_queue_status=True,
    )
    scene.record("polled", await scene.service.describe_task_queue(request))
    await scene.raw.start()
    await scene.raw.answer(await waiting, start_timer("t", 60))
    request.task_queue_type = TaskQueueType.TASK_QUEUE_TYPE_ACTIVITY
    scene.record("activities", await scene.service.describe_task_queue(request))
    partitions = ListTaskQueuePartitionsRequest(namespace=scene.namespace, task_queue=TaskQueue(name=scene.name))
    await scene.outcome("partitions", scene.service.list_task_queue_partitions(partitions))


@program
async def task_queue_limits(scene: Scene) -> None:
    async def change(label: str, kind: int = TaskQueueType.TASK_QUEUE_TYPE_ACTIVITY, **change: RateLimitUpdate) -> None:
        request = UpdateTaskQueueConfigRequest(
            namespace=scene.namespace, identity="ada", task_queue=scene.name, task_queue_type=kind, **change
        )
        await scene.outcome(label, scene.service.update_task_queue_config(request))

    def rate(requests_per_second: float) -> RateLimitUpdate:
        return RateLimitUpdate(rate_limit=RateLimit(requests_per_second=requests_per_second), reason="compared")

    await change("set", update_queue_rate_limit=rate(5))
    await change("of keys", update_fairness_key_rate_limit_default=rate(0.5))
    await change("removed", update_queue_rate_limit=RateLimitUpdate(reason="enough"))
    await change("nothing")
    await change("negative", update_queue_rate_limit=rate(-1))
    await change("a long reason", update_queue_rate_limit=RateLimitUpdate(rate_limit=RateLimit(), reason="x" * 1001))
    await change("of workflows", TaskQueueType.TASK_QUEUE_TYPE_WORKFLOW, update_queue_rate_limit=rate(5))
    described = await scene.service.describe_task_queue(
        DescribeTaskQueueRequest(
            namespace=scene.namespace,
            task_queue=TaskQueue(name=scene.name),
            task_queue_type=TaskQueueType.TASK_QUEUE_TYPE_ACTIVITY,
            report_config=True,
        )
    )
    scene.record("described", described.config)


@program
async def lists(scene: Scene) -> None:
    for number, command in enumerate((complete_workflow("out"), fail_workflow(failure("broken")), start_timer("t", 60))):
        await scene.raw.start(f"{scene.name}-{number}", input=payloads("in"))
        await scene.raw.answer_next(command)
    mine = f"WorkflowId STARTS_WITH '{scene.name}'"
    request = ListWorkflowExecutionsRequest(namespace=scene.namespace, query=mine)

    async def shown() -> bool:
        page = await scene.service.list_workflow_executions(request)
        return sorted(info.status for info in page.executions) == [1, 2, 3]

    await eventually(shown)
    page = await scene.service.list_workflow_executions(request)
    scene.record("executions", sorted((info for info in page.executions), key=lambda info: info.status))
    for label, query in {
        "all": mine,
        "running": f"{mine} AND ExecutionStatus = 'Running'",
        "grouped": f"{mine} GROUP BY ExecutionStatus",
        "an unknown attribute": "NoSuchThing = 1",
        "not a query": "this is no query",
        "a wrong type": "CloseTime = 'no time'",
        "a wrong status": "ExecutionStatus = 'Walking'",
        "grouped by something else": f"{mine} GROUP BY WorkflowType",
    }.items():
        count = CountWorkflowExecutionsRequest(namespace=scene.namespace, query=query)
        await scene.outcome(f"count: {label}", scene.service.count_workflow_executions(count))
        listed = ListWorkflowExecutionsRequest(namespace=scene.namespace, query=query, page_size=1)
        if "GROUP BY" in query or label not in ("all", "running"):
            await scene.outcome(f"list: {label}", scene.service.list_workflow_executions(listed))


@program
async def history_from_its_end(scene: Scene) -> None:
    await scene.raw.start()
    await scene.raw.answer_next(complete_workflow())
    await closed(scene)
    request = GetWorkflowExecutionHistoryReverseRequest(
        namespace=scene.namespace, execution=WorkflowExecution(workflow_id=scene.name), maximum_page_size=2
    )
    page = await scene.service.get_workflow_execution_history_reverse(request)
    scene.record("first page", page)
    request.next_page_token = page.next_page_token
    scene.record("second page", await scene.service.get_workflow_execution_history_reverse(request))


@program
async def workers(scene: Scene) -> None:
    request = ListWorkersRequest(namespace=scene.namespace, query=f"TaskQueue = '{scene.name}'")
    await scene.outcome("none", scene.service.list_workers(request))
    request.query = "no query"
    await scene.outcome("not a query", scene.service.list_workers(request))
