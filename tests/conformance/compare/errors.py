"""Sends wrong requests to a method of one server, and says how each was answered: with which code, text and details, or well."""

import re
import uuid

import grpc
import grpc.aio
from temporalio.api.common.v1 import GrpcStatus

from conformance.compare.difference import Difference, differences
from conformance.compare.normalize import Normalizer
from conformance.compare.requests import WAITS, Method, cases
from conformance.compare.scene import error_detail

# No wrong request has reason to wait; what does is recorded as DEADLINE_EXCEEDED.
LIMIT_SECONDS = 20.0
# Polls come back empty a second before their time is over.
POLL_LIMIT_SECONDS = 3.0
# The reference hides its own failures behind the hash of a message.
_REQUEST_HASH = re.compile(r"\([0-9a-f]{8}\)")

# By the label of each case. One text for code, message and details, since a known difference is one of the whole answer.
Answers = dict[str, str]


async def answers(channel: grpc.aio.Channel, method: Method) -> Answers:
    """How one server answers all that is wrong for a method."""
    name = f"{method.name.lower()}-{uuid.uuid4().hex[:8]}"
    normalizer = Normalizer(name)
    call = channel.unary_unary(method.path)
    limit = POLL_LIMIT_SECONDS if method.name in WAITS else LIMIT_SECONDS
    found: Answers = {}
    for case in cases(method, name):
        try:
            await call(case.request.SerializeToString(), timeout=limit)
        except grpc.aio.AioRpcError as error:
            found[case.label] = normalizer.text(_text(error))
        else:
            found[case.label] = "OK"
    return found


def _text(error: grpc.aio.AioRpcError) -> str:
    if error.code() == grpc.StatusCode.DEADLINE_EXCEEDED:
        # Whose clock ended it first is no difference.
        return "DEADLINE_EXCEEDED"
    status = GrpcStatus()
    for key, value in error.trailing_metadata() or ():
        if key == "grpc-status-details-bin":
            status.ParseFromString(value)
    details = ", ".join(str(error_detail(detail)) for detail in status.details)
    return f"{error.code().name}: {_REQUEST_HASH.sub('(…)', error.details() or '')} [{details}]"


def compared(method: Method, temporal: Answers, sundial: Answers) -> list[Difference]:
    """Differences of the answers. A method that the reference does not have is not compared."""
    if temporal.get("whole", temporal["empty"]).startswith("UNIMPLEMENTED"):
        return []
    return differences(f"{method.service}.{method.name}", temporal, sundial)
