"""Freeze what the county signed: canonical JSON, its digest, and the projection for mass work."""

import hashlib
import json
from collections.abc import Container
from decimal import Decimal

from django.core import signing

from applications.models import Application, Snapshot
from applications.returns import asked_of, return_of
from rulebook import projection

FORMAT = 1


def decimal_text(value: Decimal) -> str:
    """Return a decimal as the shortest exact string, without exponent."""
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def canonical(content: dict) -> str:
    """Return JSON with sorted keys and no spaces, the form that is digested."""
    return json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))


def digest(text: str) -> str:
    """Return the sha-256 of the canonical text."""
    return hashlib.sha256(text.encode()).hexdigest()


def content_of(application: Application, figures: dict[tuple[str, int], Decimal], asked_why: Container[str]) -> dict:
    """Return what a snapshot keeps: facts, figures, statements and remarks of this moment.

    A reason is signed where the warning it answers is among those `asked_why`; one whose gap was filled is not.
    """
    call, cluster = application.call, application.cluster
    rules = call.rules_for(application.kind)
    told: dict[str, dict[str, str]] = {}
    for (indicator, year), value in figures.items():
        told.setdefault(indicator, {})[str(year)] = decimal_text(value)
    content = {
        "format": FORMAT,
        "call": {"code": call.code, "year": call.year, "kind": application.kind},
        "rule_set": {"code": rules.code, "version": rules.version, "digest": rules.digest},
        "form_version": call.form_version.code,
        "cluster": facts_of(cluster),
        "figures": told,
        "statements": {row.clause: {"answer": row.answer, "words": row.words} for row in application.statements.all()},
        "remarks": {row.warning: row.words for row in application.remarks.all() if row.warning in asked_why},
    }
    asked = asked_of(return_of(application))
    return content | ({"replies": {one.reason: one.words for one in asked}} if asked else {})


def signed_for(application: Application) -> dict:
    """Return what a submission seals beside the snapshot: province, programme and call as they are called then."""
    call, province = application.call, application.province
    return {
        "province": {"code": province.code, "name": province.name},
        "programme": {"code": call.programme.code, "name": call.programme.name, "sample": call.programme.sample},
        "call": {"code": call.code, "year": call.year, "document_number": call.document_number},
    }


def digest_of(content: dict) -> str:
    """Return the digest of a content as it would be frozen."""
    return digest(canonical(content))


def sealed(content: dict, application: Application) -> str:
    """Return what a page shows as a text that only this site can have written, for the form to bring back."""
    return signing.Signer(salt=_salt(application)).sign_object(content, compress=True)


def unsealed(text: str, application: Application) -> dict | None:
    """Return what a page of this application showed; None where the text is not ours."""
    try:
        return signing.Signer(salt=_salt(application)).unsign_object(text)
    except signing.BadSignature:
        return None


def _salt(application: Application) -> str:
    return f"applications.snapshots.{application.pk}"


def facts_of(cluster) -> dict:
    """Return the registered facts of a cluster as they stand now."""
    return facts_of_row(cluster) | {"further": sorted(territory.full_name for territory in cluster.further.all())}


def facts_of_row(row) -> dict:
    """Return the facts that stand in one row of the register or of its history."""
    return {
        "name": row.name,
        "lead": {"code": row.lead.code, "name": row.lead.full_name},
        "industry": {"code": row.industry_id or "", "name": row.industry.name if row.industry else ""},
        "niche": row.niche,
        "area_km2": decimal_text(row.area_km2) if row.area_km2 is not None else "",
        "operator": row.operator,
    }


def facts_signed(snapshot: Snapshot) -> dict:
    """Return the facts of the cluster as a snapshot froze them."""
    return json.loads(snapshot.content)["cluster"]


def figures_in(snapshot: Snapshot) -> dict[tuple[str, int], Decimal]:
    """Return the figures a snapshot froze, by indicator and year."""
    told = json.loads(snapshot.content)["figures"]
    return {(indicator, int(year)): Decimal(text) for indicator, years in told.items() for year, text in years.items()}


def project(snapshot: Snapshot, call_year: int) -> list[int | None]:
    """Return the projection of a snapshot: scaled integers in catalogue order."""
    return projection.project(figures_in(snapshot), call_year)
