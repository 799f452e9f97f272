# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

EVERY_NIGHT = "30 3 * * *"


class AssistantConfig(AppConfig):
    name = "allmende.modules.assistant"
    label = "assistant"

    def ready(self) -> None:
        from allmende.kernel.jobs.service import declare_schedule

        declare_schedule(
            "assistant.delete_expired",
            "allmende.modules.assistant.tasks:delete_expired",
            cron=EVERY_NIGHT,
            title=_("Alte Gespräche löschen"),
        )
