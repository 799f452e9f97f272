# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""The child process: a picture on standard input; on standard output it decoded, or as a small JPEG for the eye.

Started as ``python -m allmende.modules.anonymiser.decoding LIMITS PREVIEW`` by whoever must not open foreign pictures itself. PREVIEW
is JSON: ``null`` for all pixels as engine/parcels.py packs them, or ``{"side", "quality"}``. Exit code 0, or 3 with
``{"error": reason}`` as that of PictureRefused.
"""

import json
import sys

from allmende.kernel import processes
from allmende.modules.anonymiser.engine import parcels, pictures

UNREADABLE = 3


def main() -> int:
    """Read, answer, end."""
    processes.limit(json.loads(sys.argv[1]))
    preview = json.loads(sys.argv[2])
    try:
        picture = pictures.read(sys.stdin.buffer.read())
    except pictures.PictureRefused as refused:
        lacking = isinstance(refused.__cause__, MemoryError)
        json.dump({"error": "too_large" if lacking else refused.reason}, sys.stdout)
        return UNREADABLE
    parts = [pictures.small(picture.pixels, **preview)] if preview else parcels.packed(picture)
    for part in parts:
        sys.stdout.buffer.write(part)
    return 0


if __name__ == "__main__":
    sys.exit(main())
