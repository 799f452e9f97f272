# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

EVERY_QUARTER = 15
"""Minutes: an original must not outlive its hour by much."""


class AnonymiserConfig(AppConfig):
    name = "allmende.modules.anonymiser"
    label = "anonymiser"

    def ready(self) -> None:
        from allmende.kernel.jobs.service import declare_schedule

        declare_schedule(
            "anonymiser.tidy",
            "allmende.modules.anonymiser.tasks:tidy",
            minutes=EVERY_QUARTER,
            title=_("Abgelaufene Originale und Ergebnisse von Bildern löschen"),
        )
