# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""The child process: a document on standard input, its blocks as JSON on standard output.

Started by `service.extract` as ``python -m allmende.kernel.documents.child MEDIA_TYPE LIMITS``. It limits itself before
it looks at the first byte, and never imports Django: it holds no secret and no database connection. Exit code 0 with
``{"title", "blocks"}``, or 3 with ``{"error": code}`` for a document that cannot be read.
"""

import json
import re
import sys
from collections.abc import Iterator
from dataclasses import asdict

from allmende.kernel import processes
from allmende.kernel.documents.engine import archive
from allmende.kernel.documents.engine.blocks import Block, Kind, with_sections
from allmende.kernel.documents.engine.markdown import from_markdown, from_text

UNREADABLE = 3
BY_KREUZBERG = {
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "application/vnd.oasis.opendocument.text",
    "text/html",
}
IN_ZIP = BY_KREUZBERG - {"text/html"}


def read(content: bytes, media_type: str, limits: dict[str, int]) -> Iterator[Block]:
    """Blocks of the document. Raises ValueError whose text is an error code."""
    if media_type in IN_ZIP:
        archive.check(content, limits)
    if media_type == "application/pdf":
        from allmende.kernel.documents.engine.pdf import from_pdf

        return from_pdf(content)
    if media_type in BY_KREUZBERG:
        return from_markdown(_as_markdown(content, media_type))
    text = content.decode("utf-8-sig", errors="replace")
    return from_markdown(text) if media_type == "text/markdown" else from_text(text)


def _as_markdown(content: bytes, media_type: str) -> str:
    import kreuzberg

    # its cache would write the plain text below the home folder
    # a <title> would arrive as the first heading
    content = re.sub(rb"(?is)<title\b.*?</title>", b"", content) if media_type == "text/html" else content
    config = kreuzberg.ExtractionConfig(use_cache=False, output_format="markdown")
    return str(kreuzberg.extract_bytes_sync(content, media_type, config=config).content)


def main() -> int:
    """Read, answer, end."""
    media_type, limits = sys.argv[1], json.loads(sys.argv[2])
    processes.limit(limits)
    content = sys.stdin.buffer.read()
    try:
        blocks = list(with_sections(read(content, media_type, limits)))
    except MemoryError:
        return _refuse("memory")
    except ValueError as error:
        return _refuse(str(error))
    except Exception as error:  # noqa: BLE001  (a parser of foreign files may fail in any way; the parent names the kind)
        return _refuse(f"unreadable: {type(error).__name__}")
    title = next((block.text for block in blocks if block.kind is Kind.HEADING), "")
    answer = json.dumps({"title": title, "blocks": [asdict(block) for block in blocks]})
    if len(answer) > limits["output_bytes"]:
        return _refuse("too_large")
    sys.stdout.write(answer)
    return 0


def _refuse(code: str) -> int:
    json.dump({"error": code}, sys.stdout)
    return UNREADABLE


if __name__ == "__main__":
    sys.exit(main())
