# SPDX-FileCopyrightText: 2026 Allmende contributors
# SPDX-License-Identifier: EUPL-1.2
"""A result that waits for a person lies sealed; a process may be killed at any step, and neither loses it nor leaves it open."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.test import Client

from allmende.modules.anonymiser import queries, records, results, service, vault, working
from allmende.modules.anonymiser.models import Batch, Picture, Sealed
from allmende.modules.anonymiser.tests.room.conftest import dark, upload


class Killed(BaseException):
    """As kill -9 would: nothing that follows is done, and what is not committed is undone."""


@pytest.fixture
def killed_at(monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: Any) -> Callable[..., bool]:
    """Do something and what follows its commit, but die at the step of that number, before or after something happens in the file
    storage; whether it died.
    """

    def do(step: int, act: Callable[[], object]) -> bool:
        steps = iter(range(1, step))

        def tick() -> None:
            if next(steps, None) is None:
                raise Killed

        def mortal(operation: Callable[..., Any]) -> Callable[..., Any]:
            def counted(*arguments: Any) -> Any:
                tick()
                done = operation(*arguments)
                tick()
                return done

            return counted

        with monkeypatch.context() as patch:
            for name in ("save", "delete"):
                patch.setattr(default_storage, name, mortal(getattr(default_storage, name)))
            try:
                with django_capture_on_commit_callbacks(execute=True):
                    act()
            except Killed:
                return True
        return False

    return do


def settled(row: Picture, commits: Any) -> Iterator[bool]:
    """Whether the result is whole and plain only where it may be: after the job that settles everything."""
    with commits(execute=True):
        service.tidy()
    now = Picture.objects.get(pk=row.pk)
    shown = now.state == "published"
    yield vault.exists(vault.RESULT, row.pk) == (shown and bool(now.result_sha256))
    yield Sealed.objects.filter(picture=row).exists() == (not shown and bool(now.result_sha256))
    yield not now.result_sha256 or records.sha256(results.read(now)) == now.result_sha256


def test_a_result_in_review_is_read_by_those_who_decide_and_out_of_the_storage_by_nobody(
    in_review: Picture, browser: Callable[[str], Client]
) -> None:
    row = in_review.sealed.get()
    clear, stored = results.read(in_review), vault.get(vault.SEALED, row.pk)
    assert dark(clear)
    assert records.sha256(clear) == in_review.result_sha256
    assert clear[:20] not in stored
    with pytest.raises(vault.GoneError):
        vault.get(vault.RESULT, in_review.pk)
    page = in_review.get_absolute_url()
    assert dark(browser("anton").get(f"{page}nachher/").content)
    assert [browser(name).get(f"{page}nachher/").status_code for name in ("bob", "erika")] == [404, 404]


def test_whoever_is_killed_while_a_picture_is_published_neither_loses_it_nor_leaves_it_open(
    hand_in: Callable[..., Batch], killed_at: Callable[..., bool], django_capture_on_commit_callbacks: Any
) -> None:
    batch = hand_in(work=False)
    worked = working.work(queries.to_work(str(batch.pk))[0], told=lambda _step: None)
    step, states = 1, []
    while killed_at(step, lambda: service.keep(worked)):
        row = Picture.objects.get()
        states.append(row.state)
        assert not vault.exists(vault.RESULT, row.pk) or row.state == "published"
        assert not row.result_sha256 or results.read(row) == worked.content
        assert all(settled(row, django_capture_on_commit_callbacks))
        step += 1
        if row.state == "published":  # begin anew, as if it had not been
            row.sealed.all().delete()
            vault.forget(row.pk)
            Picture.objects.update(state="waiting", result_sha256="")
    assert {"waiting", "published"} == set(states)
    assert vault.get(vault.RESULT, batch.pictures.get().pk) == worked.content
    assert not Sealed.objects.exists()


def test_whoever_is_killed_while_it_is_reviewed_again_or_signed_neither_loses_it_nor_leaves_it_open(
    hand_in: Callable[..., Batch],
    people: dict[str, Any],
    killed_at: Callable[..., bool],
    django_capture_on_commit_callbacks: Any,
) -> None:
    row = hand_in().pictures.get()
    clear, step = results.read(row), 1
    while killed_at(step, lambda: service.reopen(row, actor=people["alice"])):
        assert results.read(row) == clear
        assert all(settled(row, django_capture_on_commit_callbacks))
        step += 1
        if Picture.objects.get().state == "review":
            Picture.objects.update(state="published")
            with django_capture_on_commit_callbacks(execute=True):
                results.settle(row.pk)
    assert step > 2
    assert all(settled(row, django_capture_on_commit_callbacks))
    service.sign(row, actor=people["anton"])
    worked = working.work(queries.to_work(str(row.batch_id), str(row.pk))[0], told=lambda _step: None)
    step = 1
    while killed_at(step, lambda: service.keep(worked)):
        assert all(settled(row, django_capture_on_commit_callbacks))
        step += 1
        if Picture.objects.get().state == "published":
            break
    assert vault.get(vault.RESULT, row.pk) == worked.content


def test_what_lay_open_before_results_were_sealed_is_sealed_by_the_next_job(
    in_review: Picture, django_capture_on_commit_callbacks: Any
) -> None:
    vault.put(vault.RESULT, in_review.pk, clear := results.read(in_review))
    Sealed.objects.all().delete()
    assert all(settled(in_review, django_capture_on_commit_callbacks))
    assert results.read(in_review) == clear


def test_a_refused_or_deleted_picture_leaves_nothing_sealed_behind(
    unsure: None, hand_in: Callable[..., Batch], people: dict[str, Any], django_capture_on_commit_callbacks: Any
) -> None:
    from allmende.modules.anonymiser.problems import said

    batch = hand_in(upload("a.jpg"), upload("b.jpg"))
    ids = list(Sealed.objects.values_list("pk", flat=True))
    with django_capture_on_commit_callbacks(execute=True):
        service.refuse(batch.pictures.first(), said("Kind im Bild"), actor=people["anton"])
        service.delete(batch, actor=people["alice"])
    assert len(ids) == 2
    assert not any(vault.exists(vault.SEALED, pk) for pk in ids)
