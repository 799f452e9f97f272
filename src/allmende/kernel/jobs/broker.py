# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""The queue that wakes workers: django-q2's, in the same database."""

from datetime import datetime, timedelta

from django.conf import settings
from django.utils import timezone
from django_q.brokers.orm import ORM


class Broker(ORM):  # type: ignore[misc]  # django-q2 has no types
    """As django-q2's, but a message that nobody confirmed comes back after a lease instead of after an hour.

    Every message of this house may arrive twice: it only says "look for work" or "this appointment is due".
    """

    def timeout(self, _task: object) -> datetime:
        """When the message comes back."""
        return timezone.now() + timedelta(seconds=settings.JOB_LEASE_SECONDS)
