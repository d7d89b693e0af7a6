"""Prints the studio's description of its API, which the types of its page are made from.

python -m tools.describe_api > openapi.json
"""

from __future__ import annotations

import json
import sys

from tools.make_client import describe

if __name__ == "__main__":
    sys.stdout.write(json.dumps(describe()))
