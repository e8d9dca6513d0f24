"""The local activity of the workflows here: notes each attempt, fails as often as it is told to, and takes its time."""

import json
import os
import sys
import time
from pathlib import Path

work = json.load(sys.stdin)
attempt = int(os.environ["SUNDIAL_ATTEMPT"])
with Path(work["record"]).open("a") as record:
    record.write(f"{attempt}\n")
if attempt <= work["failures"]:
    print("::failure", json.dumps({"type": "NotYet", "message": f"attempt {attempt} fails"}), file=sys.stderr)
    sys.exit(1)
time.sleep(work["takes_ms"] / 1000)
json.dump({"attempt": attempt}, sys.stdout)
