# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Tables of the room. Everything here is derived from what other rooms own, and is made anew by `allmende search rebuild`."""

from django.db import models


class Head(models.Model):
    """The last change, in one row that every writer locks: therefore changes become visible in the order of their numbers."""

    number = models.BigIntegerField(default=0)
    token = models.CharField(max_length=32, blank=True)

    def __str__(self) -> str:
        return f"{self.number}"


class Change(models.Model):
    """Proof that a change was committed: a process whose last change is not here has seen one that was undone."""

    number = models.BigIntegerField(primary_key=True)
    token = models.CharField(max_length=32)

    def __str__(self) -> str:
        return f"{self.number}"


class Document(models.Model):
    """One document of one collection. A revoked one keeps its key and nothing else, so that every process learns of it."""

    key = models.CharField(max_length=300, unique=True)
    collection = models.CharField(max_length=100, db_index=True)
    authority = models.CharField(max_length=100)
    audience = models.CharField(max_length=100)
    language = models.CharField(max_length=10)
    title = models.CharField(max_length=500)
    url = models.CharField(max_length=1000, blank=True)
    updated_on = models.DateField(null=True)
    valid_from = models.DateField(null=True)
    valid_to = models.DateField(null=True)
    synonyms = models.JSONField(default=list)
    data = models.JSONField(default=dict)
    content_hash = models.CharField(max_length=64)
    text_hash = models.CharField(max_length=64)
    change = models.BigIntegerField(db_index=True)
    revoked = models.BooleanField(default=False)
    vectors_of = models.CharField(max_length=200, blank=True)
    pages = models.BinaryField(default=bytes)
    earlier = models.BinaryField(default=bytes)  # vectors of the text before while the new one waits, see keeping.py

    class Meta:
        indexes = [models.Index(fields=["revoked", "vectors_of", "change"], name="search_waiting")]

    def __str__(self) -> str:
        return self.key


class Passage(models.Model):
    """What can be quoted. `windows` holds its embedded sentences, 384 bytes each (int8)."""

    document = models.ForeignKey(Document, on_delete=models.CASCADE, related_name="passages")
    position = models.PositiveIntegerField()
    heading = models.CharField(max_length=500, blank=True)
    section = models.CharField(max_length=50, blank=True)
    text = models.TextField()
    windows = models.BinaryField(default=bytes)

    class Meta:
        ordering = ["document", "position"]
        constraints = [models.UniqueConstraint(fields=["document", "position"], name="search_passage_position")]

    def __str__(self) -> str:
        return f"{self.document_id}/{self.position}"


class SynonymGroup(models.Model):
    """Expressions that mean the same in this town."""

    terms = models.JSONField()

    def __str__(self) -> str:
        return ", ".join(self.terms)
