# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""What was published, word for word, and what is to be published next.

A version holds a record as it was delivered, in the shape of `town.formats`; the tables of `town.models` are its
unfolding for readers and searchers, written in the same transaction and tied to it by the hash.
"""

from typing import Any

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from allmende.kernel.town.rules import DRAFT, state_choices

HASH_LENGTH = 64


def _person(title: Any) -> Any:
    """Somebody with an account; the text stays when the account goes."""
    return models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=title
    )


class Version(models.Model):
    """A record as it was published or withdrawn; never changed afterwards. The highest number is what holds now.

    Without author and reviewer it came from a file or an import (`source`).
    """

    kind = models.CharField(_("Art"), max_length=20)
    record_id = models.CharField(_("Kennung"), max_length=50)
    number = models.PositiveIntegerField(_("Nummer"))
    status = models.CharField(_("Status"), max_length=20, choices=state_choices)
    data = models.JSONField(_("Inhalt"))
    content_hash = models.CharField(max_length=HASH_LENGTH)
    author = _person(_("bearbeitet von"))
    reviewer = _person(_("geprüft von"))
    comment = models.TextField(_("Anmerkung"), blank=True)
    source = models.CharField(_("Herkunft"), max_length=200, blank=True)
    made_at = models.DateTimeField(_("am"), default=timezone.now, editable=False)

    class Meta:
        ordering = ("-number",)
        constraints = [models.UniqueConstraint(fields=("kind", "record_id", "number"), name="town_version_once")]

    def __str__(self) -> str:
        return f"{self.kind}:{self.record_id} {self.number}"

    @property
    def by_a_person(self) -> bool:
        """Whether somebody with an account made it, and not a file."""
        return self.author_id is not None or self.reviewer_id is not None


class Draft(models.Model):
    """What is to become the next version of a record; at most one for each, beside the published one.

    `revision` counts the changes, so that two editors do not overwrite one another; `base` is the number of the version
    it was made from (0: none yet). `writers` are all who changed it: none of them may publish it. An amendment of a
    statute keeps the old wording under the id `keeps_as`.
    """

    kind = models.CharField(_("Art"), max_length=20)
    record_id = models.CharField(_("Kennung"), max_length=50)
    title = models.CharField(_("Titel"), max_length=300)
    unit = models.CharField(_("zuständig"), max_length=50, blank=True)
    status = models.CharField(_("Status"), max_length=20, default=DRAFT, choices=state_choices, db_index=True)
    data = models.JSONField(_("Inhalt"))
    content_hash = models.CharField(max_length=HASH_LENGTH)
    revision = models.PositiveIntegerField(default=1)
    base = models.PositiveIntegerField(default=0)
    keeps_as = models.CharField(max_length=50, blank=True)
    comment = models.TextField(_("Anmerkung für die Prüfung"), blank=True)
    answer = models.TextField(_("Antwort der Prüfung"), blank=True)
    answered_by = _person(_("zurückgegeben von"))
    changed_by = _person(_("zuletzt geändert von"))
    writers = models.ManyToManyField(settings.AUTH_USER_MODEL, related_name="+", verbose_name=_("geschrieben von"))
    changed_at = models.DateTimeField(_("zuletzt geändert am"), default=timezone.now, editable=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=("kind", "record_id"), name="town_draft_once")]

    def __str__(self) -> str:
        return f"{self.kind}:{self.record_id}"
