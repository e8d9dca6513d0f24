"""The HTTP API beside gRPC: values that JSON must not lose, deadlines, and where it listens."""

import asyncio
import json

import pytest

from harness.http_api import HttpApi, segment
from harness.server import Server, free_port
from harness.sundial import SundialFailed, sundial
from harness.wait import eventually


@pytest.fixture
def api(server: Server) -> HttpApi:
    return HttpApi.beside(server.address)


def start_of(task_queue: str, **more) -> dict:
    return {"workflowType": {"name": "Nothing"}, "taskQueue": {"name": task_queue}, **more}


async def started_input(api: HttpApi, workflow_id: str) -> list:
    answer = await api.get(f"/api/v1/namespaces/default/workflows/{segment(workflow_id)}/history")
    return answer.body["history"]["events"][0]["workflowExecutionStartedEventAttributes"]["input"]


async def test_what_grpc_started_is_seen_as_json(api: HttpApi, client, unique: str) -> None:
    value = {"name": "größe <&>", "list": [1, {"x": None}]}
    await client.start_workflow("Nothing", value, id=unique, task_queue=unique)
    assert await started_input(api, unique) == [value]


@pytest.mark.sundial_only  # The reference gives null for an empty list, and rounds large numbers.
async def test_values_stay_what_they_are(api: HttpApi, unique: str) -> None:
    values = [[], {"list": []}, 9007199254740993, 2**64 - 1, 1.0e-7]
    await api.post(f"/api/v1/namespaces/default/workflows/{unique}", start_of(unique, input=values))
    assert await started_input(api, unique) == values


@pytest.mark.sundial_only  # The reference takes the slash for the end of the id.
async def test_an_id_may_hold_a_slash(api: HttpApi, client, unique: str) -> None:
    workflow_id = f"{unique}/of week 1"
    answer = await api.post(f"/api/v1/namespaces/default/workflows/{segment(workflow_id)}", start_of(unique))
    assert answer.body["runId"] == (await client.get_workflow_handle(workflow_id).describe()).run_id


async def test_a_deadline_ends_a_call_that_waits(api: HttpApi, unique: str) -> None:
    run = f"/api/v1/namespaces/default/workflows/{unique}"
    await api.post(run, start_of(unique))
    # No worker answers it, and the caller is told so before it gives up.
    answer = await api.post(f"{run}/query/any", {}, Grpc_Timeout="300m")
    assert (answer.status, answer.body["code"]) == (400, 9)
    # A long poll is answered before its caller gives up.
    close = "waitNewEvent=true&historyEventFilterType=2"
    answer = await api.get(f"{run}/history?{close}", Grpc_Timeout="2S")
    assert answer.status == 200 and "nextPageToken" in answer.body


async def test_a_request_that_is_too_large_is_refused(api: HttpApi, unique: str) -> None:
    run = f"/api/v1/namespaces/default/workflows/{unique}"
    answer = await api.post(run, start_of(unique, input=["x" * (5 << 20)]))
    assert (answer.status, answer.body["code"]) == (400, 3)


@pytest.mark.sundial_only
async def test_it_is_where_it_is_told_to_be(tmp_path) -> None:
    port, http_port = free_port(), free_port()
    server = await Server.start("sundial", port=port, extra=("--http-port", str(http_port)))
    try:
        answer = await HttpApi(f"http://127.0.0.1:{http_port}").get("/system-info")
        assert answer.status == 200 and answer.content_type == "application/json"
        # The second one's place is taken; it was asked for that very place.
        with pytest.raises(SundialFailed, match="--http-port"):
            await sundial("server", "--port", "0", "--http-port", http_port, "--db", tmp_path / "second.db")
    finally:
        server.stop()


@pytest.mark.sundial_only
async def ready_line(server: Server) -> dict:
    """What the server says once it is ready, which may be just after its first answer."""
    log = server.log
    assert log is not None
    line = await eventually(lambda: next((line for line in log.read_text().splitlines() if line.startswith("{")), None))
    return json.loads(line)


async def test_it_is_nowhere_when_switched_off_or_its_usual_place_is_taken() -> None:
    listener = await asyncio.start_server(lambda reader, writer: writer.close(), "127.0.0.1", 0)
    taken = listener.sockets[0].getsockname()[1]
    for port, extra in [(taken - 10, ()), (free_port(), ("--http-port", "off"))]:
        server = await Server.start("sundial", port=port, extra=("--json", *extra))
        try:
            assert (await ready_line(server))["http"] is None
        finally:
            server.stop()
    listener.close()
