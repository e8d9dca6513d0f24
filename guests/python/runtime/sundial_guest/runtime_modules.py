"""Modules that are loaded although nothing may import them: parts of Python that are first needed when a workflow runs.

There is nothing to load them from afterwards.
"""

import importlib

# What the standard library imports inside functions, and what workflow code commonly does.
NAMES = (
    *("_strptime", "base64", "bisect", "calendar", "copy", "csv", "dataclasses", "decimal", "difflib", "enum", "fractions"),
    *("functools", "hashlib", "heapq", "hmac", "html", "inspect", "io", "itertools", "json", "linecache", "locale", "math"),
    *("numbers", "operator", "pickle", "pprint", "random", "re", "secrets", "shlex", "statistics", "string", "struct"),
    *("subprocess", "tempfile", "textwrap", "threading", "tokenize", "traceback", "types", "typing", "unicodedata", "urllib.error"),
    *("urllib.parse", "urllib.request", "uuid", "http.client", "socket", "warnings", "weakref", "xml.etree.ElementTree", "zlib"),
    *("zoneinfo", "asyncio", "concurrent.futures.thread", "queue", "ipaddress", "pathlib", "platform", "stringprep"),
    *("encodings.ascii", "encodings.cp437", "encodings.idna", "encodings.latin_1", "encodings.punycode", "encodings.utf_16"),
    *("encodings.utf_16_le", "encodings.utf_32", "encodings.utf_8_sig", "encodings.raw_unicode_escape"),
    *("encodings.unicode_escape", "encodings.hex_codec", "encodings.base64_codec", "encodings.iso8859_1", "encodings.cp1252"),
    # The SDK's own late imports.
    *("temporalio.worker.workflow_sandbox", "temporalio.converter", "temporalio.testing", "temporalio.client"),
)


def load() -> None:
    """Imports all of them; not every build of Python has every one."""
    for name in NAMES:
        try:
            importlib.import_module(name)
        except ImportError:
            continue
