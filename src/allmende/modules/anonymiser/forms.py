# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""What people fill in: a batch, masks, reasons, what they saw in a sample."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from allmende.modules.anonymiser import rules
from allmende.modules.anonymiser.models import Mask
from allmende.modules.anonymiser.service import Wish

ACCEPTED = ".jpg,.jpeg,.png,.webp,.tif,.tiff,.heic,.mp4,.m4v,.mov,.3gp,.mkv,.webm,.avi,.mpg,.mpeg,.ts,.mts,.m2ts,.zip"
DATES = [("none", _("nicht behalten")), ("month", _("Monat behalten")), ("day", _("Tag behalten"))]
PERCENT = 100
AREA = 4


class FilesInput(forms.FileInput):
    """Several files at once."""

    allow_multiple_selected = True


class FilesField(forms.FileField):
    """One or more files."""

    widget = FilesInput

    def clean(self, data: Any, initial: Any = None) -> list["UploadedFile[bytes]"]:
        """All of them. Raises ValidationError when there is none."""
        given = data if isinstance(data, list | tuple) else [data]
        return [super(FilesField, self).clean(each, initial) for each in given] or [super().clean(None, initial)]


class AreasField(forms.CharField):
    """Areas of a picture, a line each: left, top, width and height in per cent."""

    widget = forms.Textarea(attrs={"rows": 3})

    def clean(self, value: Any) -> list[tuple[float, float, float, float]]:
        """The areas as shares of the picture. Raises ValidationError naming the line."""
        lines = [line for line in super().clean(value).splitlines() if line.strip()]
        return [self._area(number, line) for number, line in enumerate(lines, start=1)]

    def _area(self, number: int, line: str) -> tuple[float, float, float, float]:
        try:
            x, y, w, h = (float(part.replace(",", ".")) / PERCENT for part in line.split())
        except ValueError:
            x = y = w = h = -1.0
        if not (0 <= x < 1 and 0 <= y < 1 and 0 < w <= 1 - x and 0 < h <= 1 - y):
            raise forms.ValidationError(
                gettext("Zeile %(number)d: Bitte vier Zahlen zwischen 0 und 100, die im Bild liegen.")
                % {"number": number}
            )
        return x, y, w, h


