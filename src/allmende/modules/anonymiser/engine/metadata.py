# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""What a file says beside its pixels: the little that may stay, read value by value and written anew, and names for the rest."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from fractions import Fraction
from math import isfinite
from typing import Any

from defusedxml import ElementTree
from PIL import ExifTags, Image

from allmende.modules.anonymiser.engine.settings import Settings

EXIF_IFD, GPS_IFD, THUMBNAIL_IFD = ExifTags.IFD.Exif, ExifTags.IFD.GPSInfo, ExifTags.IFD.IFD1
DATE, DATE_TAKEN, MAKER_NOTE, XMP_TAG, IPTC_TAG, ICC_TAG = 0x0132, 0x9003, 0x927C, 700, 33723, 34675
EXIF_DATE = "%Y:%m:%d %H:%M:%S"
GPANO = "{http://ns.google.com/photos/1.0/panorama/}"
GPANO_NUMBERS = (
    "FullPanoWidthPixels", "FullPanoHeightPixels", "CroppedAreaImageWidthPixels", "CroppedAreaImageHeightPixels",
    "CroppedAreaLeftPixels", "CroppedAreaTopPixels", "PoseHeadingDegrees", "PosePitchDegrees", "PoseRollDegrees",
)  # fmt: skip
EQUIRECTANGULAR = "equirectangular"
JPEG_MARKER = re.compile(rb"\xff[^\x00\xff\xd0-\xd8]")
SCAN, END = 0xDA, 0xD9


@dataclass(frozen=True)
class MetadataReport:
    """What stayed, by name (`date`, `location`, `panorama`), and names of what did not."""

    kept: dict[str, Any] = field(default_factory=dict)
    removed: tuple[str, ...] = ()


@dataclass(frozen=True)
class Metadata:
    """What was read and may stay if the settings say so, and names of all that was there."""

    taken: datetime | None = None
    location: tuple[float, float] | None = None
    panorama: Mapping[str, float] | None = None
    present: tuple[str, ...] = ()

    def kept(self, settings: Settings) -> MetadataReport:
        """What stays under these settings."""
        kept: dict[str, Any] = {}
        if self.taken and settings.keep_date != "none":
            kept["date"] = f"{self.taken:%Y-%m-%d}" if settings.keep_date == "day" else f"{self.taken:%Y-%m}"
        if self.location and settings.keep_location:
            kept["location"] = self.location
        if self.panorama:
            kept["panorama"] = dict(self.panorama)
        return MetadataReport(kept, self.present)


def read(image: Image.Image, content: bytes) -> Metadata:
    """The metadata of an opened and loaded picture. What cannot be understood counts as absent."""
    exif = image.getexif()
    xmp = _xmp(image)
    return Metadata(
        taken=_date(exif),
        location=_location(exif.get_ifd(GPS_IFD)),
        panorama=_panorama(xmp, image.size) if xmp else None,
        present=tuple(sorted(_present(image, exif, xmp, content))),
    )


def exif_of(report: MetadataReport) -> bytes:
    """A fresh EXIF block of what stays; empty when nothing does."""
    exif = Image.Exif()
    if date := report.kept.get("date"):
        stamp = datetime.strptime(date, "%Y-%m-%d" if date.count("-") == 2 else "%Y-%m").replace(tzinfo=UTC)
        exif.get_ifd(EXIF_IFD)[DATE_TAKEN] = stamp.strftime(EXIF_DATE)
    if location := report.kept.get("location"):
        (north, latitude), (east, longitude) = (_sexagesimal(value) for value in location)
        exif.get_ifd(GPS_IFD).update(
            {1: "N" if north else "S", 2: latitude, 3: "E" if east else "W", 4: longitude},
        )
    return exif.tobytes() if report.kept.keys() & {"date", "location"} else b""


def xmp_of(report: MetadataReport) -> bytes:
    """A fresh XMP packet that says how to show a panorama; empty for a flat picture."""
    panorama = report.kept.get("panorama")
    if not panorama:
        return b""
    values = "".join(f' GPano:{name}="{value:g}"' for name, value in panorama.items())
    return (
        '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
        f'<rdf:Description rdf:about="" xmlns:GPano="{GPANO[1:-1]}" GPano:ProjectionType="{EQUIRECTANGULAR}"{values}/>'
        "</rdf:RDF></x:xmpmeta>"
    ).encode()


