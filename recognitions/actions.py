"""Granting the title."""

from audit.record import record
from clusters.models import Cluster
from programmes.models import Programme
from recognitions.models import Recognition
from territories.models import Territory
from territories.naming import levels
from territories.search import pinyin, tokens_within


def grant(
    cluster: Cluster,
    *,
    name: str,
    county: str,
    industry: str,
    niche: str,
    programme: Programme,
    province: Territory,
    batch: int,
    document_number: str,
    valid_from,
    valid_to,
    granted_for: str,
    by,
) -> Recognition:
    """Give a cluster the title for a batch; granting again for the same reason returns the first.

    Name, county, industry and niche are those that were published before. `valid_to` is the first day
    after the validity (half-open). Runs in the caller's transaction.
    """
    recognition, is_new = Recognition.objects.get_or_create(
        granted_for=granted_for,
        defaults={
            "programme": programme,
            "cluster": cluster,
            "name": name,
            "province": province,
            "county_name": county,
            "industry_words": industry,
            "batch": batch,
            "document_number": document_number,
            "valid_from": valid_from,
            "valid_to": valid_to,
            "search_tokens": tokens_within(name, industry, niche, document_number, places=lies_in(province, county)),
            "sort_key": sort_key(province, name),
            "sample": programme.sample,
            "granted_by": by,
        },
    )
    if is_new:
        record("recognitions.grant", by=by, subject=f"recognitions.{recognition.pk}", details={"for": granted_for})
    return recognition


def lies_in(province: Territory, county: str) -> list[str]:
    """Return the full names of the places of a title: who recommended it, and the places as they were published."""
    lead, *further = county.split("·")
    return [province.full_name, f"{levels(province.full_name)[0]}{lead}", *further]


def sort_key(province: Territory, name: str) -> str:
    """Return how a name is ordered in the list: by division code, then by pinyin."""
    return f"{province.code} {pinyin(name)}"[:80]
