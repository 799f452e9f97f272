# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2

from django.apps import AppConfig


class AnonymiserConfig(AppConfig):
    name = "allmende.modules.anonymiser"
    label = "anonymiser"