def _date(exif: Image.Exif) -> datetime | None:
    for value in (exif.get_ifd(EXIF_IFD).get(DATE_TAKEN), exif.get(DATE)):
        try:
            return datetime.strptime(str(value).strip("\0 "), EXIF_DATE).replace(tzinfo=UTC)
        except ValueError:
            continue
    return None


def _location(gps: Mapping[int, Any]) -> tuple[float, float] | None:
    try:
        latitude, longitude = _degrees(gps[2], gps[1] == "S"), _degrees(gps[4], gps[3] == "W")
    except (KeyError, TypeError, ValueError, ZeroDivisionError):
        return None
    return (latitude, longitude) if abs(latitude) <= 90 and abs(longitude) <= 180 else None


def _degrees(parts: Any, negative: bool) -> float:
    degrees, minutes, seconds = (float(part) for part in parts)
    value = degrees + minutes / 60 + seconds / 3600
    if not isfinite(value):
        raise ValueError("not a place")
    return round(-value if negative else value, 6)


def _sexagesimal(value: float) -> tuple[bool, tuple[Fraction, Fraction, Fraction]]:
    whole = round(abs(value) * 3_600_000)
    return value >= 0, (Fraction(whole // 3_600_000), Fraction(whole // 60_000 % 60), Fraction(whole % 60_000, 1000))


def _xmp(image: Image.Image) -> bytes:
    found = image.info.get("xmp") or image.info.get("XML:com.adobe.xmp") or image.getexif().get(XMP_TAG) or b""
    return found.encode() if isinstance(found, str) else bytes(found)


def _panorama(xmp: bytes, size: tuple[int, int]) -> dict[str, float] | None:
    """The numbers of GPano, if it describes an equirectangular picture of this very size."""
    try:
        root = ElementTree.fromstring(xmp.strip(b"\0 \r\n\t"))
    except (ElementTree.ParseError, ValueError):  # also what defusedxml forbids
        return None
    said = {element.tag: element.text or "" for element in root.iter()}
    for element in root.iter():
        said.update(element.attrib)
    if said.get(f"{GPANO}ProjectionType", "").strip() != EQUIRECTANGULAR:
        return None
    numbers = {name: _number(said.get(GPANO + name)) for name in GPANO_NUMBERS}
    found = {name: value for name, value in numbers.items() if value is not None}
    stated = (found.get("CroppedAreaImageWidthPixels", size[0]), found.get("CroppedAreaImageHeightPixels", size[1]))
    return found if stated == size else None


def _number(text: str | None) -> float | None:
    try:
        value = float(text or "")
    except ValueError:
        return None
    return value if isfinite(value) and abs(value) < 1e6 else None


def _present(image: Image.Image, exif: Image.Exif, xmp: bytes, content: bytes) -> set[str]:
    info = image.info
    there = {
        "exif": bool(exif),
        "gps": bool(exif.get_ifd(GPS_IFD)),
        "maker_note": MAKER_NOTE in exif.get_ifd(EXIF_IFD),
        "thumbnail": bool(exif.get_ifd(THUMBNAIL_IFD)) or bool(info.get("thumbnails")),
        "xmp": bool(xmp),
        "iptc": bool(info.get("photoshop")) or IPTC_TAG in exif,
        "comment": bool(info.get("comment")),
        "icc": bool(info.get("icc_profile")) or ICC_TAG in exif,
        "text": bool(getattr(image, "text", None)),
        "more_pictures": image.format == "MPO" or getattr(image, "n_frames", 1) > 1,
        "trailer": _end(image.format or "", content) < len(content),
    }
    return {name for name, is_there in there.items() if is_there}


def _end(form: str, content: bytes) -> int:
    """Where the picture ends; what is behind it belongs to no picture."""
    if form == "PNG":
        return content.rfind(b"IEND") + 8
    if form == "WEBP":
        return int.from_bytes(content[4:8], "little") + 8
    return _end_of_jpeg(content) if form in ("JPEG", "MPO") else len(content)


def _end_of_jpeg(content: bytes) -> int:
    place = 2
    while found := JPEG_MARKER.search(content, place):
        kind = content[found.start() + 1]
        if kind == END:
            return found.end()
        place = found.end() + int.from_bytes(content[found.end() : found.end() + 2], "big")
    return len(content)
