"""Programs of the Go SDK, which stand in `go-driver`."""

from conformance.compare.difference import FOLDER
from conformance.compare.driver import Driver
from conformance.compare.program import programs_of
from harness import go_tools

programs_of(
    "go",
    Driver("go", lambda: [go_tools.built(FOLDER / "go-driver")]),
    [
        "order",
        "order_undone",
        "timeouts",
        "heartbeats",
        "cancelled_activities",
        "completed_elsewhere",
        "local_activities",
        "a_session",
        "messages",
        "update_with_start",
        "signal_with_start",
        "queries",
        "child_policies",
        "child_outcomes",
        "strangers",
        "cancelled_scopes",
        "selectors",
        "continue_as_new",
        "retried_run",
        "failures",
        "side_effects",
        "eager_start",
        "upserts",
        "schedules",
        "versions",
    ],
)
