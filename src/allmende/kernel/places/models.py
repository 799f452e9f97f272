# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Where things are: the town's parts, streets and house numbers. What a register says stands here once."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class District(models.Model):
    """A part of the town (Ortsteil, Stadtbezirk)."""

    name = models.CharField(_("Ortsteil"), max_length=120, unique=True)

    class Meta:
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name


class Street(models.Model):
    """A street of the register. Two of one name lie in different parts of the town; the key is that of the town's own register."""

    name = models.CharField(_("Straße"), max_length=120)
    district = models.ForeignKey(District, models.PROTECT, null=True, blank=True, related_name="streets")
    key = models.CharField(_("Straßenschlüssel"), max_length=20, blank=True)
    postcode = models.CharField(_("Postleitzahl"), max_length=5, blank=True)
    spellings = models.JSONField(_("andere Schreibweisen"), default=list, blank=True)

    class Meta:
        ordering = ("name", "district__name")
        constraints = [
            models.UniqueConstraint(fields=("name", "district"), name="street_once_in_a_part_of_the_town"),
            models.UniqueConstraint(
                fields=("name",), condition=Q(district=None), name="street_once_outside_of_parts_of_the_town"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Address(models.Model):
    """A house number of a street; where it lies in degrees (WGS 84), where that is known."""

    street = models.ForeignKey(Street, models.CASCADE, related_name="addresses")
    number = models.PositiveSmallIntegerField(_("Hausnummer"))
    suffix = models.CharField(_("Zusatz"), max_length=12, blank=True)
    postcode = models.CharField(_("Postleitzahl"), max_length=5, blank=True)
    latitude = models.FloatField(null=True, blank=True, validators=[MinValueValidator(-90), MaxValueValidator(90)])
    longitude = models.FloatField(null=True, blank=True, validators=[MinValueValidator(-180), MaxValueValidator(180)])

    class Meta:
        ordering = ("street", "number", "suffix")
        constraints = [
            models.UniqueConstraint(fields=("street", "number", "suffix"), name="house_number_once"),
            models.CheckConstraint(
                condition=Q(latitude__isnull=True, longitude__isnull=True)
                | Q(latitude__isnull=False, longitude__isnull=False),
                name="both_coordinates_or_none",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.street} {self.number}{self.suffix}"


class Delivery(models.Model):
    """A file that was taken in. The latest one says which register holds: whoever keeps it in memory looks here first."""

    digest = models.CharField(max_length=64)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("-pk",)

    def __str__(self) -> str:
        return self.digest
