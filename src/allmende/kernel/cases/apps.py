# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

EARLY_EVERY_NIGHT = "20 0 * * *"
"""In the first hour of the day on which something is due to be deleted."""


class CasesConfig(AppConfig):
    name = "allmende.kernel.cases"
    label = "cases"

    def ready(self) -> None:
        from allmende.kernel.cases import checks  # noqa: F401  (registers Django's system check)
        from allmende.kernel.jobs.service import declare_schedule

        declare_schedule(
            "cases.retention",
            "allmende.kernel.cases.tasks:dispose",
            cron=EARLY_EVERY_NIGHT,
            title=_("Vorgänge löschen, deren Zeit abgelaufen ist"),
        )
