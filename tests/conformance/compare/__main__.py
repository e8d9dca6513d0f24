"""`python -m conformance.compare [PATTERN...]`, from the folder tests: runs programs and prints every difference, known or not.

Servers are started unless TEMPORAL_TEST_ADDRESS and SUNDIAL_TEST_ADDRESS name running ones. With SUNDIAL_TEST_POSTGRES, ours on PostgreSQL runs
the programs too.
"""

import asyncio
import logging
import sys
from fnmatch import fnmatchcase

from temporalio.client import Client

from conformance.compare.conftest import on_postgres, running
from conformance.compare.difference import load_known
from conformance.compare.program import all_programs, running_drivers
from conformance.compare.run import compare


async def main(patterns: list[str]) -> int:
    wanted = [
        program
        for program in all_programs()
        if not patterns or any(fnmatchcase(program.name, pattern) for pattern in patterns)
    ]
    if not wanted:
        print("no program has such a name", file=sys.stderr)
        return 2
    known = load_known()
    unknown = 0
    temporal, sundial = await running("temporal"), await running("sundial")
    try:
        clients = [await Client.connect(server.address) for server in (temporal, sundial)]
        async with on_postgres() as others, running_drivers(wanted):
            for program in wanted:
                found = await compare(program, *clients, *others)
                print(f"{program.name}: {len(found)} differences", flush=True)
                for difference in found:
                    reason = next((entry.reason for entry in known if entry.covers(difference)), None)
                    unknown += reason is None
                    print(f"  {difference}" + (f"\n    known: {reason}" if reason else ""), flush=True)
    finally:
        temporal.stop()
        sundial.stop()
    return 1 if unknown else 0


logging.getLogger("temporalio").setLevel(logging.CRITICAL)
sys.exit(asyncio.run(main(sys.argv[1:])))
