"""The pages that everybody may read, without an account and without script."""

from django.conf import settings
from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.access import public
from portal import notices as public_notices
from portal import waivers as public_waivers
from portal.counts import Known, coverage, tiles
from portal.downloads import download
from portal.filters import OPEN_BATCH, Filters, page_number, read
from portal.memory import remembered
from portal.presenting import chips, list_form, near, read_as, unlisted
from portal.rows import page_of, shown, source_words, status_labels, validity
from recognitions.enums import Change
from recognitions.models import Recognition


@public
@require_safe
def national_list(request):
    """Show the recognised clusters that answer the address, and those of the demo below them.

    What stands in the frame is the same for everybody, so it is kept until a row is added.
    """
    known = Known()
    places = known.places()
    filters, left_out = read(request.GET, places)
    asked = {name: page_number(request.GET.get(name, "")) for name in ("page", "samples")}
    name = f"{get_language()} {filters.address()} {asked} {left_out}"
    content = remembered(known.version, name, lambda: _content(known, places, filters, asked, left_out))
    by_batch = known.by_batch()
    context = {"content": content, "has_waivers": public_waivers.are_there(), **_listed(by_batch)}
    response = render(request, "portal/national_list.html", context)
    if request.htmx:
        response.headers["HX-Push-Url"] = reverse("national_list") + filters.address().rstrip("?")
    return response


def _listed(by_batch: dict) -> dict:
    """Return how many of how many are listed, and since when."""
    covered, open_batches = coverage(by_batch)
    return {
        "covered": covered,
        "open_batches": open_batches,
        "listed": sum(by_batch.values()),
        "published": sum(row.total for row in covered),
    }


def _content(known: Known, places, filters: Filters, asked: dict, left_out: bool):
    """Return the list as it stands below the heading: form, count, chips, both tables, tiles."""
    words, by_batch = known.industry_words(), known.by_batch()
    blocks = {
        name: _block(known, filters, places, words, asked[page], sample=sample)
        for name, page, sample in (("real", "page", False), ("sample", "samples", True))
    }
    grid, beside = tiles(filters, places, known.by_authority(filters, sample=False))
    context = {
        **_listed(by_batch),
        "filters": filters,
        "left_out": left_out,
        **blocks,
        **(
            read_as(filters, places, [block["page"] for block in blocks.values()])
            if any(block["count"] for block in blocks.values())
            else _instead(known, filters, places, words)
        ),
        "chips": chips(filters, places),
        "form": list_form(filters, places, by_batch, words),
        "tiles": grid,
        "tiles_beside": beside,
        "apart_address": filters.address(cities=""),
        "together_address": filters.address(cities="with"),
    }
    return render_to_string("portal/list_content.html", context)


def _instead(known: Known, filters: Filters, places, words: list[str]) -> dict:
    """Return what to look at where nothing answers: words that sound near, and around places without a cluster."""
    answers = lambda asked: _answers(known, asked, places)  # noqa: E731
    listed = known.place_names()
    found = near(filters, words, listed, answers)
    return {"near": found, "unlisted": unlisted(filters, not found, listed, answers)}


def _answers(known: Known, filters: Filters, places) -> int:
    """Return how many rows of both tables answer."""
    return sum(known.total(filters, places, sample=sample) for sample in (False, True))


def _block(known: Known, filters: Filters, places, words: list[str], number: int, *, sample: bool) -> dict:
    """Return one page of real rows or of samples, with its own count, page and download."""
    base = Recognition.objects.samples() if sample else Recognition.objects.real()
    count = known.total(filters, places, sample=sample)
    rows = filters.rows_of(base, places, words)
    page = page_of(rows, number, per_page=settings.PAGE_SIZE, count=count, query=filters.q)
    address = filters.address()
    return {
        "page": page,
        "count": count,
        "rows": shown(page.object_list, places, filters.together),
        "download": reverse("sample_list_csv" if sample else "national_list_csv") + address.rstrip("?"),
        "pages": f"{address}{'' if address == '?' else '&'}{'samples' if sample else 'page'}=",
        "is_sample": sample,
    }


@public
@require_safe
def national_list_csv(request, *, sample: bool = False):
    """Send what the address asks for as a file; samples are another file."""
    known = Known()
    places = known.places()
    filters, _left_out = read(request.GET, places)
    base = Recognition.objects.samples() if sample else Recognition.objects.real()
    rows = filters.rows_of(base, places, known.industry_words() if filters.reads_words else [])
    name = _("sample-clusters.csv") if sample else _("recognised-clusters.csv")
    return download(rows, places, query=filters.q, together=filters.together, name=name)


@public
@require_safe
def listed_cluster(request, pk: int):
    """Show one recognition: its facts, what is uncertain, and what happened to the title."""
    rows = Recognition.objects.with_status().with_extension().select_related("province", "programme")
    recognition = get_object_or_404(rows.defer("search_tokens"), pk=pk)
    others = Recognition.objects.filter(cluster=recognition.cluster_id, programme=recognition.programme_id)
    changes = recognition.changes.order_by("id")
    context = {
        "recognition": recognition,
        "validity": validity(recognition),
        "status_words": status_labels()[recognition.status],
        "source": source_words(recognition),
        "changes": [(change, source_words(change)) for change in changes],
        "is_corrected": any(change.kind == Change.CORRECTED for change in changes),
        "others": others.exclude(pk=pk).in_list_order().only("name", "batch", "batch_note"),
        "notices": public_notices.naming(recognition),
        "open_batch": OPEN_BATCH,
    }
    return render(request, "portal/listed_cluster.html", context)


@public
@require_safe
def notices(request):
    """Show the public notices that have started; those of the demo apart."""
    begun = public_notices.begun()
    pages = Paginator(begun.filter(call__programme__sample=False), settings.PAGE_SIZE)
    page = pages.get_page(page_number(request.GET.get("page", "")))
    page.object_list = list(page.object_list)
    samples = list(begun.filter(call__programme__sample=True)[: settings.PAGE_SIZE])
    for row in (*page.object_list, *samples):
        row.call_words = public_notices.call_words(row)
    context = {"page": page, "samples": samples, "pages": "?page=", "has_waivers": public_waivers.are_there()}
    return render(request, "portal/notices.html", context)


@public
@require_safe
def waivers(request):
    """Show which clauses were waived, where, by whom and when; those of the demo apart."""
    granted = public_waivers.granted()
    pages = Paginator(granted.filter(call__programme__sample=False), settings.PAGE_SIZE)
    page = pages.get_page(page_number(request.GET.get("page", "")))
    context = {
        "page": page,
        "pages": "?page=",
        "calls": public_waivers.by_call(list(page.object_list)),
        "samples": public_waivers.by_call(list(granted.filter(call__programme__sample=True)[: settings.PAGE_SIZE])),
    }
    return render(request, "portal/waivers.html", context)


@public
@require_safe
def notice(request, pk: int):
    """Show one public notice that has started: whom it names, until when, and how to object."""
    row = get_object_or_404(public_notices.begun(), pk=pk)
    is_running = public_notices.is_running(row)
    context = {
        "notice": row,
        "call": public_notices.call_words(row),
        "named": public_notices.named_in(row),
        "is_running": is_running,
        "says_results": not (is_running and row.standing),
    }
    return render(request, "portal/notice.html", context)
