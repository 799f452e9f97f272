# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Django system checks of the whole house."""

from typing import Any

from django.core.checks import CheckMessage, Error, register

from allmende.kernel.registry import registry


@register()
def declarations_are_sound(**_kwargs: Any) -> list[CheckMessage]:
    """Every target that a room declares can be imported."""
    return [Error(problem, id="allmende.E001") for problem in registry().problems()]
