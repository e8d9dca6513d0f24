"""Tells the host which workflows a component has: the answer of `describe`."""

import inspect
from collections.abc import Iterable, Mapping

from temporalio import workflow
from wit_world.exports.guest import Handler, WorkflowDefinition


def describe(workflows: Iterable[type]) -> list[WorkflowDefinition]:
    """The definitions of workflow classes, in their order. A dynamic workflow has no type, so it is not listed."""
    definitions = [workflow._Definition.must_from_class(one) for one in workflows]
    return [_definition(one) for one in definitions if one.name]


def _definition(definition: workflow._Definition) -> WorkflowDefinition:
    return WorkflowDefinition(
        workflow_type=definition.name,
        description=_first_sentences(definition.cls.__doc__),
        signals=_handlers(definition.signals),
        queries=_handlers(definition.queries),
        updates=_handlers(definition.updates),
    )


def _handlers(handlers: Mapping) -> list[Handler]:
    """Handlers by name. The dynamic one has no name; those of the system begin with two underscores."""
    return [
        Handler(name=name, description=one.description or _first_sentences(getattr(one.fn, "__doc__", None)))
        for name, one in handlers.items()
        if name and not name.startswith("__")
    ]


def _first_sentences(text: str | None) -> str:
    """The first paragraph of a docstring, on one line."""
    if not text:
        return ""
    return " ".join(inspect.cleandoc(text).split("\n\n", 1)[0].split())
