"""The pages of the Web UI, and what each must show of `content.py`."""

from dataclasses import dataclass

from ui.content import BATCH, DEPLOYMENT, QUEUE, SCHEDULE, Content

HOME = "/namespaces/default"


@dataclass(frozen=True)
class Shown:
    """`path` begins at the namespace, or, with `of`, at that workflow of the content. `capability`: of GetSystemInfo, without which the
    page has nothing to show."""

    path: str
    texts: tuple[str, ...]
    of: str = ""
    capability: str = ""
    # A request that fails and should not, by what its address holds: a bug that waits to be fixed.
    fails: str = ""

    @property
    def name(self) -> str:
        return f"{self.of} {self.path}".strip()

    def url(self, content: Content) -> str:
        if not self.of:
            return self.path
        handle = content.handle(self.of)
        return f"{HOME}/workflows/{handle.id}/{handle.result_run_id or handle.run_id}/{self.path}"


PAGES = [
    Shown("/namespaces", ("default",)),
    Shown("/select-namespace", ("select a namespace",)),
    Shown(HOME, ("namespace: default", "retention period", "1 day", "BuildIds", "KeywordList")),
    Shown(f"{HOME}/workflows", ("7 workflows", "completed-order", "failed-order", "running-order", "failing-order-child", "ShownOrder")),
    Shown(f"{HOME}/workflows?query=ExecutionStatus%3D%22Failed%22", ("1 workflow", "failed-order")),
    Shown(f"{HOME}/workflows?query=WorkflowType%3D%22ShownChild%22", ("3 workflows", "running-order-child")),
    Shown(f"{HOME}/workflows/start-workflow", ("start workflow", "task queue")),
    Shown("timeline", ("completed", "ShownOrder", QUEUE, '"apple"', "a short rest", "approve"), of="completed"),
    Shown("timeline", ("running", "results will appear"), of="running"),
    Shown("timeline", ("attempt 2", "price_of", "failing-order"), of="failing"),
    Shown("history", ("event history", "workflow execution completed", "a short rest"), of="completed"),
    Shown("history", ("workflow execution failed", "the order is broken"), of="failed"),
    Shown("history/compact", ("event history", "ShownChild"), of="completed"),
    Shown("history/feed", ("event history", "workflow execution started"), of="completed"),
    Shown("history/json", ("event history",), of="completed"),
    Shown("history/events/5", ("timer",), of="completed"),
    Shown("relationships", ("child count", "completed-order-child"), of="completed"),
    Shown("relationships", ("failing-order", "failing-order-child"), of="failing"),
    Shown("workers", ("workers", QUEUE, "running"), of="running"),
    Shown("pending-activities", ("no pending activities",), of="completed"),
    Shown("pending-activities", ("price_of", "no such item in the catalogue", "attempt"), of="failing"),
    Shown("call-stack", ("no call stacks found",), of="completed"),
    Shown("call-stack", ("call stack at", "stack for"), of="running"),
    Shown("query", ("query type", "run query"), of="running"),
    Shown("metadata", ("to be shown", "search attributes"), of="running"),
    Shown("user-metadata", ("summary", "details", "current details"), of="running"),
    Shown("memo", ("to be shown",), of="completed"),
    Shown("search-attributes", ("search attributes",), of="completed"),
    Shown("nexus-links", ("no nexus links found",), of="completed"),
    Shown(f"{HOME}/task-queues/{QUEUE}", ("task queue", QUEUE, "python")),
    Shown(f"{HOME}/workers", ("running", QUEUE, "python")),
    Shown(f"{HOME}/workers/deployments", (DEPLOYMENT,)),
    Shown(f"{HOME}/workers/deployments/{DEPLOYMENT}", (DEPLOYMENT, "build-1", "inactive")),
    Shown(f"{HOME}/worker-deployments/{DEPLOYMENT}", (DEPLOYMENT, "build-1")),
    Shown(f"{HOME}/schedules", ("1 schedule", SCHEDULE, "ShownChild", "paused")),
    Shown(
        f"{HOME}/schedules/{SCHEDULE}",
        (SCHEDULE, "paused", "ShownChild", "paused to be shown"),
    ),
    Shown(f"{HOME}/schedules/{SCHEDULE}/edit", ("schedule spec", "ShownChild")),
    Shown(f"{HOME}/schedules/create", ("schedule details", "schedule spec")),
    Shown(f"{HOME}/batch-operations", ("batch operations", BATCH, "completed")),
    Shown(f"{HOME}/batch-operations/{BATCH}", (BATCH, "a batch to be shown")),
    Shown("/nexus", ("nexus",), capability="nexus"),
    Shown(f"{HOME}/activities", ("standalone activities",)),
    Shown(f"{HOME}/archival", ("not enabled for archival",)),
    Shown("/import/events", ("import event history",)),
]
