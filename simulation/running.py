"""What other rules would say of the applications there are: one question in, one result out.

    simulate(Settings(rules="national-2022", population=Population(calls=("demo",)), changes={"1.4": "50"}))

Before is what the screenings of the applications keep: their own rules, and the waivers in their
context. After is the same with the changes of the scenario. Rules are evaluated by the rulebook
alone, over columns read from PostgreSQL in blocks.
"""

import time
from collections.abc import Callable, Collection, Iterable
from dataclasses import replace

import numpy as np
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from applications.models import Application
from applications.prescreening import read as read_rules
from clusters.models import Industry
from programmes.models import RuleSet as StoredRules
from rulebook import exact, loader
from rulebook.rules import CODE_OF, STATES, RuleSet, State
from rulebook.scenario import Key, ScenarioError, changed
from rulebook.thresholds import along, thresholds
from rulebook.wording import FRACTION
from simulation import population
from simulation.naming import name
from simulation.population import LETTERS, Block, Chosen
from simulation.results import CANNOT_TELL, OUTCOMES, PASSES, Clause, Curve, Group, Places, Point, Result, Version
from simulation.settings import EVERYWHERE, Settings, Unanswerable
from simulation.tallying import OUTCOMES as NUMBER
from simulation.tallying import Along, Pair, Tally, decides
from territories.models import Territory

BACKGROUND = 10_000  # applications; more than that is a run in the background
Progress = Callable[[int, int], None]


def size(settings: Settings, office) -> int:
    """Return how many applications a question is about; raises Unanswerable."""
    return population.choose(settings.population, office).size


def simulate(
    settings: Settings,
    office=None,
    progress: Progress | None = None,
    *,
    rules: RuleSet | None = None,
    check_baseline: bool = False,
) -> Result:
    """Answer a question for an office (None: the command line); raises Unanswerable.

    `rules` takes the place of the rule set the settings name, for rules that are not stored yet.
    `progress` hears how many of how many are done; what it raises ends the simulation.
    """
    begun = time.perf_counter()
    chosen = population.choose(settings.population, office)
    pairs = _pairs(settings, chosen, rules)
    clauses = tuple(dict.fromkeys(clause for pair in pairs.values() for clause in pair.clauses))
    waive = _waive(settings, clauses)
    pairs = {pk: Pair(pair.before, pair.after, frozenset(waive)) for pk, pair in pairs.items()}
    moving = _along(settings, pairs)
    tally = Tally(clauses, waive, max(settings.listed, 0))
    counting = _Counting(tally, pairs, moving, chosen, progress, check_baseline)
    sides = [rules for pair in pairs.values() for rules in (pair.before, pair.after)]
    cells = list(dict.fromkeys(cell for rules in sides for cell in rules.cells))
    chosen_at = time.perf_counter()
    counting.done = population.read(chosen, cells, counting.use) if chosen.size else 0
    read_at = time.perf_counter()
    result = _result(settings, office, chosen, pairs, tally, moving, counting)
    spent = {"choose": chosen_at - begun, "read_and_count": read_at - chosen_at, "name": time.perf_counter() - read_at}
    return replace(result, seconds={step: round(seconds, 3) for step, seconds in spent.items()})


# --- What is asked ------------------------------------------------------------------------------


def rules_named(code: str) -> RuleSet:
    """Return the newest stored rules of a code (or of a digest), else those that come with the program."""
    stored = StoredRules.objects.filter(digest=code) if len(code) == 64 else StoredRules.objects.filter(code=code)
    newest = stored.order_by("-pk").first()
    if newest is not None:
        return read_rules(newest)
    try:
        return loader.load(code)
    except loader.RuleFileError as error:
        known = sorted({*loader.codes(), *StoredRules.objects.values_list("code", flat=True)})
        told = {"code": code, "known": ", ".join(known)}
        raise Unanswerable(_("There is no rule set “%(code)s”. There are: %(known)s.") % told) from error


def _pairs(settings: Settings, chosen: Chosen, rules: RuleSet | None) -> dict[int, Pair]:
    """The rules before and after, by the stored rule set the applications were screened with."""
    base = rules or (rules_named(settings.rules) if settings.rules else None)
    if base is not None and not base.computed:
        raise Unanswerable(_("The rule set “%(code)s” compares no figures with thresholds.") % {"code": base.code})
    stored = StoredRules.objects.in_bulk(list(chosen.by_rule_set) or {call.rule_set_id for call in chosen.calls})
    after: dict[str, RuleSet] = {}
    pairs = {}
    for pk, row in sorted(stored.items()):
        before = read_rules(row)
        start = base or before
        if start.hash not in after:
            after[start.hash] = _changed(start, settings)
        pairs[pk] = Pair(before, after[start.hash])
    return pairs


def _changed(rules: RuleSet, settings: Settings) -> RuleSet:
    try:
        return changed(rules, settings.changes)
    except ScenarioError as error:
        raise Unanswerable(error(get_language() or "zh")) from error


