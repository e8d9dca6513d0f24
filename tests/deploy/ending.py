"""How long `sundial` may take to end: what every file in deploy/ has to leave it."""

import re

from harness.server import CHECKOUT


def _shutdown_limit_seconds() -> float:
    source = (CHECKOUT / "host/cli/src/commands/server.rs").read_text()
    found = re.search(r"SHUTDOWN_LIMIT: Duration = Duration::from_secs\((\d+)\)", source)
    assert found, "the limit of a shutdown is not where it was"
    return float(found[1])


SHUTDOWN_LIMIT_SECONDS = _shutdown_limit_seconds()
