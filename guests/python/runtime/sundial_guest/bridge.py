"""Stands in for the native half of Temporal's SDK, which talks to a server and so has no place in a component.

The SDK imports names from it while it is loaded; none of them may be called here.
"""

import sys
import types

NAME = "temporalio.bridge.temporal_sdk_bridge"


class _Bridge(types.ModuleType):
    """Answers every name with a class, because the SDK catches and subclasses some of them."""

    def __getattr__(self, name: str) -> type:
        if name.startswith("__"):
            raise AttributeError(name)
        stand_in = type(name, (Exception,), {"__module__": NAME})
        setattr(self, name, stand_in)
        return stand_in


def install() -> None:
    """Puts the stand-in where the SDK looks for its native module. Before anything of the SDK is imported."""
    sys.modules[NAME] = bridge = _Bridge(NAME)
    # An import that finds the module loaded does not bind it in its package; the SDK reads it from there.
    import temporalio.bridge

    temporalio.bridge.temporal_sdk_bridge = bridge
