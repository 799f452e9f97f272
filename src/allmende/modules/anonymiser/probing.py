# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""The child process: a film on standard input, what its head says of it as JSON on standard output.

Started as ``python -m allmende.modules.anonymiser.probing LIMITS`` by whoever must not open foreign films itself. No frame
is decoded beyond what the libraries need to know the kind. Exit code 0 with ``{"width", "height", "seconds", "frames"}``, or 3 with
``{"error": reason}`` as that of PictureRefused.
"""

import io
import json
import sys

from allmende.kernel import processes
from allmende.modules.anonymiser.engine.films import Film
from allmende.modules.anonymiser.engine.pictures import PictureRefused

UNREADABLE = 3


def main() -> int:
    """Read, answer, end."""
    processes.limit(json.loads(sys.argv[1]))
    try:
        with Film.of(io.BytesIO(sys.stdin.buffer.read())) as film:
            size = film.stream.codec_context
            said = {"width": size.width, "height": size.height, "seconds": film.seconds, "frames": film.expected}
    except PictureRefused as refused:
        json.dump({"error": refused.reason}, sys.stdout)
        return UNREADABLE
    json.dump(said, sys.stdout)
    return 0


if __name__ == "__main__":
    sys.exit(main())
