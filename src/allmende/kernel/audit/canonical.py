# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""How an entry is written down to be hashed, and what may be written down at all."""

import hashlib
import json
import math
import re
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import yaml

MAX_TEXT = 200
"""Characters of a text in the detail: the audit holds names, states and numbers, not what people wrote."""


class SecretInDetailError(ValueError):
    """Somebody tried to log a secret. Nothing was written."""


@cache
def _secrets() -> tuple[frozenset[tuple[str, ...]], tuple[re.Pattern[str], ...]]:
    data = yaml.safe_load((Path(__file__).parent / "data" / "secrets.yaml").read_text(encoding="utf-8"))
    words = frozenset(tuple(entry.split()) for entry in data["words"])
    return words, tuple(re.compile(pattern) for pattern in data["values"])


def refuse_secrets(value: object, path: str = "detail") -> None:
    """Raises SecretInDetailError when a key or text, at any depth, looks like a secret; the message repeats none."""
    if isinstance(value, dict):
        for key, inner in value.items():
            if _is_secret_key(str(key)):
                raise SecretInDetailError(f"{path}.{key} looks like a secret and was not logged.")
            refuse_secrets(inner, f"{path}.{key}")
    elif isinstance(value, list | tuple):
        for number, inner in enumerate(value):
            refuse_secrets(inner, f"{path}[{number}]")
    elif isinstance(value, str) and any(pattern.search(value) for pattern in _secrets()[1]):
        raise SecretInDetailError(f"{path} looks like a secret and was not logged.")


def _is_secret_key(key: str) -> bool:
    spaced = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", key)
    words = [word for word in re.split(r"[^a-zäöüß0-9]+", spaced.lower()) if word]
    forbidden = _secrets()[0]
    runs = {tuple(words[start : start + length]) for length in (1, 2) for start in range(len(words))}
    return bool(runs & forbidden)


def plain(value: object) -> Any:
    """The value in the form in which both databases give it back: dictionaries, lists, text, numbers, yes, no, nothing.

    Text longer than 200 characters is cut. Raises TypeError for anything that has no such form.
    """
    if value is None or isinstance(value, bool | int):
        return value
    if isinstance(value, float):
        return _plain_number(value)
    if isinstance(value, str):
        return text(value)
    if isinstance(value, dict):
        return {text(str(key)): plain(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        items = sorted(value, key=str) if isinstance(value, set | frozenset) else value
        return [plain(inner) for inner in items]
    raise TypeError(f"The audit cannot hold a {type(value).__name__}; give it as text.")


def _plain_number(value: float) -> int | float:
    """PostgreSQL keeps JSON numbers as decimals: 1e22 comes back as a whole number, so it goes in as one."""
    if not math.isfinite(value):
        raise TypeError("The audit cannot hold a number that is not finite.")
    return int(value) if value.is_integer() else value


def text(value: str, limit: int = MAX_TEXT) -> str:
    """Text without NUL and lone surrogates, which PostgreSQL refuses, cut to `limit` characters."""
    clean = str(value).replace("\0", "").encode("utf-8", "replace").decode("utf-8")
    return clean if len(clean) <= limit else clean[: limit - 1] + "…"


def digest(
    *,
    seq: int,
    at: datetime,
    action: str,
    actor_id: str,
    actor_name: str,
    subject: str,
    detail: Any,
    previous_hash: str,
) -> str:
    """SHA-256 (hexadecimal) of the entry as JSON: sorted keys, no spaces, UTF-8, the time in UTC with microseconds."""
    content = {
        "seq": seq,
        "at": at.astimezone(UTC).isoformat(timespec="microseconds"),
        "action": action,
        "actor_id": actor_id,
        "actor_name": actor_name,
        "subject": subject,
        "detail": detail,
        "previous_hash": previous_hash,
    }
    written = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
    return hashlib.sha256(written.encode()).hexdigest()
