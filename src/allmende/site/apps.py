# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2

from django.apps import AppConfig


class SiteConfig(AppConfig):
    name = "allmende.site"
    label = "site"

    def ready(self) -> None:
        from allmende.site import checks  # noqa: F401  (registers Django's system checks)
