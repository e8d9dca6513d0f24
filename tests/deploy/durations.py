"""Durations as Docker Compose writes them."""

import re

UNITS_SECONDS = {"h": 3600, "m": 60, "s": 1}


def seconds(duration: str) -> float:
    """The seconds of 40s, 1m0s or 1h."""
    return sum(float(number) * UNITS_SECONDS[unit] for number, unit in re.findall(r"([\d.]+)([hms])", duration))
