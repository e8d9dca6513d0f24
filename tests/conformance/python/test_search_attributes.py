"""Users' search attributes: registered, set at the start, changed by a workflow, and found by list filters."""

from datetime import UTC, datetime

import pytest
from temporalio.api.command.v1 import Command
from temporalio.api.common.v1 import Payload, SearchAttributes
from temporalio.api.enums.v1 import CommandType, IndexedValueType
from temporalio.api.operatorservice.v1 import AddSearchAttributesRequest, ListSearchAttributesRequest
from temporalio.client import Client
from temporalio.common import SearchAttributeKey, SearchAttributePair, TypedSearchAttributes
from temporalio.service import RPCError, RPCStatusCode

from harness.raw import RawWorker
from harness.wait import eventually

COLOR = SearchAttributeKey.for_keyword("Color")
SIZE = SearchAttributeKey.for_int("Size")
PRICE = SearchAttributeKey.for_float("Price")
SOLD = SearchAttributeKey.for_bool("Sold")
SHIPPED = SearchAttributeKey.for_datetime("Shipped")
LABELS = SearchAttributeKey.for_keyword_list("Labels")
NOTE = SearchAttributeKey.for_text("Note")
TYPES = {
    "Color": IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD,
    "Size": IndexedValueType.INDEXED_VALUE_TYPE_INT,
    "Price": IndexedValueType.INDEXED_VALUE_TYPE_DOUBLE,
    "Sold": IndexedValueType.INDEXED_VALUE_TYPE_BOOL,
    "Shipped": IndexedValueType.INDEXED_VALUE_TYPE_DATETIME,
    "Labels": IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD_LIST,
    "Note": IndexedValueType.INDEXED_VALUE_TYPE_TEXT,
}
SHIRT = [
    SearchAttributePair(COLOR, "red"),
    SearchAttributePair(SIZE, 42),
    SearchAttributePair(PRICE, 9.5),
    SearchAttributePair(SOLD, True),
    SearchAttributePair(SHIPPED, datetime(2024, 5, 1, tzinfo=UTC)),
    SearchAttributePair(LABELS, ["new", "cotton"]),
    SearchAttributePair(NOTE, "A warm shirt, for winter"),
]
HAT = [
    SearchAttributePair(COLOR, "reddish"),
    SearchAttributePair(SIZE, 58),
    SearchAttributePair(PRICE, 20.0),
    SearchAttributePair(SOLD, False),
    SearchAttributePair(SHIPPED, datetime(2024, 6, 1, tzinfo=UTC)),
    SearchAttributePair(LABELS, ["felt"]),
    SearchAttributePair(NOTE, "Cool in summer"),
]


# The reference compares the texts of instants on SQLite, and so never finds one that is exact.
EXACT_TIMES = [
    pytest.param(*case, marks=pytest.mark.sundial_only)
    for case in [
        ("Shipped = '2024-05-01T00:00:00Z'", "shirt"),
        ("Shipped = 1714521600000000000", "shirt"),
        ("Shipped > '2024-05-01T00:00:00Z'", "hat"),
    ]
]


@pytest.fixture(scope="module")
async def registered(client: Client) -> None:
    try:
        await client.operator_service.add_search_attributes(
            AddSearchAttributesRequest(namespace=client.namespace, search_attributes=TYPES)
        )
    except RPCError as error:
        # By an earlier run of this module against the same server.
        assert error.status == RPCStatusCode.ALREADY_EXISTS


@pytest.fixture(scope="module")
async def prefix(client: Client, registered: None) -> str:
    """A shirt and a hat with every attribute, and a box with none."""
    name = f"goods-{id(client)}"
    for item, pairs in (("shirt", SHIRT), ("hat", HAT), ("box", [])):
        await client.start_workflow(
            "Goods", id=f"{name}-{item}", task_queue=name, search_attributes=TypedSearchAttributes(pairs)
        )

    async def all_listed() -> bool:
        return (await client.count_workflows(f"WorkflowId STARTS_WITH '{name}'")).count == 3

    await eventually(all_listed)
    return name


async def found(client: Client, prefix: str, query: str) -> set[str]:
    whole = f"WorkflowId STARTS_WITH '{prefix}' AND ({query})"
    listed = {one.id.removeprefix(f"{prefix}-") async for one in client.list_workflows(whole)}
    assert (await client.count_workflows(whole)).count == len(listed)
    return listed


