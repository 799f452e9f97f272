# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""A states file with a fault is found before a citizen finds it: `allmende manage check` reads them all."""

from typing import Any

from django.core.checks import CheckMessage, Error, register
from yaml import YAMLError

from allmende.kernel.cases import kinds
from allmende.kernel.cases.engine.workflow import WorkflowError
from allmende.kernel.registry import CaseKind, RegistryError, registry


@register
def states_are_sound(**_kwargs: Any) -> list[CheckMessage]:
    """Every kind that a room declares has states that fit together."""
    found: list[CheckMessage] = []
    for item in registry().all(CaseKind):
        try:
            kinds.declared(item.name)
        except (WorkflowError, RegistryError, YAMLError) as error:
            found.append(Error(f"{item.name}: {error}", id="cases.E001"))
    return found
