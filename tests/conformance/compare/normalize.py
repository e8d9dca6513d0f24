"""Makes what a server gave comparable: times, tokens and what a server measures count only by being there.

Ids stay as they are: `identifiers.py` pairs those of the two servers. Nothing is dropped that a client could act on.
"""

import base64
import math
import re
from typing import Any

from google.protobuf.descriptor import FieldDescriptor
from google.protobuf.duration_pb2 import Duration
from google.protobuf.message import Message
from google.protobuf.timestamp_pb2 import Timestamp

from conformance.compare.requests import is_list

# What the SDKs put in by themselves: process@host, and the sticky queues that are named after it.
_IDENTITY = re.compile(r"\b\d+@[\w.-]+")
_STICKY = re.compile(r"<identity>-[0-9a-f]{32}")
# The wall-clock times in the markers of local activities, which the SDKs write.
_SDK_TIME = re.compile(r'\{"seconds":\d+,"nanos":\d+\}|(?<="ReplayTime":)"[^"]+"')
# The end of the id of what a schedule started.
_SCHEDULED_TIME = re.compile(r"(?<=-)\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")

# Numbers that a server counts for itself, in its own encoding, and how long things took.
_MEASURED = {"history_size_bytes", "size_bytes", "state_transition_count", "execution_duration"}
# Positions in a server's own task queues and databases.
_INTERNAL = {"task_id", "shard_id"}
_TOKENS = {"task_token", "next_page_token", "conflict_token", "long_poll_token"}
# The epoch, and the year 1, which is Go's time that was never set.
_NO_TIME = {0, -62135596800}
# What is left of an interval, of a second mostly: how much of it has passed depends on the machine.
_ROUNDED = {"first_workflow_task_backoff"}
# Sets that are sent as lists.
_UNORDERED = {"core_used_flags", "lang_used_flags"}


class Normalizer:
    """`unique` is the program's own name on this server, which differs between the two."""

    def __init__(self, unique: str) -> None:
        self._unique = unique

    def text(self, value: str) -> str:
        value = value.replace(self._unique, "<name>")
        value = _IDENTITY.sub("<identity>", _SCHEDULED_TIME.sub("<time>", value))
        return _SDK_TIME.sub('"<time>"', _STICKY.sub("<sticky queue>", value))

    def value(self, value: Any) -> Any:
        """Plain values, lists and dictionaries of them, and messages of protobuf."""
        match value:
            case Timestamp():
                return "<no time>" if value.seconds in _NO_TIME else "<time>"
            case Duration():
                return f"{value.ToNanoseconds() / 1e9:g} s"
            case Message():
                return self._message(value)
            case bytes():
                return self._bytes(value)
            case str():
                return self.text(value)
            case dict():
                return {self.text(str(key)): self.value(value[key]) for key in sorted(value, key=str)}
            case list() | tuple():
                return [self.value(item) for item in value]
            case _:
                return value

    def _bytes(self, value: bytes) -> str:
        try:
            return self.text(value.decode())
        except UnicodeDecodeError:
            return base64.b64encode(value).decode()

    def _message(self, message: Message) -> dict[str, Any]:
        fields: dict[str, Any] = {}
        for field, value in message.ListFields():
            if field.name in _INTERNAL:
                continue
            if field.name in _MEASURED:
                fields[field.name] = "<measured>"
            elif field.name in _TOKENS:
                fields[field.name] = "<token>"
            elif field.name in _ROUNDED:
                fields[field.name] = f"{math.ceil(value.ToNanoseconds() / 1e9)} s"
            elif field.name in _UNORDERED:
                fields[field.name] = sorted(value)
            else:
                fields[field.name] = self._field(field, value)
        return fields

    def _field(self, field: FieldDescriptor, value: Any) -> Any:
        if field.message_type is not None and field.message_type.GetOptions().map_entry:
            of_map = field.message_type.fields_by_name["value"]
            return {self.text(str(key)): self._one(of_map, value[key]) for key in sorted(value)}
        if is_list(field):
            return [self._one(field, item) for item in value]
        return self._one(field, value)

    def _one(self, field: FieldDescriptor, value: Any) -> Any:
        if field.enum_type is not None:
            known = field.enum_type.values_by_number.get(value)
            return known.name if known else value
        return self.value(value)
