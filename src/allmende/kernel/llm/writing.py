# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Writes of the administration: providers, quotas, tidying up. Each is one transaction and recorded in the audit.

Which model answers is decided by two people: what a person enters or changes is out of operation until somebody else has put it
into operation, past every gate. The house itself (None: a command, a loader) needs nobody.
"""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.db import transaction
from django.utils import timezone
from django.utils.text import slugify

from allmende.kernel.audit import service as audit
from allmende.kernel.evaluation.gates import Publication, pass_gates
from allmende.kernel.llm import circuit, environment, rules
from allmende.kernel.llm.models import Call, DailyUse, Provider, RoleQuota
from allmende.kernel.llm.sealing import renewed, seal

RESERVED = frozenset({environment.SLUG, "neu"})
HARMLESS = frozenset({"name", "timeout", "daily_tokens"})
"""What may change without deciding which model answers."""


class SecondPersonError(Exception):
    """Who changed a provider may not put it into operation."""


class ChangedError(Exception):
    """The provider is another one than the person has seen."""


def create_provider(values: Mapping[str, Any], *, key: str, actor: AbstractBaseUser | None) -> Provider:
    """A new provider with these fields; its key is encrypted at once. A person's waits for a second one."""
    with transaction.atomic():
        made = Provider.objects.create(
            **values,
            slug=_free_slug(values["name"]),
            sealed_key=seal(key),
            is_active=actor is None,
            changed_by_id=actor.pk if actor else None,
        )
        _record("llm.provider.created", made, actor, {**_plain(values), "with_key": bool(key)})
    return made


def change_provider(
    provider: Provider, values: Mapping[str, Any], *, key: str, forget_key: bool, actor: AbstractBaseUser | None
) -> bool:
    """Change these fields. Returns whether the stored key was dropped because the address is another one now.

    A key belongs to the address it was entered for: whoever changes the address must know the key. Where a person changes which model
    answers, the provider is out of operation and waits for a second one.
    """
    with transaction.atomic():
        row = Provider.objects.select_for_update().get(pk=provider.pk)
        changed = {name: value for name, value in values.items() if getattr(row, name) != value}
        moved = "url" in changed and bool(row.sealed_key) and not key and not forget_key
        for name, value in changed.items():
            setattr(row, name, value)
        if key or forget_key or moved:
            row.sealed_key = seal(key)
            changed_key = {"key_state": "replaced" if key else "removed"}
        else:
            changed_key = {}
        if actor is not None and changed.keys() - HARMLESS:
            row.is_active, row.changed_by_id = False, actor.pk
        row.revision += 1
        row.save()
        circuit.reset(row.slug)
        _record("llm.provider.changed", row, actor, {**_plain(changed), **changed_key})
    return moved


def deactivate(provider: Provider, *, actor: AbstractBaseUser | None) -> None:
    """Take a provider out of operation, at once."""
    with transaction.atomic():
        Provider.objects.filter(pk=provider.pk).update(is_active=False)
        circuit.reset(provider.slug)
        _record("llm.provider.deactivated", provider, actor, {})


def activate(provider: Provider, *, seen: int, actor: AbstractBaseUser | None, reason: str = "") -> None:
    """Put a provider into operation as it was at revision `seen`.

    Raises ChangedError; SecondPersonError for who changed it last; ObjectedError when a gate objects and there is no `reason`.
    """
    with transaction.atomic():
        row = Provider.objects.select_for_update().get(pk=provider.pk)
        author = row.changed_by_id
        if row.revision != seen:
            raise ChangedError
        if actor is not None and author == actor.pk:
            raise SecondPersonError
        row.is_active, row.changed_by = True, None
        row.save(update_fields=["is_active", "changed_by"])
        circuit.reset(row.slug)
        _record("llm.provider.activated", row, actor, {})
        if actor is not None:
            pass_gates(Publication("model", row.slug), actor=actor, author_id=author, reason=reason)


def delete_provider(provider: Provider, *, actor: AbstractBaseUser | None) -> None:
    """Delete a provider and its key; the figures of its calls stay until their time is over."""
    with transaction.atomic():
        Provider.objects.filter(pk=provider.pk).delete()
        circuit.reset(provider.slug)
        _record("llm.provider.deleted", provider, actor, {})


def set_quotas(values: Mapping[str, rules.Quota], *, actor: AbstractBaseUser | None) -> None:
    """What the roles may use together in a day; those not named keep what they have."""
    with transaction.atomic():
        for role, quota in values.items():
            RoleQuota.objects.update_or_create(role=role, defaults={"calls": quota.calls, "tokens": quota.tokens})
        detail = {role: [quota.calls, quota.tokens] for role, quota in values.items()}
        audit.record("llm.quotas.changed", actor=actor, detail=detail)


def record_probe(slug: str, outcome: str, *, actor: AbstractBaseUser | None) -> None:
    """Somebody tested a provider."""
    audit.record("llm.provider.tested", actor=actor, subject=f"llm.provider:{slug}", detail={"outcome": outcome})


def tidy() -> int:
    """Delete old figures, mark lost calls, seal keys anew after a change of the secret key; returns how many calls went."""
    now = timezone.now()
    with transaction.atomic():
        lost = Call.objects.filter(outcome="running", at__lt=now - timedelta(seconds=rules.METER.lost_after))
        lost.update(outcome="lost")
        for row in Provider.objects.select_for_update().exclude(sealed_key=""):
            Provider.objects.filter(pk=row.pk).update(sealed_key=renewed(row.sealed_key))
        DailyUse.objects.filter(day__lt=timezone.localdate() - timedelta(days=rules.METER.bucket_days)).delete()
        deleted, _kinds = Call.objects.filter(at__lt=now - timedelta(days=settings.LLM_METER_DAYS)).delete()
    return deleted


def _record(action: str, provider: Provider, actor: AbstractBaseUser | None, detail: dict[str, Any]) -> None:
    audit.record(action, actor=actor, subject=f"llm.provider:{provider.slug}", detail=detail)


def _plain(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: sorted(value) if isinstance(value, list) else value for name, value in values.items()}


def _free_slug(name: str) -> str:
    stem = slugify(name.replace("ä", "ae").replace("ö", "oe").replace("ü", "ue").replace("ß", "ss"))[:34] or "anbieter"
    taken = RESERVED | set(Provider.objects.filter(slug__startswith=stem).values_list("slug", flat=True))
    number = 1
    while (slug := stem if number == 1 else f"{stem}-{number}") in taken:
        number += 1
    return slug
