"""What came out of a simulation, as small rows that pages, exports and the command line show alike.

`Result.as_json()` is the one object of the command line and of a kept run; `Result.read` is its
inverse. Numbers of clauses are decimal strings, as in findings. An application has one of three
outcomes: it passes (meets, is waived from or is not concerned by every hard computed clause), fails,
or nobody can tell.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field

PASSES, FAILS, CANNOT_TELL = "passes", "fails", "cannot_tell"
# whose applications the asker may see, so that they could be counted
RECOMMENDED, SUBMITTED_IN, EVERY = "recommended", "submitted_in", "every"
OUTCOMES = (FAILS, CANNOT_TELL, PASSES)  # by code: as truth is ordered in the rulebook


@dataclass(frozen=True)
class Group:
    """How one part of the population fares: a province, an industry, a call or a batch.

    `key` is the code of the authority, the two digits (or the letter) of the industry, the code of the
    call or the year of the batch; empty where an application names no industry.
    """

    key: str
    name: str
    population: int
    passes_before: int
    passes: int
    cannot_tell_before: int
    cannot_tell: int

    @property
    def fails(self) -> int:
        """How many miss a clause now."""
        return self.population - self.passes - self.cannot_tell

    @property
    def change(self) -> int:
        """How many more pass than before."""
        return self.passes - self.passes_before


@dataclass(frozen=True)
class Clause:
    """How many applications have each state at one clause, before and after; a clause may be on one side only.

    `counts` says whether the clause decides about passing (hard or conditional, and computed).
    """

    clause: str
    name_zh: str
    name_en: str
    counts: bool
    before: Mapping[str, int]
    after: Mapping[str, int]
    misses_alone: int = 0  # applications that miss this clause and no other now
    position: int = 0  # in the order of the rule set: a JSON object keeps none

    def name(self, lang: str) -> str:
        """Return the subject of the clause."""
        return self.name_zh if lang.startswith("zh") else self.name_en


@dataclass(frozen=True)
class Lack:
    """One clause of one application: from which state to which, and by how much.

    `value` is the figure compared, `required` the bound now, `gap` what is lacking (negative: to
    spare), exact decimal strings in the unit of the clause; null where nothing single is compared, as
    in a clause with several sides, which are then in `parts`. `years` are those the figure is of, in a clause about
    each year the one whose figure it is.
    """

    clause: str
    before: str
    after: str
    value: str | None = None
    required: str | None = None
    gap: str | None = None
    unit: str | None = None
    parts: tuple["Lack", ...] = ()
    comparator: str = ""
    years: tuple[str, ...] = ()


@dataclass(frozen=True)
class Flip:
    """One application whose outcome is another one now, or that misses one clause alone (a near miss)."""

    application: int
    cluster_id: int
    cluster: str
    province: str
    province_name: str
    call: str
    before: str
    after: str
    clauses: tuple[Lack, ...]


@dataclass(frozen=True)
class Point:
    """How many pass when the threshold of the curve lies at `value`."""

    value: str
    passes: int


@dataclass(frozen=True)
class Curve:
    """Passes over the threshold of one clause, everything else as in the scenario; exact at every point.

    `before` and `now` are where the threshold stood and stands. `key` is that of the change (1.4, 2.1/2).
    """

    key: str
    name_zh: str
    name_en: str
    unit: str
    before: str
    now: str
    points: tuple[Point, ...]


@dataclass(frozen=True)
class Places:
    """How many of those that pass an authority could recommend; `places` is null where no limit is known."""

    province: str
    name: str
    places: int | None
    passes: int

    @property
    def within(self) -> int:
        """How many fit the places."""
        return self.passes if self.places is None else min(self.passes, self.places)

    @property
    def beyond(self) -> int:
        """How many pass and find no place."""
        return self.passes - self.within


@dataclass(frozen=True)
class Version:
    """Rules that stood on one side of a simulation; `is_changed` where a scenario moved something in them."""

    code: str
    version: str
    hash: str
    is_changed: bool = False


@dataclass(frozen=True)
class Result:
    """Everything a simulation found. `left_out` are submitted applications without figures for mass work.

    `rules_before` are the stored rules the applications were screened with, `rules_after` those they are
    counted with now; `hash` and `hash_after` are theirs where there is one (empty where there are several).
    `whose` says which applications could be among those counted at all (RECOMMENDED, SUBMITTED_IN, EVERY)
    and `area` of which authority; `with_disqualified` whether disqualified ones could be; `narrowed_by` names the
    filters that chose among them (settings.NARROWING). `flips` and `near`
    name at most as many as was asked; `flipped` and `nearly` count all.
    """

    rules: str
    hash: str
    hash_after: str
    programme: str
    sample: bool
    calls: tuple[str, ...]
    sets: Mapping[str, str]
    waive: Mapping[str, tuple[str, ...]]
    population: int
    left_out: int
    passes_before: int
    passes: int
    cannot_tell_before: int
    cannot_tell: int
    by_province: tuple[Group, ...]
    by_industry: tuple[Group, ...]
    by_call: tuple[Group, ...]
    by_batch: tuple[Group, ...]
    by_clause: tuple[Clause, ...]
    flipped: Mapping[str, int]  # "passes>fails" to a number
    flips: tuple[Flip, ...]
    nearly: int
    near: tuple[Flip, ...]
    places: tuple[Places, ...]
    curve: Curve | None = None
    differs_from_stored: Mapping[str, int] = field(default_factory=dict)  # only when that was checked
    seconds: Mapping[str, float] = field(default_factory=dict)
    read_as: Mapping[str, str] = field(default_factory=dict)  # shares that were changed, in percent
    rules_before: tuple[Version, ...] = ()
    rules_after: tuple[Version, ...] = ()
    whose: str = ""  # empty in what was kept before this was asked
    area: str = ""
    with_disqualified: bool = True
    narrowed_by: tuple[str, ...] = ()

    @property
    def fails(self) -> int:
        """How many miss a clause now."""
        return self.population - self.passes - self.cannot_tell

    @property
    def flips_in_all(self) -> int:
        """How many have another outcome now."""
        return sum(self.flipped.values())

    def as_json(self) -> dict:
        """Return plain dictionaries, lists and strings; groups and clauses by their key."""
        told = asdict(self)
        for name in ("by_province", "by_industry", "by_call", "by_batch"):
            told[name] = {row["key"]: {key: value for key, value in row.items() if key != "key"} for row in told[name]}
        told["by_clause"] = {row.pop("clause"): row for row in told["by_clause"]}
        told["places"] = [told_place | {"within": row.within, "beyond": row.beyond}
                          for told_place, row in zip(told["places"], self.places, strict=True)]  # fmt: skip
        return told

    @classmethod
    def read(cls, told: Mapping) -> "Result":
        """Return what as_json() told."""
        groups = {
            name: tuple(Group(key, **row) for key, row in sorted(told[name].items()))
            for name in ("by_province", "by_industry", "by_call", "by_batch")
        }
        curve = told["curve"] and Curve(
            **told["curve"] | {"points": tuple(Point(**one) for one in told["curve"]["points"])}
        )
        changed = {
            "calls": tuple(told["calls"]),
            "waive": {clause: tuple(codes) for clause, codes in told["waive"].items()},
            "by_clause": tuple(
                sorted(
                    (Clause(clause, **row) for clause, row in told["by_clause"].items()), key=lambda row: row.position
                )
            ),
            "flips": tuple(map(_flip, told["flips"])),
            "near": tuple(map(_flip, told["near"])),
            "places": tuple(
                Places(row["province"], row["name"], row["places"], row["passes"]) for row in told["places"]
            ),
            "curve": curve,
            "rules_before": tuple(Version(**row) for row in told.get("rules_before", ())),
            "rules_after": tuple(Version(**row) for row in told.get("rules_after", ())),
            "narrowed_by": tuple(told.get("narrowed_by", ())),
        }
        return cls(**{**told, **groups, **changed})


def _flip(told: Mapping) -> Flip:
    return Flip(**told | {"clauses": tuple(map(_lack, told["clauses"]))})


def _lack(told: Mapping) -> Lack:
    return Lack(**told | {"parts": tuple(map(_lack, told["parts"])), "years": tuple(told.get("years", ()))})