async def test_what_was_registered_is_listed(client: Client, registered: None) -> None:
    listed = await client.operator_service.list_search_attributes(
        ListSearchAttributesRequest(namespace=client.namespace)
    )
    assert TYPES.items() <= dict(listed.custom_attributes).items()


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("Color = 'red'", "shirt"),
        ("Color != 'red'", "hat"),
        ("`Color` = 'red'", "shirt"),
        ("Color IN ('red', 'blue')", "shirt"),
        ("Color NOT IN ('red', 'blue')", "hat"),
        ("Color STARTS_WITH 'red'", "shirt hat"),
        ("Color NOT STARTS_WITH 'reddi'", "shirt"),
        ("Color IS NULL", "box"),
        ("Color IS NOT NULL", "shirt hat"),
        ("Size = 42", "shirt"),
        ("Size > 42", "hat"),
        ("Size >= 42", "shirt hat"),
        ("Size BETWEEN 40 AND 50", "shirt"),
        ("Size NOT BETWEEN 40 AND 50", "hat"),
        ("Size IN (42, 43)", "shirt"),
        ("Price < 10.5", "shirt"),
        ("Price = 20", "hat"),
        ("Sold = true", "shirt"),
        ("Sold != true", "hat"),
        ("Shipped > '2024-05-02T00:00:00Z'", "hat"),
        ("Shipped < '2024-05-01T00:00:01Z'", "shirt"),
        *EXACT_TIMES,
        ("Shipped BETWEEN '2024-05-01T00:00:00+02:00' AND '2024-05-02T00:00:00Z'", "shirt"),
        ("Labels = 'cotton'", "shirt"),
        ("Labels != 'cotton'", "hat box"),
        ("Labels IN ('felt', 'new')", "shirt hat"),
        ("Labels NOT IN ('felt', 'wool')", "shirt box"),
        ("Labels IS NULL", "box"),
        ("Note = 'warm'", "shirt"),
        ("Note = 'SUMMER winter'", "shirt hat"),
        ("Note != 'warm'", "hat box"),
        ("Color = 'red' OR (Size > 50 AND NOT Sold = true)", "shirt hat"),
        ("Color = 'red' AND WorkflowType = 'Goods'", "shirt"),
    ],
)
async def test_a_filter_finds_what_it_describes(client: Client, prefix: str, query: str, expected: str) -> None:
    assert await found(client, prefix, query) == set(expected.split())


@pytest.mark.parametrize(
    "query",
    [
        "NeverRegistered = 'x'",
        "Labels BETWEEN 'a' AND 'b'",
        "Note IN ('warm')",
        # The reference finds nothing by these.
        pytest.param("Color = 7", marks=pytest.mark.sundial_only),
        pytest.param("Size = 'large'", marks=pytest.mark.sundial_only),
        "Labels > 'a'",
        "Labels STARTS_WITH 'a'",
        "Note STARTS_WITH 'a'",
        "Shipped = 'yesterday'",
    ],
)
async def test_a_filter_that_makes_no_sense_is_refused(client: Client, prefix: str, query: str) -> None:
    with pytest.raises(RPCError) as caught:
        await client.count_workflows(query)
    assert caught.value.status == RPCStatusCode.INVALID_ARGUMENT


async def test_a_workflow_changes_what_it_is_found_by(client: Client, raw: RawWorker, registered: None) -> None:
    def plain(data: str, kind: str) -> Payload:
        return Payload(metadata={"encoding": b"json/plain", "type": kind.encode()}, data=data.encode())

    # A client that does not know the types leaves them out.
    untyped = Payload(metadata={"encoding": b"json/plain"}, data=b'"2024-07-01T00:00:00Z"')
    first = {"Shipped": untyped, "Color": plain('"green"', "Keyword")}
    await raw.start(search_attributes=SearchAttributes(indexed_fields=first))
    mine = f"WorkflowId = '{raw.task_queue}'"

    async def counts(query: str) -> bool:
        return (await client.count_workflows(f"{mine} AND {query}")).count == 1

    await eventually(lambda: counts("Shipped > '2024-06-30T00:00:00Z' AND Color = 'green'"))
    command = Command(command_type=CommandType.COMMAND_TYPE_UPSERT_WORKFLOW_SEARCH_ATTRIBUTES)
    fields = command.upsert_workflow_search_attributes_command_attributes.search_attributes.indexed_fields
    fields["Color"].CopyFrom(plain('"brown"', "Keyword"))
    fields["Size"].CopyFrom(plain("5", "Int"))
    fields["Shipped"].CopyFrom(plain("null", "Datetime"))
    await raw.answer(await raw.poll(), command)
    await eventually(lambda: counts("Color = 'brown' AND Size = 5 AND Shipped IS NULL"))
    assert not await counts("Color = 'green'")
