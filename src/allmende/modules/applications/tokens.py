# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""The token of a draft: a code that people can read and type. It finds the draft and opens its seal; the server does not keep it."""

import hashlib
import json
import secrets
from typing import Any

from cryptography.fernet import InvalidToken

from allmende.kernel.web.sealing import derived
from allmende.modules.applications import rules

PURPOSE = b"allmende.applications.draft.1"


class WrongTokenError(Exception):
    """Something was sealed with another token, or changed."""


def make() -> str:
    """A new token of about a hundred bits."""
    return "".join(secrets.choice(rules.drafts()["alphabet"]) for _letter in range(length()))


def length() -> int:
    """How many characters a token has."""
    settings = rules.drafts()
    return int(settings["groups"]) * int(settings["letters"])


def normal(typed: str) -> str:
    """The token in what somebody typed, with spaces and hyphens, in small letters."""
    return "".join(letter for letter in typed.upper() if letter in rules.drafts()["alphabet"])


def grouped(token: str) -> str:
    """``ABCD EFGH …``, to be read and written down."""
    size = rules.drafts()["letters"]
    return " ".join(token[begin : begin + size] for begin in range(0, len(token), size))


def digest(token: str) -> str:
    """What the database knows of a token; it leads nowhere back."""
    return hashlib.sha256(PURPOSE + token.encode()).hexdigest()


def close(token: str, content: Any) -> str:
    """Plain data, unreadable without the token."""
    return derived(token, PURPOSE).encrypt(json.dumps(content, ensure_ascii=False).encode()).decode()


def open_with(token: str, sealed: str) -> Any:
    """The data again. Raises WrongTokenError."""
    try:
        return json.loads(derived(token, PURPOSE).decrypt(sealed.encode()))
    except InvalidToken as error:
        raise WrongTokenError from error
