"""Recognised clusters from data/national_clusters.csv, with what the sources leave open left open.

An open batch stays empty with a note, a document number is kept only where it is confirmed, a
re-verification result only where a source names the cluster (model, Real data without invention).
"""

from dataclasses import dataclass
from datetime import date

from clusters.loading import load_listed
from clusters.models import Cluster
from programmes.models import Programme
from recognitions.actions import sort_key
from recognitions.enums import Change
from recognitions.models import Recognition, RecognitionChange
from territories.enums import NATIONAL_SCHEME, Level
from territories.loading import read_csv
from territories.models import Placement, Territory
from territories.search import tokens
from territories.upkeep import DataRefused, Outcome, bring_up_to_date

REVERIFIED_BATCH = 2022
# A town-level unit has no row among the divisions: the city that has no counties leads (data/README.md).
TOWNS = {"小榄镇": "中山市", "万江街道": "东莞市"}
NAME_BASIS = {
    "verbatim": "",
    "province prefix added": "名称前的省、市为补写",
    "short form": "来源为简称，省、市和“产业集群”为补写，正式名称可能略有不同",
    "source describes": "来源未印出名称，据描述拟写，正式名称可能不同",
    "translated": "译自外文来源，正式名称可能不同",
}
UNCONFIRMED = "来源处于公示阶段，未见认定结果"
PASSED = "2025年11月公布通过复核，来源点名"
NOT_NAMED = "2025年复核中100个有97个通过，来源未点名本集群"
NOT_NAMED_AND_OPEN = "如属2022批次，则2025年复核中来源未点名本集群"
NO_ADDRESS = "运营公司大事记文本（见于公开代码库，无网页地址）"


def load() -> list[Outcome]:
    """Bring clusters, recognitions and their changes up to date; returns what became of each table."""
    listed = read_csv("national_clusters.csv")
    places = Map.of_the_nation()
    clusters = load_listed(_clusters(listed, places))
    fields = (
        "programme_id", "cluster_id", "name", "province_id", "county_name", "industry_words", "batch", "batch_note",
        "document_number", "validity_words", "valid_from", "valid_to", "is_confirmed", "note", "source", "sample",
    )  # fmt: skip
    recognitions = bring_up_to_date(_recognitions(listed, places), key=("granted_for",), fields=fields)
    changes = bring_up_to_date(_changes(listed), key=("key",), fields=("recognition_id", "kind", "note", "source"))
    return [clusters, recognitions, changes]


def key_of(name: str) -> str:
    """Return under which key a row of the list is kept; names are unique in it."""
    return f"list:{name}"


@dataclass(frozen=True)
class Map:
    """What a row of the list is looked up in: who recommends, what lies where."""

    authorities: dict[str, Territory]
    counties: dict[str, list[Territory]]
    paths: dict[int, str]

    @classmethod
    def of_the_nation(cls) -> "Map":
        """Return the map of the national scheme."""
        counties: dict[str, list[Territory]] = {}
        for territory in Territory.objects.filter(level=Level.COUNTY):
            counties.setdefault(territory.name, []).append(territory)
        placements = Placement.objects.filter(scheme=NATIONAL_SCHEME)
        return cls(
            {territory.name: territory for territory in Territory.objects.filter(recommends=True)},
            counties,
            dict(placements.values_list("territory_id", "path")),
        )

    def lead_of(self, row: dict) -> Territory:
        """Return the county of a row: by name, under the authority that the list names."""
        authority = self.paths[self.authorities[row["province"]].pk]
        named = self.counties.get(TOWNS.get(row["county"], row["county"]), [])
        under = [territory for territory in named if self.paths[territory.pk].startswith(authority)]
        if len(under) > 1:  # two districts of one name: the name of the cluster names the city
            under = [territory for territory in under if row["name"].startswith(territory.full_name)]
        if len(under) != 1:
            raise DataRefused(
                f"national_clusters.csv: no single county {row['province']} {row['county']} for {row['name']}. "
                "Correct the row, or add the county to counties.csv."
            )
        return under[0]


def _clusters(listed: list[dict], places: Map) -> list[Cluster]:
    return [
        Cluster(
            name=row["name"],
            lead=(lead := places.lead_of(row)),
            path=places.paths[lead.pk],
            industry_words=row["dominant_industry_text"],
            origin=key_of(row["name"]),
        )
        for row in listed
    ]


def _recognitions(listed: list[dict], places: Map) -> list[Recognition]:
    programme = Programme.objects.get(code="national")
    clusters = {cluster.origin: cluster for cluster in Cluster.objects.filter(origin__startswith=key_of(""))}
    batches = {int(row["batch"]): row for row in read_csv("recognition_batches.csv")}
    remarks = {row["name"]: row["remark"] for row in read_csv("recognition_remarks.csv")}
    return [
        Recognition(
            programme=programme,
            cluster=clusters[key_of(row["name"])],
            name=row["name"],
            province=(province := places.authorities[row["province"]]),
            county_name=row["county"],
            industry_words=row["dominant_industry_text"],
            is_confirmed=row["confidence"] == "confirmed",
            note=_note(row, remarks.get(row["name"], "")),
            source=row["source_url"] if row["source_url"].startswith("http") else NO_ADDRESS,
            search_tokens=tokens(row["name"], row["county"], row["province"], row["dominant_industry_text"]),
            sort_key=sort_key(province, row["name"]),
            granted_for=key_of(row["name"]),
            **_facts_of_batch(row, batches),
        )
        for row in listed
    ]


def batches_of(row: dict) -> list[int]:
    """Return every batch a row may belong to; more than one when its source does not say."""
    return [int(year) for year in row["batch_year"].split("/")]


def _facts_of_batch(row: dict, batches: dict[int, dict]) -> dict:
    possible = batches_of(row)
    if len(possible) > 1:
        words = "、".join(map(str, possible[:-1])) + f" 或 {possible[-1]} 批次，来源未写明"
        return {"batch": None, "batch_note": words}
    known = batches[possible[0]]
    is_confirmed = row["confidence"] == "confirmed"
    return {
        "batch": possible[0],
        "document_number": known["document_number"] if is_confirmed else "",
        "validity_words": known["validity_words"],
        "valid_from": _day(known["valid_from"]),
        "valid_to": _day(known["valid_to"]),
    }


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


def _note(row: dict, remark: str) -> str:
    basis = next(words for beginning, words in NAME_BASIS.items() if row["name_basis"].startswith(beginning))
    doubt = "" if row["confidence"] == "confirmed" else UNCONFIRMED
    return "；".join(filter(None, (doubt, basis, remark)))


def _changes(listed: list[dict]) -> list[RecognitionChange]:
    granted = {row.granted_for: row for row in Recognition.objects.filter(granted_for__startswith=key_of(""))}
    passed = {row["name"]: row["source"] for row in read_csv("reverified_2025.csv")}
    changes = []
    for row in listed:
        if REVERIFIED_BATCH not in batches_of(row):
            continue
        recognition = granted[key_of(row["name"])]
        change = RecognitionChange(recognition=recognition, key=f"{recognition.granted_for}:2025")
        if row["name"] in passed:
            change.kind, change.note, change.source = Change.REVERIFIED, PASSED, passed[row["name"]]
        else:
            change.kind = Change.RESULT_UNKNOWN
            change.note = NOT_NAMED if recognition.batch else NOT_NAMED_AND_OPEN
        changes.append(change)
    return changes
