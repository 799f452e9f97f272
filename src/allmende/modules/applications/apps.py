# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

EVERY_HOUR = "40 * * * *"


class ApplicationsConfig(AppConfig):
    name = "allmende.modules.applications"
    label = "applications"

    def ready(self) -> None:
        from allmende.kernel.jobs.service import declare_schedule

        declare_schedule(
            "applications.tidy",
            "allmende.modules.applications.tasks:tidy",
            cron=EVERY_HOUR,
            title=_("Abgelaufene Entwürfe von Anträgen löschen"),
        )
