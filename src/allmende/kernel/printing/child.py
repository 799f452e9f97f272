# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""The child process: files and fonts as JSON on standard input, a PDF on standard output.

Started by `service.pdf` as ``python -m allmende.kernel.printing.child LIMITS``. Typesetting cannot be interrupted from inside the
process it runs in and takes the memory it wants, so it runs in one of its own. Exit code 3 with the reason as text
when the template cannot be set.
"""

import json
import sys
from datetime import UTC, datetime
from typing import Any, Final

from allmende.kernel import processes

FAILED = 3
STANDARD: Final = "ua-1"
EPOCH = datetime.fromtimestamp(0, UTC)
"""Stands wherever a moment of printing would: the same data is the same file."""


def main() -> int:
    """Read, set, answer."""
    processes.limit(json.loads(sys.argv[1]))
    order = json.load(sys.stdin)
    import typst

    files: Any = {
        name: text.encode() for name, text in order["files"].items()
    }  # its types do not know that it takes several
    try:
        pdf = typst.compile(
            files,
            font_paths=order["fonts"],
            ignore_system_fonts=True,
            pdf_standards=STANDARD,
            timestamp=EPOCH,
        )
    except typst.TypstError as error:
        sys.stdout.write(str(error))
        return FAILED
    sys.stdout.buffer.write(pdf)
    return 0


if __name__ == "__main__":
    sys.exit(main())
