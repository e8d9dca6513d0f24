"""Wrong requests for any method, made from the descriptors: each field missing, empty, too long or senseless in turn.

Owns which requests are made. Nothing in them names anything that is there, so that what is wrong with a request is what gets answered.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from google.protobuf.descriptor import Descriptor, FieldDescriptor
from google.protobuf.message import Message
from google.protobuf.message_factory import GetMessageClass
from temporalio.api.operatorservice.v1 import request_response_pb2 as operator_messages
from temporalio.api.workflowservice.v1 import request_response_pb2 as workflow_messages

# Longer than any limit on ids, names and reasons.
TOO_LONG = "x" * 1001
SOME_ID = "11111111-1111-4111-8111-111111111111"
# How deep messages are filled in: what is below is seldom looked at before the rest is found wrong.
DEPTH = 2

# A good request waits for something to come: only their wrong ones are sent.
WAITS = {"PollWorkflowTaskQueue", "PollActivityTaskQueue", "PollNexusTaskQueue"}
# These change the namespace that they name, which all others share.
CHANGES_NAMESPACE = {"UpdateNamespace", "DeprecateNamespace", "DeleteNamespace", "RegisterNamespace"}
# Left out of good requests, since they need something that is there, or are refused for reasons of their own.
LEFT_OUT = {
    "continued_failure",
    "last_completion_result",
    "eager_worker_deployment_options",
    "propagated_nexus_serialization_context",
    "time_skipping_config",
    "versioning_override",
}


@dataclass(frozen=True)
class Case:
    """One request. `label` says what is wrong with it."""

    label: str
    request: Message


@dataclass(frozen=True)
class Method:
    """A method, known by its request: the SDK ships no descriptors of services."""

    service: str
    name: str
    request: Descriptor

    @property
    def path(self) -> str:
        """Where gRPC finds it."""
        return f"/{self.request.file.package}.{self.service}/{self.name}"


def methods() -> list[Method]:
    """Every method of Temporal's two services."""
    return [*_methods("WorkflowService", workflow_messages), *_methods("OperatorService", operator_messages)]


def _methods(service: str, messages: Any) -> list[Method]:
    requests = messages.DESCRIPTOR.message_types_by_name
    return [
        Method(service, name.removesuffix("Request"), request)
        for name, request in requests.items()
        if name.endswith("Request")
    ]


def cases(method: Method, name: str) -> Iterator[Case]:
    """The requests for one method. `name` is unique on the server."""
    whole = GetMessageClass(method.request)()
    _fill(whole, name, method.name, DEPTH)
    yield Case("empty", GetMessageClass(method.request)())
    if method.name not in WAITS:
        yield Case("whole", whole)
    if "namespace" in method.request.fields_by_name:
        elsewhere = _copy(whole)
        elsewhere.namespace = "no-such-namespace"
        yield Case("another namespace", elsewhere)
    for field, _ in whole.ListFields():
        without = _copy(whole)
        without.ClearField(field.name)
        if method.name not in WAITS or field.name in ("namespace", "task_queue"):
            yield Case(f"without {field.name}", without)
        for label, wrong in _wrong(whole, field):
            if method.name not in WAITS or field.name in ("namespace", "task_queue"):
                yield Case(f"{field.name} {label}", wrong)


def _wrong(whole: Message, field: FieldDescriptor) -> Iterator[tuple[str, Message]]:
    wrong = _copy(whole)
    if is_list(field):
        return
    if field.type == FieldDescriptor.TYPE_STRING:
        setattr(wrong, field.name, TOO_LONG)
        yield "too long", wrong
        if field.name.endswith("run_id"):
            wrong = _copy(whole)
            setattr(wrong, field.name, "not-a-run-id")
            yield "no id", wrong
    elif field.type == FieldDescriptor.TYPE_ENUM:
        setattr(wrong, field.name, 77)
        yield "unknown", wrong
    elif field.message_type is not None and field.message_type.full_name == "google.protobuf.Duration":
        getattr(wrong, field.name).seconds = -5
        yield "negative", wrong
    elif field.message_type is not None:
        message = getattr(wrong, field.name)
        message.Clear()
        message.SetInParent()
        yield "empty", wrong
        for inner, _ in getattr(whole, field.name).ListFields():
            wrong = _copy(whole)
            getattr(wrong, field.name).ClearField(inner.name)
            yield f"without {inner.name}", wrong
            if inner.type == FieldDescriptor.TYPE_STRING and not is_list(inner):
                wrong = _copy(whole)
                setattr(getattr(wrong, field.name), inner.name, TOO_LONG)
                yield f"with {inner.name} too long", wrong


def _fill(message: Message, name: str, method: str, depth: int) -> None:
    for field in message.DESCRIPTOR.fields:
        if is_list(field) or field.GetOptions().deprecated or field.name in LEFT_OUT:
            continue
        if field.containing_oneof is not None and field.containing_oneof.fields[0] is not field:
            continue
        if field.message_type is not None:
            if field.message_type.full_name == "google.protobuf.Duration":
                getattr(message, field.name).seconds = 10
            elif field.message_type.full_name == "temporal.api.common.v1.Payloads":
                getattr(message, field.name).payloads.add(data=b'"in"', metadata={"encoding": b"json/plain"})
            elif depth and field.message_type.full_name.startswith("temporal."):
                _fill(getattr(message, field.name), name, method, depth - 1)
        else:
            value = _plain(field, name, method)
            if value is not None:
                setattr(message, field.name, value)


def _plain(field: FieldDescriptor, name: str, method: str) -> Any:
    match field.type:
        case FieldDescriptor.TYPE_STRING:
            return _text(field.name, name, method)
        case FieldDescriptor.TYPE_BYTES:
            return b"no token of this server" if field.name.endswith("token") and "page" not in field.name else None
        case FieldDescriptor.TYPE_ENUM:
            return field.enum_type.values[1].number if len(field.enum_type.values) > 1 else None
        case _:
            return None


def _text(field: str, name: str, method: str) -> str | None:
    if field == "namespace":
        return "no-such-namespace" if method in CHANGES_NAMESPACE else "default"
    if field.endswith("run_id"):
        return SOME_ID
    if field in ("query", "visibility_query", "cron_schedule", "start_time", "time_zone_name", "timezone_name", "normal_name"):
        return None
    return f"{name}-{field.replace('_', '-')}"


def _copy(message: Message) -> Any:
    copy = type(message)()
    copy.CopyFrom(message)
    return copy


def is_list(field: FieldDescriptor) -> bool:
    """Whether a field is repeated, a map included."""
    return bool(field.is_repeated) if hasattr(field, "is_repeated") else field.label == FieldDescriptor.LABEL_REPEATED
