# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Monday at ten the offices of Lindental are open; Alice of the Bürgerbüro and Frida of the tax office are there when they say so."""

import uuid
from collections.abc import Callable
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from allmende.kernel.accounts.testing import make_user
from allmende.modules.assistant.live import presence, service
from allmende.modules.assistant.live.models import Chat
from allmende.modules.assistant.live.service import Wish

MONDAY_AT_TEN = datetime(2026, 11, 23, 10, 2, tzinfo=ZoneInfo("Europe/Berlin"))


@pytest.fixture
def at(monkeypatch: pytest.MonkeyPatch) -> Callable[[datetime], None]:
    """Set the clock of the town."""
    return lambda moment: monkeypatch.setattr("django.utils.timezone.now", lambda: moment)


@pytest.fixture
def monday(lindental: None, at: Any) -> None:
    at(MONDAY_AT_TEN)


@pytest.fixture
def alice(db: None) -> Any:
    return make_user("alice", "clerk", units=["buergerbuero"])


@pytest.fixture
def frida(db: None) -> Any:
    return make_user("frida", "clerk", units=["finanzen"])


@pytest.fixture
def there(monday: None, alice: Any) -> Any:
    """Alice, who is there."""
    presence.mark(alice, present=True)
    return alice


@pytest.fixture
def begun(there: Any) -> Callable[..., Chat]:
    """A chat that waits, of a new conversation."""

    def do(unit: str = "buergerbuero", transcript: str = "") -> Chat:
        wish = Wish(
            unit, "Was kostet ein Reisepass?", "masked" if transcript else "none", transcript, "Ich willige ein."
        )
        return service.begin(uuid.uuid4(), wish, language="de")

    return do
