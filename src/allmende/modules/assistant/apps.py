# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

EVERY_NIGHT = "30 3 * * *"
AFTER_THAT = "45 3 * * *"
AND_THEN = "15 4 * * *"
EARLY_EVERY_NIGHT = "10 0 * * *"
"""A callback or a chat is deleted in the first hours of the day that its citizen was told."""


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
        declare_schedule(
            "assistant.review",
            "allmende.modules.assistant.staff.tasks:analyse",
            cron=AFTER_THAT,
            title=_("Fragen auswerten"),
        )
        declare_schedule(
            "assistant.pilot",
            "allmende.modules.assistant.pilot.tasks:nightly",
            cron=AND_THEN,
            title=_("Abgenommene Fragensätze nachts neu stellen"),
        )
        declare_schedule(
            "assistant.delete_expired_callbacks",
            "allmende.modules.assistant.tasks:delete_expired_callbacks",
            cron=EARLY_EVERY_NIGHT,
            title=_("Alte Rückrufwünsche löschen"),
        )
        declare_schedule(
            "assistant.end_and_delete_chats",
            "allmende.modules.assistant.tasks:end_and_delete_chats",
            cron=EARLY_EVERY_NIGHT,
            title=_("Alte Gespräche mit Menschen beenden und löschen"),
        )