class BeginForm(forms.Form):
    """Pictures and films, and how they are to be treated."""

    pictures = FilesField(
        label=_("Bilder und Filme"),
        help_text=_(
            "Bilder: JPEG, PNG, WebP, TIFF, HEIC. Filme: MP4, QuickTime, Matroska, WebM, AVI, MPEG. Mehrere auf einmal oder ein ZIP."
        ),
        widget=FilesInput(attrs={"accept": ACCEPTED}),
    )
    name = forms.CharField(
        label=_("Name"), max_length=200, required=False, help_text=_("Daran finden Sie die Bilder wieder.")
    )
    labels = forms.MultipleChoiceField(
        label=_("Verdecken"),
        choices=[(rules.FACE, _("Gesichter")), (rules.PLATE, _("Kennzeichen")), (rules.TEXT, _("Alle Schrift"))],
        initial=[rules.FACE, rules.PLATE],
        widget=forms.CheckboxSelectMultiple,
    )
    fill = forms.ChoiceField(
        label=_("Womit"), choices=list(rules.FILL_TITLES.items()), initial=rules.SOLID, widget=forms.RadioSelect
    )
    keep_date = forms.ChoiceField(label=_("Aufnahmedatum im Bild"), choices=DATES, initial="none")
    keep_location = forms.BooleanField(label=_("Aufnahmeort im Bild behalten"), required=False)
    audio = forms.BooleanField(
        label=_("Ton von Filmen behalten"),
        required=False,
        help_text=_("Stimmen werden nicht verfremdet. Ohne Haken ist der fertige Film stumm."),
    )
    keep_days = forms.TypedChoiceField(
        label=_("Originale aufbewahren"),
        coerce=int,
        help_text=_("Aufbewahrte Originale liegen versiegelt. Nur zwei Personen gemeinsam öffnen sie wieder."),
    )
    excluded = AreasField(
        label=_("Bereiche ausnehmen"),
        required=False,
        help_text=_(
            "Darin wird in Bildern nichts verdeckt; für Filme gilt das nicht. Je Zeile: links, oben, Breite und Höhe in Prozent, "
            "zum Beispiel „10 20 30 15“."
        ),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["keep_days"].choices = [(days, _kept(days)) for days in rules.keep_days()]  # type: ignore[attr-defined]

    def not_taken(self, reasons: Iterable[str]) -> None:
        """Name beside their field what of the files was not taken, and why."""
        for reason in reasons:
            self.add_error("pictures", reason)

    @property
    def wish(self) -> Wish:
        """What the valid form asks for."""
        given = self.cleaned_data
        kept = ("labels", "fill", "keep_date", "keep_location", "audio")
        return Wish(
            settings={name: given[name] for name in kept},
            name=given["name"],
            excluded=given["excluded"],
            keep_days=given["keep_days"],
        )


class MaskForm(forms.Form):
    """One mask: the upright box around it, in pixels of the picture. Without an id it is a new one."""

    mask = forms.IntegerField(widget=forms.HiddenInput, required=False)
    label = forms.ChoiceField(label=_("Art"), choices=list(rules.LABEL_TITLES.items()), initial=rules.FACE)
    x = forms.IntegerField(label=_("links"), min_value=0)
    y = forms.IntegerField(label=_("oben"), min_value=0)
    w = forms.IntegerField(label=_("Breite"), min_value=rules.part("mask")["side"])
    h = forms.IntegerField(label=_("Höhe"), min_value=rules.part("mask")["side"])
    gone = forms.BooleanField(label=_("entfernen"), required=False)

    @property
    def region(self) -> dict[str, Any]:
        """The box of the valid form, as regions are stored."""
        given = self.cleaned_data
        x, y, right, bottom = given["x"], given["y"], given["x"] + given["w"], given["y"] + given["h"]
        corners = [[x, y], [right, y], [right, bottom], [x, bottom]]
        return {"label": given["label"], "corners": corners, "score": 1.0, "origin": "operator"}


MaskFormSet = forms.formset_factory(MaskForm, extra=1, max_num=500, absolute_max=600)


def mask_changes(
    sent: "forms.BaseFormSet[MaskForm]", known: Mapping[int, Mask]
) -> tuple[list[dict[str, Any]], list[int]]:
    """What valid forms add, and the ids of what they take away; a mask that was moved is both."""
    add, remove = [], []
    for form in sent.forms:
        pk = form.cleaned_data.get("mask")
        if not form.has_changed() or (pk and pk not in known):
            continue
        if pk:
            remove.append(pk)
        if not form.cleaned_data["gone"]:
            add.append(form.region)
    return add, remove


def mask_rows(masks: Mapping[int, Mask]) -> list[dict[str, Any]]:
    """What the forms of these masks begin with."""
    return [{"mask": pk, "label": mask.region["label"], **bounds(mask.region)} for pk, mask in masks.items()]


def bounds(region: Mapping[str, Any]) -> dict[str, int]:
    """The upright box around a stored region in whole pixels."""
    across, down = ([round(corner[axis]) for corner in region["corners"]] for axis in (0, 1))
    x, y, side = max(0, min(across)), max(0, min(down)), rules.part("mask")["side"]
    return {"x": x, "y": y, "w": max(side, max(across) - x), "h": max(side, max(down) - y)}


class ReasonForm(forms.Form):
    """Why something is done that others will ask about."""

    reason = forms.CharField(label=_("Grund"), max_length=300, widget=forms.Textarea(attrs={"rows": 2}))


class DrawForm(forms.Form):
    """How large a sample is."""

    size = forms.TypedChoiceField(label=_("Anzahl der Bilder"), coerce=int)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["size"].choices = [(size, str(size)) for size in rules.part("estimate")["sizes"]]  # type: ignore[attr-defined]


class SeenForm(forms.Form):
    """What a person saw in a result: by label, how many were missed and how many masks cover nothing of the kind."""

    def __init__(self, *args: Any, found: Mapping[str, int], labels: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._labels = labels
        for label in labels:
            title = rules.LABEL_TITLES[label]
            self.fields[f"{label}_missed"] = forms.IntegerField(
                label=gettext("%(title)s: übersehen") % {"title": title}, min_value=0, max_value=999, initial=0
            )
            self.fields[f"{label}_wrong"] = forms.IntegerField(
                label=gettext("%(title)s: Masken ohne Anlass") % {"title": title},
                help_text=gettext("Von %(found)d Masken.") % {"found": found.get(label, 0)},
                min_value=0,
                max_value=found.get(label, 0),
                initial=0,
            )

    @property
    def seen(self) -> dict[str, dict[str, int]]:
        """By label: missed and wrong."""
        return dict(self._seen())

    def _seen(self) -> Iterator[tuple[str, dict[str, int]]]:
        for label in self._labels:
            yield label, {what: self.cleaned_data[f"{label}_{what}"] for what in ("missed", "wrong")}


def _kept(days: int) -> str:
    return ngettext("%d Tag", "%d Tage", days) % days if days else gettext("nicht aufbewahren")