def _waive(settings: Settings, clauses: tuple[str, ...]) -> dict[str, frozenset[int] | None]:
    found: dict[str, frozenset[int] | None] = {}
    for clause, codes in settings.waive.items():
        if clause not in clauses:
            raise Unanswerable(_("There is no clause %(clause)s that could be waived.") % {"clause": clause})
        everywhere = not codes or EVERYWHERE in codes
        found[clause] = None if everywhere else frozenset(place.pk for place in population.authorities(codes))
    return found


def _along(settings: Settings, pairs: dict[int, Pair]) -> Along | None:
    """The threshold that is moved: the one asked for, else the first that the scenario changes."""
    for pair in pairs.values():
        known = thresholds(pair.after)
        key = settings.curve or next((key for key in settings.changes if key in known), "")
        if key not in known:
            continue
        now = known[key].value
        around = pair.before if key in thresholds(pair.before) else pair.after
        values = {*along(around, key), thresholds(around)[key].value, now}
        return Along(key, Key.read(key).clause, tuple(sorted(values)))
    if settings.curve:
        raise Unanswerable(_("Clause %(key)s has no threshold that could be moved.") % {"key": settings.curve})
    return None


# --- Counting -----------------------------------------------------------------------------------


class _Counting:
    """Takes block after block, tells how far it is, and compares with what is stored where that was asked."""

    def __init__(self, tally: Tally, pairs, moving, chosen: Chosen, progress: Progress | None, check: bool):
        self.tally, self.pairs, self.moving, self.progress, self.check = tally, pairs, moving, progress, check
        self.done, self.total = 0, chosen.size if progress else 0
        self.differs: dict[str, int] = {}
        reads_places = any(pair.reads_places for pair in pairs.values())
        self.codes = dict(Territory.objects.filter(recommends=True).values_list("pk", "code")) if reads_places else {}

    def use(self, block: Block) -> None:
        """Count one block."""
        pair = self.pairs.get(block.rule_set)
        if pair is None:  # a submission came in under other rules while this was counted
            raise Unanswerable(_("The rules changed while this was counted. Please ask again."))
        states = self.tally.add(block, pair, self._places(block), self.moving)
        if self.check:
            self._compare(block, states)
        self.done += len(block)
        if self.progress:
            self.progress(self.done, max(self.total, self.done))

    def _places(self, block: Block) -> np.ndarray | None:
        if not self.codes:
            return None
        known, inverse = np.unique(block.provinces, return_inverse=True)
        return np.array([self.codes.get(pk, "") for pk in known.tolist()])[inverse]

    def _compare(self, block: Block, states: dict[str, np.ndarray]) -> None:
        """Count, clause by clause, where the states before are not those of the stored findings."""
        at = {pk: row for row, pk in enumerate(block.ids.tolist())}
        stored = Application.objects.filter(pk__in=list(at)).values_list("pk", "screening__findings")
        for pk, findings in stored.iterator(chunk_size=2_000):
            told = {finding["clause"]: CODE_OF[State(finding["state"])] for finding in findings}
            for clause in told.keys() | states.keys():
                if clause not in states or told.get(clause) != states[clause][at[pk]]:
                    self.differs[clause] = self.differs.get(clause, 0) + 1


# --- What came out ------------------------------------------------------------------------------


def _result(settings: Settings, office, chosen: Chosen, pairs, tally: Tally, moving, counting: _Counting) -> Result:
    befores = _versions(pair.before for pair in pairs.values())
    known = {one.hash for one in befores} | ({rules_named(settings.rules).hash} if settings.rules else set())
    afters = _versions((pair.after for pair in pairs.values()), known if settings.changes else None)
    whole = _group("", "", tally.joint)
    flips = name(tally.flips, chosen, pairs, tally.clauses, only_missed=False)
    near = name(tally.near, chosen, pairs, tally.clauses, only_missed=True)
    return Result(
        rules=settings.rules or next(iter({pair.after.code for pair in pairs.values()})),
        hash=befores[0].hash if len(befores) == 1 else "",
        hash_after=afters[0].hash if len(afters) == 1 else "",
        read_as=_read_as(settings, pairs),
        rules_before=befores,
        rules_after=afters,
        **population.whose(settings.population, office),
        programme=chosen.programme.code,
        sample=chosen.programme.sample,
        calls=tuple(call.code for call in chosen.calls),
        sets=dict(settings.changes),
        waive=dict(settings.waive),
        population=whole.population,
        left_out=max(chosen.size - counting.done, 0),
        passes_before=whole.passes_before,
        passes=whole.passes,
        cannot_tell_before=whole.cannot_tell_before,
        cannot_tell=whole.cannot_tell,
        **_groups(chosen, tally),
        by_clause=_clauses(pairs, tally),
        flipped=_flipped(tally.joint),
        flips=flips,
        nearly=sum(tally.alone.values()),
        near=near,
        places=_places(settings, chosen, tally),
        curve=_curve(pairs, tally, moving),
        differs_from_stored=counting.differs,
    )


