# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""The child process: an uploaded picture on standard input, the same one drawn anew on standard output.

Started by `pictures.clean` as ``python -m allmende.kernel.files.child LIMITS``. It limits itself before it looks at the first byte,
and never imports Django: it holds no secret and no database connection. Exit code 0, or 3 with ``{"error": reason}``.
"""

import json
import sys

from allmende.kernel import processes
from allmende.kernel.files.engine import pictures

UNREADABLE = 3


def main() -> int:
    """Read, answer, end."""
    limits = json.loads(sys.argv[1])
    processes.limit(limits["process"])
    try:
        sys.stdout.buffer.write(pictures.clean(sys.stdin.buffer.read(), limits))
    except pictures.PictureRefused as refused:
        json.dump({"error": refused.reason}, sys.stdout)
        return UNREADABLE
    return 0


if __name__ == "__main__":
    sys.exit(main())
