"""The entry point: loads everything while the component is built, and answers the contract's two functions afterwards.

The order matters: clocks and seeds are fixed before anything reads them, and the refusals begin when nothing is left to load.
"""

import sys

sys.dont_write_bytecode = True

from sundial_guest import refusals  # noqa: E402

refusals.before_imports()

import os  # noqa: E402

os.environ["PROTOCOL_BUFFERS_PYTHON_IMPLEMENTATION"] = "python"

from sundial_guest import bridge  # noqa: E402

bridge.install()

from sundial_guest import absent, image, log, project, runtime_modules, warm_up  # noqa: E402
from sundial_guest.definitions import describe  # noqa: E402
from sundial_guest.runner import Runner  # noqa: E402
from wit_world import exports  # noqa: E402
from wit_world.exports.guest import WorkflowDefinition  # noqa: E402
from wit_world.imports import host  # noqa: E402

runtime_modules.load()
_end_of_stand_ins = absent.install(project.is_authors, project.INSTALLED)
_modules = project.load()
_workflows = project.workflows(_modules)
if not _workflows:
    raise SystemExit("no class is decorated with @workflow.defn; name its module in pyproject.toml, [tool.sundial] workflows")
_definitions = describe(_workflows)
_runner = Runner(_workflows, project.data_converter(_modules), project.interceptors(_modules))
project.report(absent.found)
_end_of_stand_ins()
image.no_source_lookups()
warm_up.run()
refusals.seal()
image.prepare()
log.install()

_entered = False


class Guest(exports.Guest):
    """The exports of the contract `sundial:workflow`."""

    def describe(self) -> list[WorkflowDefinition]:
        refusals.begin()
        return _definitions

    def activate(self, activation: bytes) -> bytes:
        global _entered
        if not _entered:
            refusals.begin()
            run = host.run()
            _runner.place(run.namespace, run.task_queue)
            _entered = True
        try:
            return _runner.activate(activation)
        finally:
            log.finish()
