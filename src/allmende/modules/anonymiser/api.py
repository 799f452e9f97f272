# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""REST: hand a picture or film in, ask where it stands, fetch result, regions and record. With a token or session that may."""

import uuid
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import File, Form, Router, Status
from ninja.files import UploadedFile

from allmende.kernel.accounts.access import for_api
from allmende.kernel.files.service import UploadRefused
from allmende.modules.anonymiser import access, queries, results, rules, service
from allmende.modules.anonymiser.errors import NothingTakenError
from allmende.modules.anonymiser.models import Batch, Picture
from allmende.modules.anonymiser.schemas import BatchOut, Choices, Invalid, KeyOut, PictureOut, Problem, RegionOut
from allmende.modules.anonymiser.service import Wish

router = Router()
USE: Any = for_api(access.USE)
REFUSED = {401: Problem, 404: Problem, 422: Invalid}
BYTES = {"type": "string", "format": "binary"}
KINDS = {"image/*": {"schema": BYTES}, "video/mp4": {"schema": BYTES}}
PICTURE = {"responses": {200: {"description": "The picture or film", "content": KINDS}}}


@router.post(
    "/pictures",
    auth=USE,
    response={202: PictureOut, 400: Problem, 403: Problem, **REFUSED},
    summary="Ein Bild oder einen Film anonymisieren lassen",
)
def post_picture(
    request: HttpRequest, file: File[UploadedFile], choices: Form[Choices]
) -> Status[PictureOut] | Status[Invalid]:
    """Take one picture or film in and queue the work. `text` also masks all writing, `audio` keeps the sound of a film. The answer
    names the picture, of a ZIP the first one; ask for it until it is `published`. In the state `review` a person has to decide;
    nothing is published before. A film in which something is left becomes `failed`, and `problem` says when.
    """
    begun = _begin(request, "file", [file], choices)
    return begun if isinstance(begun, Status) else Status(202, _out(queries.pictures(begun)[0]))


@router.post(
    "/batches",
    auth=USE,
    response={202: BatchOut, 400: Problem, 403: Problem, **REFUSED},
    summary="Mehrere Bilder und Filme anonymisieren lassen",
)
def post_batch(
    request: HttpRequest, files: File[list[UploadedFile]], choices: Form[Choices]
) -> Status[BatchOut] | Status[Invalid]:
    """Take several files in, or ZIP files of them, to be treated alike. A file that is no picture or film stops none of the others:
    it is in the answer by its name, `refused`, with the reason. 422 where nothing is left, with a sentence for each.
    """
    begun = _begin(request, "files", files, choices)
    return begun if isinstance(begun, Status) else Status(202, _batch_out(begun))


@router.get("/batches/{batch_id}", auth=USE, response={200: BatchOut, **REFUSED}, summary="Wo mehrere Bilder stehen")
def get_batch(request: HttpRequest, batch_id: uuid.UUID) -> BatchOut:
    """The pictures and films that were handed in together, each as it stands."""
    return _batch_out(access.batch(request.auth, batch_id))  # type: ignore[attr-defined]


@router.get("/pictures/{picture_id}", auth=USE, response={200: PictureOut, **REFUSED}, summary="Wo ein Bild steht")
def get_picture(request: HttpRequest, picture_id: uuid.UUID) -> PictureOut:
    """State, size, hashes, how many masks (of a film: things that were followed through it) and findings."""
    row = access.picture(request.auth, picture_id)  # type: ignore[attr-defined]
    return _out(queries.pictures(row.batch).get(pk=row.pk))


@router.get(
    "/pictures/{picture_id}/regions", auth=USE, response={200: list[RegionOut], **REFUSED}, summary="Was verdeckt ist"
)
def get_regions(request: HttpRequest, picture_id: uuid.UUID) -> list[dict[str, Any]]:
    """The masks as they are now. A film has none: its record says what was followed through it."""
    return [mask.region for mask in queries.masks(access.picture(request.auth, picture_id))]  # type: ignore[attr-defined]


@router.get(
    "/pictures/{picture_id}/record", auth=USE, response={200: dict[str, Any], **REFUSED}, summary="Der Nachweis"
)
def get_record(request: HttpRequest, picture_id: uuid.UUID) -> dict[str, Any]:
    """The signed record; 404 until the picture is published."""
    row = queries.record(access.picture(request.auth, picture_id).pk)  # type: ignore[attr-defined]
    if row is None:
        raise Http404
    return row.content


@router.get(
    "/pictures/{picture_id}/result", auth=USE, response=REFUSED, openapi_extra=PICTURE, summary="Das fertige Bild"
)
def get_result(request: HttpRequest, picture_id: uuid.UUID) -> HttpResponse:
    """The bytes of the result; 404 until the picture is published."""
    row = access.result(request.auth, picture_id)  # type: ignore[attr-defined]
    if not row.meaning.shown:
        raise Http404
    return HttpResponse(results.shown(row), content_type=row.media_type)


@router.get("/keys", response={200: list[KeyOut]}, summary="Öffentliche Schlüssel der Nachweise")
def list_keys(request: HttpRequest) -> list[KeyOut]:
    """For everybody: what records are verified with, the latest first."""
    return [KeyOut(id=key, public=public) for key, public in queries.public_keys().items()]


def _begin(request: HttpRequest, field: str, files: list[UploadedFile], choices: Choices) -> Batch | Status[Invalid]:
    if choices.keep_days not in rules.keep_days():
        possible = ", ".join(map(str, rules.keep_days()))
        return _invalid("keep_days", [_("Möglich sind: %(days)s.") % {"days": possible}])
    try:
        return service.begin(_wish(choices), files, actor=request.auth)  # type: ignore[attr-defined]
    except NothingTakenError as nothing:
        return _invalid(field, nothing.reasons)
    except UploadRefused as refusal:
        return _invalid(field, [str(refusal)])


def _wish(choices: Choices) -> Wish:
    labels = [rules.FACE, rules.PLATE, *([rules.TEXT] if choices.text else [])]
    settings = {"labels": labels, "fill": choices.fill, "keep_date": "none", "keep_location": False}
    return Wish(settings=settings | {"audio": choices.audio}, keep_days=choices.keep_days)


def _invalid(field: str, sentences: list[str]) -> Status[Invalid]:
    faults = [{"loc": ["body", field], "msg": sentence, "type": "refused"} for sentence in sentences]
    return Status(422, Invalid(detail=faults))


def _batch_out(batch: Batch) -> BatchOut:
    return BatchOut(id=batch.pk, name=batch.name, pictures=[_out(row) for row in queries.pictures(batch)])


def _out(row: Picture) -> PictureOut:
    return PictureOut(
        id=row.pk,
        batch=row.batch_id,
        name=row.name,
        kind=row.kind,
        state=row.state,
        problem=str(row.why or ""),
        problem_code=row.problem,
        problem_values=row.problem_values,
        media_type=row.media_type,
        width=row.width,
        height=row.height,
        masks=row.tracks if row.is_film else row.masked,  # type: ignore[attr-defined]
        findings=len(row.findings),
        source_sha256=row.source_sha256,
        result_sha256=row.result_sha256,
        changed_at=row.changed_at,
    )
