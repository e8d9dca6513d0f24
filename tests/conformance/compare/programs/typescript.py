"""Programs of the TypeScript SDK, which stand in `typescript-driver`."""

from conformance.compare.difference import FOLDER
from conformance.compare.driver import Driver
from conformance.compare.program import programs_of
from harness import node_tools

programs_of(
    "typescript",
    Driver("typescript", lambda: ["node", node_tools.built(FOLDER / "typescript-driver") / "dist/main.js"]),
    [
        "cancelled_activities",
        "cancelled_children",
        "cancelled_scopes",
        "child_outcomes",
        "child_policies",
        "completed_elsewhere",
        "continue_as_new",
        "failures",
        "heartbeats",
        "local_activities",
        "messages",
        "order",
        "order_undone",
        "patches",
        "queries",
        "retried_run",
        "schedules",
        "signal_with_start",
        "strangers",
        "timed_out_activities",
        "timers",
        "update_with_start",
        "upserts",
        "versions",
    ],
)
