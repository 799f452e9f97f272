# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Secrets of second factors lay readable in the database; from now on they are sealed."""

from django.db import migrations

from allmende.kernel.accounts import sealing

SECRETS = ("secret", "seed")


def _rewrite(apps, change):
    for row in apps.get_model("mfa", "Authenticator").objects.all():
        row.data = {**row.data, **{name: change(row.data[name]) for name in SECRETS if name in row.data}}
        row.save(update_fields=["data"])


def seal(apps, _editor):
    _rewrite(apps, lambda text: text if sealing.is_current(text) else sealing.seal(sealing.unseal(text)))


def unseal(apps, _editor):
    _rewrite(apps, sealing.unseal)


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0001_initial"),
        ("mfa", "0003_authenticator_type_uniq"),
    ]

    operations = [migrations.RunPython(seal, unseal)]
