"""Builds a component: `python -m sundial_build PROJECT --output FILE --cache FOLDER --wit FOLDER`. Prints a report as JSON."""

import argparse
import json
import sys
from pathlib import Path

from sundial_build.component import build
from sundial_build.problem import Problem


def main() -> int:
    arguments = argparse.ArgumentParser(prog="sundial_build", description=__doc__)
    arguments.add_argument("project", type=Path)
    arguments.add_argument("--output", type=Path, required=True)
    arguments.add_argument("--cache", type=Path, required=True)
    arguments.add_argument("--wit", type=Path, required=True)
    given = arguments.parse_args()
    try:
        report = build(given.project.resolve(), given.output, given.cache, given.wit)
    except Problem as problem:
        print(json.dumps({"problem": problem.what, "hint": problem.hint}))
        return 1
    print(json.dumps(report))
    return 0


sys.exit(main())
