"""The HTTP API: what a call answers as JSON, and with which codes it refuses."""

import re
from typing import Any

from temporalio import workflow

from conformance.compare.program import program
from conformance.compare.scene import Scene
from harness.http_api import Answer, HttpApi, segment
from harness.wait import eventually

_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z")
# What each server counts or encodes in its own way.
_OWN = {"taskId", "historySizeBytes", "stateTransitionCount", "nextPageToken"}


@workflow.defn(name="Basket")
class Basket:
    def __init__(self) -> None:
        self.items: list[dict] = []
        self.is_full = False

    @workflow.run
    async def run(self, room: int) -> dict:
        await workflow.wait_condition(lambda: len(self.items) >= room)
        return {"items": self.items}

    @workflow.signal
    def put(self, item: dict) -> None:
        self.items.append(item)

    @workflow.query
    def contents(self, first: int) -> list[dict]:
        return self.items[first:]

    @workflow.update
    async def swap(self, item: dict) -> dict:
        self.items, old = [item, *self.items[1:]], self.items[0]
        return old


def _comparable(json: Any, key: str = "") -> Any:
    match json:
        case _ if key in _OWN:
            return "<own>"
        case dict():
            return {key: _comparable(value, key) for key, value in json.items()}
        case list():
            return [_comparable(value) for value in json]
        case str() if _TIME.fullmatch(json):
            return "<time>"
        case _:
            return json


def record(scene: Scene, label: str, answer: Answer) -> None:
    scene.record(label, {"status": answer.status, "body": _comparable(answer.body)})


def api_of(scene: Scene) -> HttpApi:
    return HttpApi.beside(scene.client.service_client.config.target_host)


def start_of(scene: Scene, **more: Any) -> dict[str, Any]:
    return {"workflowType": {"name": "Basket"}, "taskQueue": {"name": scene.name}, "identity": "test", **more}


@program
async def a_workflow_by_json_alone(scene: Scene) -> None:
    api = api_of(scene)
    run = f"/api/v1/namespaces/{scene.namespace}/workflows/{segment(scene.name)}"
    memo = {"fields": {"note": {"text": "a memo", "count": 2}}}
    async with scene.worker(Basket):
        started = await api.post(run, start_of(scene, requestId="r", input=[2], memo=memo))
        record(scene, "start", started)
        record(scene, "signal", await api.post(f"{run}/signal/put", {"input": [{"name": "apple"}], "identity": "test"}))
        asked = await api.post(f"{run}/query/contents", {"query": {"queryArgs": [0]}})
        record(scene, "query", asked)
        update = {"request": {"meta": {"updateId": "u", "identity": "test"}, "input": {"args": [{"name": "pear"}]}}}
        record(scene, "update", await api.post(f"{run}/update/swap", {**update, "waitPolicy": {"lifecycleStage": 3}}))
        record(scene, "second signal", await api.post(f"{run}/signal/put", {"input": [{"name": "fig"}]}))
        close = "historyEventFilterType=HISTORY_EVENT_FILTER_TYPE_CLOSE_EVENT"
        closed = await api.get(f"{run}/history?waitNewEvent=true&{close}")
        # The numbers in it depend on how many workflow tasks there were.
        attributes = closed.body["history"]["events"][0]["workflowExecutionCompletedEventAttributes"]
        scene.record("result", attributes["result"])
    described = await api.get(run)
    info = described.body["workflowExecutionInfo"]
    scene.record("described", {key: _comparable(info[key]) for key in ("type", "status", "memo", "execution")})