def _read_as(settings: Settings, pairs: dict[int, Pair]) -> dict[str, str]:
    """Each changed share as it was read, in percent: 0.65 of the command line is 65%."""
    found = {}
    for pair in pairs.values():
        known = thresholds(pair.after)
        for key in settings.changes:
            if key in known and pair.after.by_clause[Key.read(key).clause].unit_code == FRACTION:
                found[key] = f"{exact.ending(known[key].value * 100)}%"
    return found


def _versions(rules: Iterable[RuleSet], known: Collection[str] | None = None) -> tuple[Version, ...]:
    """Each version once; one that a scenario changed has the number of the version it was made from."""
    found = {one.hash: one for one in rules}
    return tuple(
        Version(one.code, one.version, one.hash, known is not None and one.hash not in known) for one in found.values()
    )


def _group(key: str, shown: str, joint: np.ndarray) -> Group:
    """Sums of one group; `joint` counts outcomes before and after together."""
    table = joint.reshape(NUMBER, NUMBER)
    before, after = table.sum(axis=1).tolist(), table.sum(axis=0).tolist()
    passes, untold = OUTCOMES.index(PASSES), OUTCOMES.index(CANNOT_TELL)
    return Group(key, shown, int(joint.sum()), before[passes], after[passes], before[untold], after[untold])


def _flipped(joint: np.ndarray) -> dict[str, int]:
    table = joint.reshape(NUMBER, NUMBER)
    return {
        f"{OUTCOMES[i]}>{OUTCOMES[j]}": int(table[i, j])
        for i in range(NUMBER)
        for j in range(NUMBER)
        if i != j and table[i, j]
    }


def _groups(chosen: Chosen, tally: Tally) -> dict[str, tuple[Group, ...]]:
    sums = tally.by
    places = Territory.objects.in_bulk(list(sums["provinces"]))
    codes = {key: chr(key - LETTERS) if key >= LETTERS else f"{key:02}" if key else "" for key in sums["industries"]}
    industries = dict(Industry.objects.filter(code__in=codes.values()).values_list("code", "name"))
    calls = {call.pk: call for call in chosen.calls}
    batches: dict[int, np.ndarray] = {}
    for pk, joint in sums["calls"].items():
        batches[calls[pk].year] = batches.get(calls[pk].year, 0) + joint
    rows = {
        "by_province": [_group(places[pk].code, places[pk].name, joint) for pk, joint in sums["provinces"].items()],
        "by_industry": [
            _group(codes[key], industries.get(codes[key], ""), joint) for key, joint in sums["industries"].items()
        ],
        "by_call": [_group(calls[pk].code, str(calls[pk].year), joint) for pk, joint in sums["calls"].items()],
        "by_batch": [_group(str(year), str(year), joint) for year, joint in batches.items()],
    }
    return {name: tuple(sorted(found, key=lambda row: row.key)) for name, found in rows.items()}


def _clauses(pairs: dict[int, Pair], tally: Tally) -> tuple[Clause, ...]:
    rules = {rule.clause: rule for pair in pairs.values() for rule in (*pair.before.rules, *pair.after.rules)}
    found = []
    for position, clause in enumerate(tally.clauses):
        before, after = (
            {str(STATES[code]): int(number) for code, number in enumerate(counted) if number}
            for counted in tally.states[clause]
        )
        rule = rules[clause]
        counts, alone = decides(rule), tally.alone[clause]
        found.append(Clause(clause, rule.name.zh, rule.name.en, counts, before, after, alone, position))
    return tuple(found)


def _places(settings: Settings, chosen: Chosen, tally: Tally) -> tuple[Places, ...]:
    """How many of those that pass find a place, authority by authority."""
    known, passes = population.places_of(chosen), OUTCOMES.index(PASSES)
    named = Territory.objects.in_bulk(list(tally.by["provinces"]))
    population.authorities([code for code in settings.places if code != EVERYWHERE])
    found = []
    for pk, joint in tally.by["provinces"].items():
        place = named[pk]
        limit = settings.places.get(place.code, settings.places.get(EVERYWHERE, known.get(pk)))
        found.append(Places(place.code, place.name, limit, int(joint.reshape(NUMBER, NUMBER)[:, passes].sum())))
    return tuple(sorted(found, key=lambda row: row.province))


def _curve(pairs: dict[int, Pair], tally: Tally, moving: Along | None) -> Curve | None:
    if moving is None:
        return None
    passes = tally.passes_along if tally.passes_along is not None else np.zeros(len(moving.values), np.int64)
    pair = next(pair for pair in pairs.values() if moving.key in thresholds(pair.after))
    rule, now = pair.after.by_clause[moving.clause], thresholds(pair.after)[moving.key].value
    before = thresholds(pair.before).get(moving.key)
    points = tuple(
        Point(exact.ending(value) or "", int(number)) for value, number in zip(moving.values, passes, strict=True)
    )
    stood = exact.ending(before.value if before else now) or ""
    return Curve(moving.key, rule.name.zh, rule.name.en, rule.unit_code or "", stood, exact.ending(now) or "", points)
