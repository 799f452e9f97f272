# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Writes of the administration: providers, quotas, tidying up. Each is one transaction and recorded in the audit."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.db import transaction
from django.utils import timezone
from django.utils.text import slugify

from allmende.kernel.audit import service as audit
from allmende.kernel.llm import circuit, environment, rules
from allmende.kernel.llm.models import Call, DailyUse, Provider, RoleQuota
from allmende.kernel.llm.sealing import renewed, seal

RESERVED = frozenset({environment.SLUG, "neu"})


def create_provider(values: Mapping[str, Any], *, key: str, actor: AbstractBaseUser | None) -> Provider:
    """A new provider with these fields; its key is encrypted at once."""
    with transaction.atomic():
        made = Provider.objects.create(**values, slug=_free_slug(values["name"]), sealed_key=seal(key))
        _record("llm.provider.created", made, actor, {**_plain(values), "with_key": bool(key)})
    return made


def change_provider(
    provider: Provider, values: Mapping[str, Any], *, key: str, forget_key: bool, actor: AbstractBaseUser | None
) -> bool:
    """Change these fields. Returns whether the stored key was dropped because the address is another one now.

    A key belongs to the address it was entered for: whoever changes the address must know the key.
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
        row.save()
        circuit.reset(row.slug)
        _record("llm.provider.changed", row, actor, {**_plain(changed), **changed_key})
    return moved


def set_active(provider: Provider, active: bool, *, actor: AbstractBaseUser | None) -> None:
    """Take a provider into operation or out of it."""
    with transaction.atomic():
        Provider.objects.filter(pk=provider.pk).update(is_active=active)
        circuit.reset(provider.slug)
        _record("llm.provider.activated" if active else "llm.provider.deactivated", provider, actor, {})


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
