# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""What is derived from the answers for those who improve the texts.

Everything that holds words or the meaning of a question hangs on its answer by a foreign key and is deleted together with it: when a
citizen deletes a conversation and when its time is over. What stays are counts, and decisions of members of staff.
"""

from typing import Any

from django.conf import settings
from django.db import models
from django.utils import timezone

ANSWER = "assistant.Answer"


def person() -> "models.ForeignKey[Any, Any]":
    """A member of staff; the row outlives the account."""
    return models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")


class Analysis(models.Model):
    """The last evaluation of the questions: when, of how many, how they were compared. One row."""

    finished_at = models.DateTimeField(default=timezone.now)
    questions = models.PositiveIntegerField(help_text="that were not answered well")
    left_out = models.PositiveIntegerField(default=0, help_text="older ones beyond the most that are compared")
    method = models.CharField(max_length=10, help_text="meaning, or words while there are no vectors")
    seconds = models.FloatField(help_text="that comparing took")

    def __str__(self) -> str:
        return f"{self.questions} questions, {self.finished_at:%Y-%m-%d %H:%M}"


class Citation(models.Model):
    """An answer showed this wording of this source. `digest` is that of the wording, see citations.py."""

    answer = models.ForeignKey(ANSWER, on_delete=models.CASCADE, related_name="citations")
    source = models.CharField(max_length=300, help_text="key of the search document")
    digest = models.CharField(max_length=64)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["answer", "source", "digest"], name="assistant_cited_once")]
        indexes = [models.Index(fields=["source"], name="assistant_cited_source")]

    def __str__(self) -> str:
        return self.source


class Decision(models.Model):
    """What a member of staff said about a group: a kind of data/review.yaml."""

    kind = models.CharField(max_length=20)
    questions = models.PositiveIntegerField(help_text="how many the group had then")
    by = person()
    at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return self.kind


class QuestionGroup(models.Model):
    """Questions that mean the same and were not answered well. It keeps its number while most of its questions are the same."""

    service = models.CharField(max_length=100, blank=True, help_text="id of the nearest service")
    distance = models.FloatField(null=True, help_text="from the middle of the group to that service, 0 to 2")
    made_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return f"{self.pk}"


class Gap(models.Model):
    """A question that was not answered well: why, its vector, its place in a group, and whether somebody decided about it.

    `rank` is its place by nearness to the middle of the group, 0 the most typical. `words` are the words of the group's label that
    stand in this question.
    """

    answer = models.OneToOneField(ANSWER, on_delete=models.CASCADE, primary_key=True, related_name="gap")
    reason = models.CharField(max_length=20, help_text="a reason of data/review.yaml")
    vector = models.BinaryField(default=bytes, help_text="(384,) int8")
    vector_of = models.CharField(max_length=200, blank=True, help_text="the model that made the vector")
    group = models.ForeignKey(QuestionGroup, null=True, on_delete=models.SET_NULL, related_name="gaps")
    rank = models.PositiveIntegerField(default=0)
    words = models.JSONField(default=list)
    decision = models.ForeignKey(Decision, null=True, on_delete=models.SET_NULL, related_name="gaps")

    class Meta:
        indexes = [models.Index(fields=["group", "rank"], name="assistant_gap_in_group")]

    def __str__(self) -> str:
        return self.reason


class Proposal(models.Model):
    """A word is proposed as a synonym of a service. An automatic one that is still open has its word only in its evidence."""

    service = models.CharField(max_length=100)
    language = models.CharField(max_length=2)
    term = models.CharField(max_length=120, blank=True, help_text="once a member of staff has written or approved it")
    automatic = models.BooleanField(default=False)
    state = models.CharField(max_length=10, default="open", help_text="a state of data/review.yaml")
    proposed_by = person()
    proposed_at = models.DateTimeField(default=timezone.now)
    decided_by = person()
    decided_at = models.DateTimeField(null=True)
    measured = models.JSONField(null=True, help_text="lift.Lift as JSON: counts and numbers of questions, no text")
    measured_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["state"], name="assistant_proposal_state")]

    def __str__(self) -> str:
        return f"{self.service} {self.state}"


class Evidence(models.Model):
    """A question that speaks for a proposal: the word as it stands in it. `source`: the one from which it was derived."""

    proposal = models.ForeignKey(Proposal, on_delete=models.CASCADE, related_name="evidence")
    answer = models.ForeignKey(ANSWER, on_delete=models.CASCADE, related_name="+")
    term = models.CharField(max_length=120)
    kind = models.CharField(max_length=12, help_text="picked, rephrased or group")
    source = models.BooleanField(default=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["proposal", "answer"], name="assistant_evidence_once")]

    def __str__(self) -> str:
        return self.kind


class QuestionSet(models.Model):
    """The town's own questions with the right answers, for measuring. One row; its questions are masked."""

    name = models.CharField(max_length=100)
    questions = models.JSONField(help_text="question_set.Line as JSON")
    digest = models.CharField(max_length=64, help_text="of the file it was read from")
    loaded_at = models.DateTimeField(default=timezone.now)
    by = person()

    def __str__(self) -> str:
        return self.name
