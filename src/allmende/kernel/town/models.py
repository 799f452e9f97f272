# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""Who the town is and what it offers.

Texts in several languages that are only ever shown are JSON values, ``{"de": "…", "en": "…"}``; what is searched,
sorted or referred to has rows of its own. German is always there and authoritative (§ 23 VwVfG).
"""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from allmende.kernel.town.editing.models import HASH_LENGTH, Draft, Version  # noqa: F401 (Django looks for models here)
from allmende.kernel.town.rules import PUBLISHED, state_choices, statute_kind_choices


class Record(models.Model):
    """What the town maintains: a status from data/states.yaml, and the hash of the content as it was last put."""

    status = models.CharField(_("Status"), max_length=20, default=PUBLISHED, choices=state_choices, db_index=True)
    content_hash = models.CharField(max_length=HASH_LENGTH, blank=True, editable=False)
    changed_at = models.DateTimeField(_("geändert am"), auto_now=True)

    class Meta:
        abstract = True


class Town(Record):
    """The municipality this installation belongs to; the id is its authority id in the search."""

    id = models.SlugField(primary_key=True)
    name = models.CharField(_("Name"), max_length=120)
    kind = models.CharField(_("Rechtsform"), max_length=120, blank=True)
    district = models.CharField(_("Landkreis"), max_length=120, blank=True)
    population = models.PositiveIntegerField(_("Einwohnerzahl"), null=True, blank=True)
    population_on = models.DateField(_("Stand der Einwohnerzahl"), null=True, blank=True)
    address = models.TextField(_("Anschrift"), blank=True)
    represented_by = models.CharField(_("vertreten durch"), max_length=200, blank=True)
    phone = models.CharField(_("Telefon"), max_length=40, blank=True)
    email = models.EmailField(_("E-Mail"), blank=True)
    website = models.URLField(_("Internet"), blank=True)

    def __str__(self) -> str:
        return self.name


class EmergencyNumber(models.Model):
    """A number to call when waiting is wrong."""

    town = models.ForeignKey(Town, models.CASCADE, related_name="emergency_numbers")
    position = models.PositiveSmallIntegerField()
    number = models.CharField(_("Nummer"), max_length=40)
    title = models.JSONField(_("Bezeichnung"))
    note = models.JSONField(_("Hinweis"), default=dict, blank=True)

    class Meta:
        ordering = ("position",)

    def __str__(self) -> str:
        return self.number


class Unit(Record):
    """An office (Organisationseinheit), a facility such as the library, or an authority the town only refers to."""

    class Kind(models.TextChoices):
        OFFICE = "office", _("Ämter")
        FACILITY = "facility", _("Einrichtungen")
        EXTERNAL = "external", _("Andere Behörden")

    id = models.SlugField(primary_key=True)
    kind = models.CharField(_("Art"), max_length=20, choices=Kind, default=Kind.OFFICE)
    position = models.PositiveSmallIntegerField(_("Reihenfolge"), default=0)
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="children")
    members = models.ManyToManyField(
        settings.AUTH_USER_MODEL, blank=True, related_name="+", verbose_name=_("Mitglieder")
    )
    name = models.JSONField(_("Name"))
    description = models.JSONField(_("Aufgaben"), default=dict, blank=True)
    synonyms = models.JSONField(_("Suchwörter"), default=dict, blank=True)
    floor = models.JSONField(_("Stockwerk"), default=dict, blank=True)
    street_address = models.CharField(_("Straße und Hausnummer"), max_length=160)
    postal_code = models.CharField(_("Postleitzahl"), max_length=10)
    city = models.CharField(_("Ort"), max_length=120)
    phone = models.CharField(_("Telefon"), max_length=40, blank=True)
    email = models.EmailField(_("E-Mail"), blank=True)
    website = models.URLField(_("Internet"), blank=True)
    appointment = models.URLField(_("Terminvereinbarung"), blank=True)
    accessibility = models.JSONField(_("Barrierefreiheit"), default=dict, blank=True)
    hours_note = models.JSONField(_("Hinweis zu den Öffnungszeiten"), default=dict, blank=True)
    open_on_holidays = models.BooleanField(_("auch an Feiertagen geöffnet"), default=False)

    class Meta:
        ordering = ("position", "id")

    def __str__(self) -> str:
        return str(self.name.get("de", self.id))


class OpeningHours(models.Model):
    """One opening of a week: every week or the n-th such weekday of the month, bounded by dates or by a season."""

    unit = models.ForeignKey(Unit, models.CASCADE, related_name="opening_hours")
    weekday = models.PositiveSmallIntegerField(_("Wochentag"), help_text=_("0 ist Montag, 6 ist Sonntag"))
    opens = models.TimeField(_("öffnet"))
    closes = models.TimeField(_("schließt"))
    nth_of_month = models.PositiveSmallIntegerField(_("wievielter im Monat"), null=True, blank=True)
    valid_from = models.DateField(_("gilt ab"), null=True, blank=True)
    valid_to = models.DateField(_("gilt bis"), null=True, blank=True)
    season_from = models.CharField(_("Saison ab (MM-TT)"), max_length=5, blank=True)
    season_to = models.CharField(_("Saison bis (MM-TT)"), max_length=5, blank=True)
    note = models.JSONField(_("Hinweis"), default=dict, blank=True)
    counts = models.BooleanField(_("berechenbar"), default=True)

    class Meta:
        ordering = ("weekday", "opens", "nth_of_month")
        constraints = [
            models.CheckConstraint(condition=Q(opens__lt=F("closes")), name="opens_before_it_closes"),
            models.CheckConstraint(condition=Q(weekday__lte=6), name="weekday_of_a_week"),
        ]

    def __str__(self) -> str:
        return f"{self.unit_id} {self.weekday} {self.opens:%H:%M}–{self.closes:%H:%M}"


class Closure(models.Model):
    """Days, both included, on which a unit stays closed."""

    unit = models.ForeignKey(Unit, models.CASCADE, related_name="closures")
    first = models.DateField(_("erster Tag"))
    last = models.DateField(_("letzter Tag"))
    reason = models.JSONField(_("Grund"))

    class Meta:
        ordering = ("first",)
        constraints = [models.CheckConstraint(condition=Q(last__gte=F("first")), name="closure_ends_after_it_begins")]

    def __str__(self) -> str:
        return f"{self.unit_id} {self.first} – {self.last}"


class Statute(Record):
    """One version of a piece of local law; a version without an end holds until the one that replaces it begins.

    The version in force keeps the plain id (``hallenordnung``), an older one gets a dated id (``hallenordnung-2019``).
    """

    id = models.SlugField(primary_key=True)
    replaces = models.OneToOneField("self", models.SET_NULL, null=True, blank=True, related_name="replaced_by")
    kind = models.CharField(_("Art"), max_length=20, choices=statute_kind_choices)
    title = models.CharField(_("Titel"), max_length=300)
    abbreviation = models.CharField(_("Abkürzung"), max_length=40, blank=True)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="statutes", verbose_name=_("zuständig"))
    synonyms = models.JSONField(_("Suchwörter"), default=list, blank=True)
    adopted_on = models.DateField(_("beschlossen am"), null=True, blank=True)
    promulgated_on = models.DateField(_("bekannt gemacht am"), null=True, blank=True)
    valid_from = models.DateField(_("gilt ab"))
    valid_to = models.DateField(_("gilt bis"), null=True, blank=True)
    source = models.URLField(_("amtliche Fundstelle"), blank=True)
    preamble = models.TextField(_("Eingangsformel"), blank=True)

    class Meta:
        ordering = ("title", "-valid_from")
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gte=F("valid_from")), name="statute_ends_after_it_begins"
            )
        ]

    def __str__(self) -> str:
        return self.title


class StatuteSection(models.Model):
    """A section (§) or annex of a statute, addressed on the page by its anchor (``p5`` for § 5)."""

    statute = models.ForeignKey(Statute, models.CASCADE, related_name="sections")
    position = models.PositiveSmallIntegerField()
    number = models.CharField(_("Nummer"), max_length=40)
    anchor = models.CharField(max_length=40)
    part = models.CharField(_("Abschnitt"), max_length=200, blank=True)
    heading = models.CharField(_("Überschrift"), max_length=300, blank=True)

    class Meta:
        ordering = ("position",)
        constraints = [models.UniqueConstraint(fields=("statute", "anchor"), name="anchor_once_in_a_statute")]

    def __str__(self) -> str:
        return f"{self.number} {self.heading}".strip()


class StatuteParagraph(models.Model):
    """A paragraph (Absatz) with its number ``(1)``, empty where the section counts none; the text is Markdown."""

    section = models.ForeignKey(StatuteSection, models.CASCADE, related_name="paragraphs")
    position = models.PositiveSmallIntegerField()
    number = models.CharField(max_length=10, blank=True)
    text = models.TextField()

    class Meta:
        ordering = ("position",)

    def __str__(self) -> str:
        return self.number or self.text[:40]


class Service(Record):
    """Something a citizen can get from the town (Leistung). Its name and texts are rows of `ServiceText`."""

    id = models.SlugField(primary_key=True)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="services", verbose_name=_("zuständig"))
    approved_on = models.DateField(_("fachlich freigegeben am"))
    valid_from = models.DateField(_("gilt ab"), null=True, blank=True)
    valid_to = models.DateField(_("gilt bis"), null=True, blank=True)
    red_list = models.BooleanField(_("nie von einem Sprachmodell formulieren"), default=False)
    online = models.URLField(_("Onlinedienst"), blank=True)
    source = models.URLField(_("Ursprung"), blank=True)
    free = models.JSONField(_("Hinweis zur Gebührenfreiheit"), default=dict, blank=True)
    processing_time = models.JSONField(_("Bearbeitungsdauer"), default=dict, blank=True)
    statutes = models.ManyToManyField(Statute, blank=True, related_name="services")
    related = models.ManyToManyField("self", blank=True, symmetrical=False, related_name="+")

    class Meta:
        ordering = ("id",)

    def __str__(self) -> str:
        return self.id


class ServiceKey(models.Model):
    """A LeiKa key of a service: 14 digits, beginning with 99."""

    service = models.ForeignKey(Service, models.CASCADE, related_name="keys")
    code = models.CharField(max_length=14, db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=("service", "code"), name="key_once_in_a_service")]

    def __str__(self) -> str:
        return self.code


class ServiceText(models.Model):
    """A text module of a service under its code (data/text_modules.yaml); Markdown, except the name (02)."""

    service = models.ForeignKey(Service, models.CASCADE, related_name="texts")
    module = models.CharField(_("Textmodul"), max_length=2)
    language = models.CharField(_("Sprache"), max_length=16)
    text = models.TextField(_("Text"))

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=("service", "module", "language"), name="text_once_in_a_language")
        ]
        indexes = [models.Index(fields=("module", "language"), name="text_by_module")]

    def __str__(self) -> str:
        return f"{self.service_id} {self.module} {self.language}"


class ServiceSynonym(models.Model):
    """A word under which citizens or officials look for the service."""

    service = models.ForeignKey(Service, models.CASCADE, related_name="synonyms")
    language = models.CharField(_("Sprache"), max_length=16)
    term = models.CharField(_("Suchwort"), max_length=120)

    class Meta:
        ordering = ("id",)
        constraints = [
            models.UniqueConstraint(fields=("service", "language", "term"), name="synonym_once_in_a_language")
        ]

    def __str__(self) -> str:
        return self.term


class LegalReference(models.Model):
    """A line of a service that may rest on a section of the town's own law."""

    position = models.PositiveSmallIntegerField()
    label = models.JSONField(_("Bezeichnung"))
    statute = models.ForeignKey(Statute, models.PROTECT, null=True, blank=True, related_name="+")
    section = models.CharField(_("Paragraf"), max_length=40, blank=True)

    class Meta:
        abstract = True
        ordering = ("position",)

    def __str__(self) -> str:
        return str(self.label.get("de", ""))