@program
async def the_same_call_in_every_form(scene: Scene) -> None:
    api = api_of(scene)
    run = f"/api/v1/namespaces/{scene.namespace}/workflows/{segment(scene.name)}"
    message = {"_protoMessageType": "a.Message", "field": 1}
    values = [{"b": [1, None, "x"], "a": {}}, "text", 1.5, True, None, message]
    binary = {"metadata": {"encoding": "YmluYXJ5L3BsYWlu"}, "data": "AAEC"}
    started = await api.post(run, start_of(scene, requestId="r", input=values, workflowIdReusePolicy="AllowDuplicate"))
    record(scene, "start", started)
    record(scene, "binary", await api.post(f"{run}/signal/one", {"input": {"payloads": [binary, *values[:1]]}}))
    for label, suffix in [("short", ""), ("long", "?noPayloadShorthand"), ("pretty", "?pretty")]:
        answer = await api.get(f"{run}/history{suffix}")
        record(scene, label, answer)
        scene.record(f"{label} indent", answer.text.count("\n  ") > 0)
    accepted = await api.get(f"{run}/history", Accept="application/json+pretty+no-payload-shorthand")
    scene.record("accepted", accepted.content_type)
    record(scene, "accepted history", accepted)
    without = f"/namespaces/{scene.namespace}/workflows/{segment(scene.name)}"
    record(scene, "without api/v1", await api.get(without))
    record(scene, "as the query says", await api.get(f"{run}?execution.workflowId=other&execution.run_id="))


@program
async def lists_and_pages(scene: Scene) -> None:
    api = api_of(scene)
    workflows = f"/api/v1/namespaces/{scene.namespace}/workflows"
    for number in range(3):
        body = start_of(scene, requestId=str(number), memo={"fields": {"number": number}})
        record(scene, f"start {number}", await api.post(f"{workflows}/{segment(scene.name)}-{number}", body))
    query = segment(f"WorkflowId STARTS_WITH '{scene.name}'")

    async def all_listed() -> Answer | None:
        answer = await api.get(f"{workflows}?query={query}")
        return answer if len(answer.body.get("executions", [])) == 3 else None

    record(scene, "list", await eventually(all_listed))
    first = await api.get(f"{workflows}?query={query}&pageSize=2")
    record(scene, "first page", first)
    token = segment(first.body["nextPageToken"])
    record(scene, "second page", await api.get(f"{workflows}?query={query}&page_size=2&next_page_token={token}"))
    record(scene, "count", await api.get(f"/namespaces/{scene.namespace}/workflow-count?query={query}"))


@program
async def refusals(scene: Scene) -> None:
    api = api_of(scene)
    namespace = f"/api/v1/namespaces/{scene.namespace}"
    run = f"{namespace}/workflows/{segment(scene.name)}"
    record(scene, "no such run", await api.get(run))
    record(scene, "no such namespace", await api.get("/api/v1/namespaces/there-is-none/workflow-count"))
    record(scene, "no such path", await api.get("/api/v1/nothing"))
    record(scene, "no such verb", await api.send("PUT", run, b"{}"))
    record(scene, "nothing said", await api.post(run))
    record(scene, "no such schedule", await api.send("DELETE", f"{namespace}/schedules/there-is-none", None))
    record(scene, "start", await api.post(run, start_of(scene, requestId="a")))
    record(scene, "start again", await api.post(run, start_of(scene, requestId="b")))
    record(scene, "too many values", await api.get(f"{namespace}/workflows?pageSize=1&pageSize=2"))
    record(scene, "terminate", await api.post(f"{run}/terminate", {"reason": "done"}))
    record(scene, "signal after the end", await api.post(f"{run}/signal/any", {}))
    record(scene, "names that are none", await api.get(f"{namespace}/workflow-count?nobody=knows&query=WorkflowId%3D'x'"))
    # In other words.
    for label, body in [
        ("no JSON", b"{"),
        ("no object", b"[]"),
        ("no such field", b'{"wrong": 1}'),
        ("another kind", b'{"workflowId": 1}'),
        ("no such name", b'{"workflowIdReusePolicy": "Nonsense"}'),
    ]:
        answer = await api.send("POST", run, body)
        scene.record(label, {"status": answer.status, "code": answer.body["code"]})
    answer = await api.get(f"{namespace}/workflows?pageSize=many")
    scene.record("no number", {"status": answer.status, "code": answer.body["code"]})
