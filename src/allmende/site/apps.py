# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

EVERY_NIGHT = "10 3 * * *"


class SiteConfig(AppConfig):
    name = "allmende.site"
    label = "site"

    def ready(self) -> None:
        from allmende.kernel.jobs.service import declare_schedule
        from allmende.site import checks  # noqa: F401  (registers Django's system checks)

        declare_schedule(
            "site.tidy",
            "allmende.site.tasks:tidy",
            cron=EVERY_NIGHT,
            title=_("Abgelaufene Sitzungen und Zähler löschen"),
        )
