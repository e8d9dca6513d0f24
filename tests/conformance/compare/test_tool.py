"""The comparison itself: what counts as a difference, and what known.toml may hide."""

from pathlib import Path

import pytest
from temporalio.api.common.v1 import WorkflowExecution
from temporalio.api.enums.v1 import EventType
from temporalio.api.history.v1 import HistoryEvent

from conformance.compare.difference import (
    ABSENT,
    BROKE_OFF,
    KNOWN_CLI_FILE,
    KNOWN_ERRORS_FILE,
    KNOWN_FILE,
    Difference,
    Known,
    differences,
    judge,
    load_known,
    stale,
)
from conformance.compare.normalize import Normalizer

ONE = "11111111-1111-4111-8111-111111111111"
TWO = "22222222-2222-4222-8222-222222222222"
THREE = "33333333-3333-4333-8333-333333333333"
FOUR = "44444444-4444-4444-8444-444444444444"


def paths(temporal: object, sundial: object) -> list[str]:
    return [difference.path for difference in differences("p", temporal, sundial)]


def test_equal_accounts_do_not_differ() -> None:
    assert paths({"a": [1, {"b": "x"}]}, {"a": [1, {"b": "x"}]}) == []


def test_what_only_one_has_is_a_difference() -> None:
    found = differences("p", {"a": [1, 2], "b": 3}, {"a": [1], "c": 4})
    assert [(d.path, d.temporal, d.sundial) for d in found] == [
        ("a[1]", 2, ABSENT),
        ("b", 3, ABSENT),
        ("c", ABSENT, 4),
    ]


def test_other_ids_are_equal_as_long_as_they_stand_for_one_another() -> None:
    assert paths({"run": ONE, "first": f"{ONE}:5"}, {"run": TWO, "first": f"{TWO}:5"}) == []
    assert paths({"run": ONE, "first": ONE}, {"run": TWO, "first": THREE}) == ["first"]
    assert paths({"run": ONE, "first": THREE}, {"run": TWO, "first": TWO}) == ["first"]


def test_ids_are_paired_in_keys_too() -> None:
    assert paths({ONE: {"event": 1}, "x": ONE}, {TWO: {"event": 1}, "x": TWO}) == []
    assert paths({"x": ONE, ONE: 1, THREE: 2}, {"x": TWO, FOUR: 2, TWO: 1}) == []


def test_times_and_sizes_count_only_by_being_there() -> None:
    event = HistoryEvent(event_id=1, event_type=EventType.EVENT_TYPE_TIMER_FIRED, task_id=77)
    event.event_time.FromSeconds(1_700_000_000)
    event.timer_fired_event_attributes.timer_id = "of-name-1"
    assert Normalizer("name-1").value(event) == {
        "event_id": 1,
        "event_type": "EVENT_TYPE_TIMER_FIRED",
        "event_time": "<time>",
        "timer_fired_event_attributes": {"timer_id": "of-<name>"},
    }


def test_what_names_a_process_is_told_alike() -> None:
    normalizer = Normalizer("name-1")
    assert normalizer.text("812@some-host") == "<identity>"
    assert normalizer.text("name-1-run-2026-01-02T03:04:05Z") == "<name>-run-<time>"
    assert normalizer.value(WorkflowExecution(workflow_id="name-1", run_id=ONE)) == {"workflow_id": "<name>", "run_id": ONE}


def test_a_known_difference_hides_only_its_own_path() -> None:
    found = [Difference("group.one", "history[4].Timer.id", 1, 2), Difference("group.one", "history[5].Timer.id", 1, 2)]
    entry = Known("because", "group.*", "history[4].*")
    assert judge(found, [entry]) == str(found[1])
    assert judge(found[:1], [entry]) == ""
    assert judge(found[:1], [Known("because", temporal="1", sundial="2")]) == ""
    assert judge(found[:1], [Known("because", temporal="1", sundial="3")]) == str(found[0])


def test_a_program_that_broke_off_is_not_explained_by_what_it_records() -> None:
    found = [Difference("group.one", BROKE_OFF, ABSENT, "TimeoutError: ")]
    assert judge(found, [Known("because", "group.one", "*")]) == str(found[0])
    assert judge(found, [Known("because", "group.one", BROKE_OFF)]) == ""


def test_only_what_shows_up_sometimes_explains_a_difference_of_databases() -> None:
    found = [Difference("group.one", "a", 1, 2, of_databases=True)]
    assert judge(found, [Known("because", "group.one", "a")]) == str(found[0])
    assert "PostgreSQL: 2" in str(found[0])
    assert judge(found, [Known("because", "group.one", "a", sometimes=True)]) == ""
    assert judge(found, [Known("because", "group.one", "a", of_databases=True)]) == ""
    assert judge([Difference("group.one", "a", 1, 2)], [Known("because", "group.one", "a", of_databases=True)]) != ""


def test_a_known_difference_that_is_gone_is_told() -> None:
    entry = Known("because", "group.one", "a")
    assert "no longer differs" in stale([], [entry])
    assert stale([Difference("group.one", "a", 1, 2)], [entry]) == ""
    assert stale([], [Known("because", "group.one", "a", sometimes=True)]) == ""


@pytest.mark.parametrize("file", [KNOWN_FILE, KNOWN_ERRORS_FILE, KNOWN_CLI_FILE], ids=lambda file: file.name)
def test_every_known_difference_says_why(file: Path) -> None:
    known = load_known(file)
    assert known
    assert all(entry.reason.strip() for entry in known)
