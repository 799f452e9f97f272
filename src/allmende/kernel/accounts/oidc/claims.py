# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""From the claims of the identity provider to the roles of this house."""

import logging
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError

from allmende.kernel.accounts.models import UNIT
from allmende.kernel.registry import Role

log = logging.getLogger(__name__)


def roles_from_claims(data: dict[str, Any]) -> set[tuple[Role, str]] | None:
    """Pairs of role and unit (empty for none) from the claim that `ALLMENDE_OIDC_ROLES_CLAIM` names; None if unset.

    The claim is a path with dots (``realm_access.roles``) to a list of texts, each ``role`` or ``role:unit``
    (``clerk:buergerbuero``). Other values in the list are ignored. Everybody is at least a citizen.
    Only the ID token counts, because only it is signed.
    """
    path = settings.OIDC_ROLES_CLAIM
    if not path:
        return None
    found: Any = data.get("id_token") or {}
    for step in path.split("."):
        found = found.get(step, []) if isinstance(found, dict) else []
    values = found if isinstance(found, list) else [found]
    pairs = (_pair(value) for value in values if isinstance(value, str))
    return {pair for pair in pairs if pair} | {(Role.CITIZEN, "")}


def _pair(value: str) -> tuple[Role, str] | None:
    role, _separator, unit = value.partition(":")
    if role not in set(Role):
        return None
    try:
        if unit:
            UNIT(unit)
    except ValidationError:
        log.warning("A role of the identity provider names a malformed unit and was ignored.")
        return None
    return Role(role), unit
