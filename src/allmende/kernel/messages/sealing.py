# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""What waits to be sent holds names and private links, so it lies in the database unreadable without the secret key."""

import base64
import json
from typing import Any

from allmende.kernel.web.sealing import Seal, SealError

__all__ = ["SealError", "seal", "seal_file", "seal_secret", "unseal", "unseal_file", "unseal_secret"]

_content = Seal("allmende.messages.content.1")
_file = Seal("allmende.messages.file.1")
_secret = Seal("allmende.messages.webhook.1")


def seal(content: dict[str, Any]) -> str:
    """Plain data, sealed."""
    return _content.close(json.dumps(content, ensure_ascii=False))


def unseal(sealed: str) -> dict[str, Any]:
    """The data again. Raises SealError."""
    found: dict[str, Any] = json.loads(_content.open(sealed))
    return found


def seal_file(content: bytes) -> str:
    """A file, sealed."""
    return _file.close(base64.b64encode(content).decode())


def unseal_file(sealed: str) -> bytes:
    """The file again. Raises SealError."""
    return base64.b64decode(_file.open(sealed))


def seal_secret(secret: str) -> str:
    """The secret of a destination, sealed."""
    return _secret.close(secret)


def unseal_secret(sealed: str) -> str:
    """The secret again. Raises SealError."""
    return _secret.open(sealed)