class Fee(LegalReference):
    """What it costs, in euros; no amount where the statute gives a share or a range, which the label then says."""

    service = models.ForeignKey(Service, models.CASCADE, related_name="fees")
    amount = models.DecimalField(_("Betrag in Euro"), max_digits=10, decimal_places=2, null=True, blank=True)
    per = models.JSONField(_("je"), default=dict, blank=True)

    class Meta(LegalReference.Meta):
        constraints = [models.CheckConstraint(condition=Q(amount=None) | Q(amount__gte=0), name="fee_is_not_negative")]


class RequiredDocument(LegalReference):
    """Something to bring along."""

    service = models.ForeignKey(Service, models.CASCADE, related_name="documents")


class Deadline(LegalReference):
    """By when something must be done."""

    service = models.ForeignKey(Service, models.CASCADE, related_name="deadlines")


class Page(Record):
    """A page of the town's web site that is neither a service nor a statute; title and Markdown body by language."""

    id = models.SlugField(primary_key=True)
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, blank=True, related_name="pages")
    title = models.JSONField(_("Titel"))
    body = models.JSONField(_("Text"))
    synonyms = models.JSONField(_("Suchwörter"), default=dict, blank=True)
    updated_on = models.DateField(_("Stand"), null=True, blank=True)
    source = models.URLField(_("Ursprung"), blank=True)

    class Meta:
        ordering = ("id",)

    def __str__(self) -> str:
        return str(self.title.get("de", self.id))


class WordList(Record):
    """The town's own synonyms: groups of expressions that mean the same here. The search works with a copy."""

    id = models.SlugField(primary_key=True)
    groups = models.JSONField(_("Gruppen"), default=list, blank=True)

    def __str__(self) -> str:
        return self.id


class SourceFile(models.Model):
    """A file of the town's folder as it was last read, so that an unchanged one is not read again."""

    path = models.CharField(max_length=200, primary_key=True)
    digest = models.CharField(max_length=HASH_LENGTH)
    loaded_at = models.DateTimeField(auto_now=True)

    def __str__(self) -> str:
        return self.path


from allmende.kernel.town.imports.models import Import, ImportedRecord  # noqa: E402, F401  (Django finds tables here only)
