# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""What the pilot study keeps: sets, runs and what people decided about them.

Sets and runs are never changed: the database refuses it (see the migration). A run holds its questions as they were asked, so that it
can be read and compared when set and texts have long been others.
"""

from django.db import models
from django.utils import timezone

from allmende.modules.assistant.staff.models import person


class PilotSet(models.Model):
    """One version of a question set."""

    name = models.CharField(max_length=60)
    version = models.PositiveIntegerField()
    title = models.JSONField(help_text="by language")
    about = models.JSONField(default=dict, help_text="by language")
    questions = models.JSONField(help_text="the lines of the file, masked")
    digest = models.CharField(max_length=64)
    loaded_at = models.DateTimeField(default=timezone.now)
    by = person()

    class Meta:
        ordering = ["name", "-version"]
        constraints = [models.UniqueConstraint(fields=["name", "version"], name="assistant_pilot_set_once")]

    def __str__(self) -> str:
        return f"{self.name} {self.version}"


class PilotRun(models.Model):
    """A set asked once: what became of each question, the figures, and the versions of all that took part."""

    set = models.ForeignKey(PilotSet, on_delete=models.PROTECT, related_name="runs")
    at = models.DateTimeField(default=timezone.now, db_index=True)
    by = person()
    origin = models.CharField(max_length=10, help_text="an origin of data/pilot.yaml")
    outcomes = models.JSONField(help_text="engine.figures.Outcome as JSON, in the order of the set")
    figures = models.JSONField()
    versions = models.JSONField(help_text="of the house, texts, index, embedding model, rules")

    class Meta:
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.pk}"


class Acceptance(models.Model):
    """Somebody accepts a run: what it reached must not be lost any more. The latest one of a set's name counts."""

    run = models.OneToOneField(PilotRun, on_delete=models.PROTECT, related_name="acceptance")
    at = models.DateTimeField(default=timezone.now)
    by = person()
    note = models.CharField(max_length=500, blank=True)

    def __str__(self) -> str:
        return f"{self.run_id}"


class Recheck(models.Model):
    """The questions that rest on changed texts, asked again: what became of them since the texts are what they are."""

    set = models.ForeignKey(PilotSet, on_delete=models.PROTECT, related_name="rechecks")
    at = models.DateTimeField(default=timezone.now)
    by = person()
    outcomes = models.JSONField(help_text="engine.figures.Outcome as JSON")

    class Meta:
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.pk}"


class Assumption(models.Model):
    """Somebody set an assumption of the relief; the latest row of a name holds, without one the value of data/pilot.yaml."""

    name = models.CharField(max_length=30, db_index=True)
    value = models.FloatField()
    source = models.CharField(max_length=300, blank=True, help_text="where the value comes from, in the town's words")
    at = models.DateTimeField(default=timezone.now)
    by = person()

    class Meta:
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.name}: {self.value}"


class SurveyRound(models.Model):
    """One round of the clerks' survey, before the assistant or after it began."""

    phase = models.CharField(max_length=10, help_text="a phase of data/survey.yaml")
    note = models.CharField(max_length=200, blank=True)
    questions = models.JSONField(help_text="the questions of data/survey.yaml when the round was opened")
    opened_at = models.DateTimeField(default=timezone.now)
    closed_at = models.DateTimeField(null=True)
    by = person()

    class Meta:
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.phase} {self.pk}"


class SurveyCount(models.Model):
    """How often a choice was made. Only counts are kept: no row says what one person answered."""

    round = models.ForeignKey(SurveyRound, on_delete=models.CASCADE, related_name="counts")
    question = models.CharField(max_length=40)
    choice = models.PositiveSmallIntegerField()
    count = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["round", "question", "choice"], name="assistant_survey_once")]

    def __str__(self) -> str:
        return f"{self.question}: {self.choice}"


class SurveyPass(models.Model):
    """Who may answer once: the digest of a link, or of a signed-in clerk once they have. Nothing leads from here to an answer."""

    round = models.ForeignKey(SurveyRound, on_delete=models.CASCADE, related_name="passes")
    digest = models.CharField(max_length=64)
    used = models.BooleanField(default=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["round", "digest"], name="assistant_survey_pass")]

    def __str__(self) -> str:
        return "used" if self.used else "unused"
