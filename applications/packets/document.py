"""A packet on paper: its words for the layout packet.typ. All of it comes from the packet itself.

So the pages can be printed again from the packet alone, and compared (applications.packets.verifying).
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from accounts.enums import Role
from applications import figures, history, register_changes, snapshots
from applications.enums import Answer, Decision, Judged, Outcome, Reason, state_words
from applications.judging import read_out
from applications.packets import wording
from applications.packets.reading import ATTACHED
from applications.replaying import COUNTS
from applications.returns import replied
from audit.models import SEALED_APART, Event
from clusters.sentences import listed
from printing.document import Attachment, Printed, pdf, pictures
from programmes.enums import Kind
from rulebook import explain, loader, verdicts
from rulebook.catalogue import INDICATORS
from rulebook.numbers import show
from rulebook.rules import Finding, RuleSet, place_of
from rulebook.rules import State as Verdict

LAYOUT = Path(__file__).parent / "packet.typ"
FORMS = wording.ROOT / "data"
LANGUAGES = ("zh-hans", "en")
Packet = Mapping[str, Any]
# The colour of a verdict in official.typ.
TONES = {
    Verdict.MET: "good", Verdict.NOT_MET: "refused", Verdict.NEAR: "waits", Verdict.CANNOT_TELL: "waits",
    Verdict.BY_HAND: "plain", Verdict.NOT_APPLICABLE: "quiet", Verdict.WAIVED: "good",
}  # fmt: skip


def printed(packet: Packet, language: str, mark: str | None = None) -> Printed:
    """Return the packet as a PDF in one language, with its JSON inside and the digest of our wording as a mark.

    `mark` is that of a file that is compared, empty where it has none: the words are ours all the same.
    """
    mark = wording.ours() if mark is None else mark
    return pdf(LAYOUT, *_told(packet, language, mark), datetime.fromisoformat(packet["made_at"]))


def looked_at(packet: Packet, language: str, ppi: int = 110) -> list[bytes]:
    """Return the pages of the packet as pictures."""
    return pictures(LAYOUT, *_told(packet, language, wording.ours()), ppi)


def _told(packet: Packet, language: str, mark: str) -> tuple[dict[str, Any], Attachment]:
    """Return the words of the pages, and the data that lie inside the file."""
    content = snapshots.canonical(dict(packet))
    packet = json.loads(content)  # in the order in which it will be read from the file, so that it prints the same
    attachment = Attachment(
        name=ATTACHED,
        content=content,
        mime="application/json",
        says="The decision packet as data; verify it with: manage.py verify FILE",
    )
    with translation.override(language):
        return words_of(packet) | {"lang": language, "wording": [mark] if mark else []}, attachment


def words_of(packet: Packet) -> dict[str, Any]:
    """Return everything that stands on the pages, in the language that is active."""
    lang = translation.get_language() or "zh"
    rules = {digest: loader.load_canonical(one["content"]) for digest, one in packet["rule_sets"].items()}
    content = json.loads(packet["snapshots"][-1]["content"])
    names = {rule.clause: rule.name(lang) for one in rules.values() for rule in one.rules}
    return {
        "title": _("Decision packet"),
        "programme": packet["application"]["programme"]["name"],
        "cluster": packet["application"]["cluster"],
        "sample": _("Sample: not a real case") if packet["application"]["programme"]["sample"] else "",
        "made": _("Made on %(at)s for %(whom)s") % {"at": _moment(packet["made_at"]), "whom": _who(packet["made_for"])},
        "facts": _facts(packet, content),
        "sections": [
            _section(_("Decisions"), "decisions", rows=[_decision(one, names) for one in packet["opinions"]],
                     head=[_("Time"), _("Decided by"), _("Decision and reasons"), _("Rests on")],
                     empty=_("Nobody has decided yet.")),
            *_screenings(packet, content["statements"], rules, lang),
            *_figures(packet["snapshots"], lang),
            _section(_("Reasons the county gives for figures that look odd"), "remarks",
                     head=[_("Figure"), _("Reason")], empty=_("None."),
                     rows=[[one.about, one.words] for one in figures.remarks_of(content, lang)]),
            *_replies(packet),
            *_register(packet),
            _section(_("Public notices"), "notices", head=[_("Document number"), _("From and until"), _("Objections")],
                     rows=[_notice(one) for one in packet["notices"]], empty=_("None that this office knows of.")),
            _section(_("History"), "history", head=[_("Time"), _("What happened")],
                     rows=list(_history(packet["events"])), empty=_("Nothing.")),
        ],
        "proof": _proof(packet, rules, lang),
        "foot": packet["digest"][:16],
        "page": _("Page %(page)s of %(pages)s") % {"page": "{page}", "pages": "{pages}"},
        "unprintable_says": _("These characters are in no typeface of this installation and stand as their codes:"),
    }  # fmt: skip


def _section(title: str, kind: str, *, head: list, rows: list, empty: str, facts: Sequence = ()) -> dict:
    return {"title": title, "kind": kind, "head": head, "rows": rows, "empty": empty, "facts": list(facts)}


def _facts(packet: Packet, content: dict) -> list[list[str]]:
    """Return the facts of the case, each with its label; those of the cluster as they were signed."""
    bid, cluster, title = packet["application"], content["cluster"], packet["title"]
    facts = [
        [_("Call"), f"{bid['programme']['name']} {bid['call']['year']} {bid['call']['document_number']}".strip()],
        [_("Kind of application"), _label(Kind, bid["kind"])],
        [_("State"), state_words(bid["state"])],
        [_("Leading county"), cluster["lead"]["name"]],
        [_("Further places"), listed(cluster["further"])],
        [_("Recommending authority"), bid["province"]["name"]],
        [_("Leading industry"), f"{cluster['industry']['code']} {cluster['industry']['name']}".strip()],
        [_("Niche"), cluster["niche"]],
        [_("Operating body"), cluster["operator"]],
        [_("Time of submission"), _moment(bid["submitted_at"])],
        [_("Number of the case"), str(bid["number"])],
    ]
    if title:
        granted = {"document": title["document_number"], "day": _day(title["valid_from"])}
        facts.append([_("Recognition"), _("%(document)s, valid from %(day)s") % granted])
    return [[label, value or "—"] for label, value in facts]


def _decision(one: Packet, names: Mapping[str, str]) -> list[str]:
    """Return a decision: when, who, what with its reasons and judgements, and what it rests on."""
    lines = [
        f"{one['number']}. {_label(Decision, one['decision'])}",
        *(_label(Reason, code) for code in one["reasons"]),
        one["words"],
        *_judgements(one.get("judgements") or {}, names),
    ]
    if one["due_at"]:
        lines.append(_("To be back by %(at)s") % {"at": _moment(one["due_at"])})
    rests = _("version %(version)d, screening %(screening)d") % {
        "version": one["snapshot"], "screening": one["screening"]}  # fmt: skip
    if one["replaces"]:
        rests += "\n" + _("replaces decision %(number)d") % {"number": one["replaces"]}
    return [_moment(one["made_at"]), _who(one["by"]), "\n".join(filter(None, lines)), rests]


def _judgements(judgements: dict, names: Mapping[str, str]) -> Iterator[str]:
    """Yield what was judged of the clauses that people judge, each departure in a line of its own."""
    sealed, colon = read_out(judgements, names), pgettext("between label and words", ": ")
    if sealed.agreed:
        yield _("Agrees with the county's own answer: %(clauses)s") % {"clauses": sealed.agreed}
    for one in sealed.others:
        carried = _("Taken over from the version before") if one.carried else ""
        yield " ".join(filter(None, (one.clause, one.name, colon.join(filter(None, (one.label, one.words))), carried)))


def _screenings(packet: Packet, statements: dict, rules: Mapping[str, RuleSet], lang: str) -> list[dict]:
    """Return every screening; what the county says of a clause stands once, beside its finding in the last one.

    A statement of a clause that the last rules do not have follows in a section of its own.
    """
    *before, last = packet["screenings"]
    screened = {finding["clause"] for finding in last["findings"]}
    left = sorted(statements.keys() - screened, key=place_of)
    sections = [_screening(one, rules[one["rule_set"]], lang) for one in before]
    sections.append(_screening(last, rules[last["rule_set"]], lang, _beside(packet, statements)))
    if left:
        rows = [[clause, _stated(statements[clause])] for clause in left]
        title = _("What the county says of clauses that these rules do not have")
        sections.append(_section(title, "statements", head=[_("Clause"), _("The county's own answer")], rows=rows,
                                 empty=""))  # fmt: skip
    return sections


def _beside(packet: Packet, statements: dict) -> dict[str, list[str]]:
    """Return the lines beside each clause: what the county says of it, and how decisions on this version judged it."""
    own = _("The county's own answer: %(answer)s")
    lines = {clause: [own % {"answer": _stated(one)}] for clause, one in statements.items()}
    for one in packet["opinions"]:
        if one["snapshot"] != packet["snapshots"][-1]["number"]:
            continue
        for clause, told in (one.get("judgements") or {}).items():
            lines.setdefault(clause, []).append(
                _("Decision %(number)d: %(judgement)s")
                % {"number": one["number"], "judgement": _label(Judged, told["verdict"])}
            )
    return lines


def _stated(one: Packet) -> str:
    """Return a statement: the answer, then the county's own words from the next line on."""
    return "\n".join(filter(None, (_label(Answer, one["answer"]), one["words"])))


def _screening(one: Packet, rules: RuleSet, lang: str, beside: Mapping[str, list[str]] = MappingProxyType({})) -> dict:
    """Return the findings of a screening in words, in the order of the rules, with the lines `beside` them."""
    found = [Finding.from_json(finding) for finding in one["findings"]]
    rows = [
        [finding.clause, rules.by_clause[finding.clause].name(lang), verdicts.word(finding.state, lang),
         "\n".join((explain.says(finding, rules.by_clause[finding.clause], lang), *beside.get(finding.clause, ())))]
        for finding in found
    ]  # fmt: skip
    facts = [
        [_("Screened"), _moment(one["made_at"])],
        [_("On version"), str(one["snapshot"])],
        [_("Rules"), f"{rules.title(lang)}（{rules.code} {rules.version}）"],
        [
            _("Result"),
            " · ".join(
                verdicts.counted(state, one["counts"][state], lang) for state in COUNTS if one["counts"].get(state)
            ),
        ],
    ]
    for waiver in one["context"].get("waivers", ()):
        why = "，".join(filter(None, (waiver["authority"], waiver["reason"], waiver["document"])))
        facts.append([_("Waived: clause %(clause)s") % {"clause": waiver["clause"]}, why])
    head = [_("Clause"), _("Subject"), _("Verdict"), _("Finding")]
    title = _("Screening %(number)d") % {"number": one["number"]}
    section = _section(title, "screening", head=head, rows=rows, empty="", facts=facts)
    return section | {"tones": [TONES[finding.state] for finding in found]}


def _figures(snapshots_kept: list[Packet], lang: str) -> list[dict]:
    """Return the figures of each version, by year, in the order of the page; a changed one as from → to."""
    told = [json.loads(one["content"])["figures"] for one in snapshots_kept]
    versions = zip(snapshots_kept, told, [None, *told[:-1]], strict=True)
    return [_figures_of(one, now, before, lang) for one, now, before in versions]


def _figures_of(snapshot: Packet, told: dict, old: dict | None, lang: str) -> dict:
    place = _places(snapshot["form_version"])
    codes = sorted({*told, *(old or {})}, key=lambda code: (place.get(code, len(place)), INDICATORS[code].order))
    years = sorted({year for side in (told, old or {}) for by_year in side.values() for year in by_year})
    rows = [
        [INDICATORS[code].label(lang), INDICATORS[code].unit_typed(lang),
         *(_from_to(told, old, code, year, lang) for year in years)]
        for code in codes
    ]  # fmt: skip
    title = _("Figures, version %(number)d") % {"number": snapshot["number"]}
    return _section(title, "figures", head=[_("Indicator"), _("Unit"), *years], rows=rows, empty=_("Nothing."))


@cache
def _places(form: str) -> dict[str, int]:
    """Return where each indicator stands in a form that comes with the program; nothing for another form."""
    known = {file.stem: file for file in FORMS.glob("form-*.json")}
    if form not in known:
        return {}
    sections = json.loads(known[form].read_text(encoding="utf-8"))["sections"]
    return {code: n for n, code in enumerate(code for section in sections for code in section["indicators"])}


def _from_to(told: dict, old: dict | None, code: str, year: str, lang: str) -> str:
    """Return a figure; where the version before had another, both."""
    was, now = (
        show(INDICATORS[code], Decimal(side[code][year]), lang=lang) if year in side.get(code, {}) else "—"
        for side in (told if old is None else old, told)
    )
    return now if was == now else f"{was} → {now}"


def _replies(packet: Packet) -> list[dict]:
    """Return what each version answers to the return before it; nothing where none was returned."""
    rows = [
        [str(one["number"]), asked.label, asked.words]
        for one in packet["snapshots"]
        for asked in replied(json.loads(one["content"]))
    ]
    head = [pgettext("of an application", "Version"), _("What was asked"), _("Reply")]
    return [_section(_("Replies of the county to returns"), "replies", head=head, rows=rows, empty="")] if rows else []


def _register(packet: Packet) -> list[dict]:
    """Return what the register says otherwise since the last submission; format 1 did not hold it."""
    if "register" not in packet:
        return []
    rows = [
        [_moment(one["at"]), register_changes.label_of(one["fact"]), one["from"] or "—", one["to"] or "—"]
        for one in packet["register"]
    ]
    title = _("Registered since the last submission; what counts is what was signed")
    head = [_("Time"), _("Fact"), _("As signed"), _("Registered since")]
    return [_section(title, "register", head=head, rows=rows, empty=_("Nothing."))]


def _notice(one: Packet) -> list[str]:
    outcome = _label(Outcome, one["outcome"]) if one["outcome"] else _("Not recorded yet")
    return [
        one["document_number"] or "—",
        f"{_day(one['starts_on'])} — {_day(one['ends_on'])}",
        "\n".join(filter(None, (outcome, one["words"]))),
    ]


def _history(events: list[Packet]):
    """Return the sentences of the history, oldest first."""
    for one in events:
        values = {name: told for name, told in one.get("values", {}).items() if name not in SEALED_APART}
        if not values:
            continue
        line = history.line_of(Event(**values | {"at": datetime.fromisoformat(values["at"])}), True)
        if line is not None:
            more = [_("Reasons: %(reasons)s") % {"reasons": "；".join(line.reasons)}] if line.reasons else []
            yield [_moment(values["at"]), "\n".join(filter(None, (line.says, *more, line.words)))]


def _proof(packet: Packet, rules: Mapping[str, RuleSet], lang: str) -> dict:
    """Return what binds these pages to the data in the file."""
    digests = [[_("Digest of this packet"), packet["digest"]]]
    digests += [[_("Version %(number)d as signed") % {"number": one["number"]}, one["digest"]]
                for one in packet["snapshots"]]  # fmt: skip
    digests += [[f"{one.title(lang)} {one.version}", digest] for digest, one in rules.items()]
    engines = listed(sorted({one["engine_version"] for one in packet["screenings"]}))
    return {
        "title": _("Proof"),
        "says": [
            _("Inside this PDF lies the file %(name)s with all data of these pages, the full text of the rules, and "
              "the hashes of the history. The command “manage.py verify FILE” checks it without the database: it "
              "computes every screening again and compares every digest.") % {"name": ATTACHED},
            _("The packet holds what the office named on the first page may know. Each download is on record with "
              "the digest of the packet."),
            _("Version of the rulebook that computed the screenings: %(version)s") % {"version": engines},
        ],
        "digests": digests,
    }  # fmt: skip


def _who(by: Packet | None) -> str:
    """Return an office as people call it."""
    if by is None:
        return "—"
    known = by["role"] if by["role"] in Role.values else ""
    return " ".join(filter(None, (history.authority_words(known, by["authority"]), by["name"])))


def _moment(at: str | None) -> str:
    return date_format(timezone.localtime(datetime.fromisoformat(at)), "DATETIME_FORMAT") if at else "—"


def _day(day: str | None) -> str:
    return date_format(date.fromisoformat(day), "DATE_FORMAT") if day else "—"


def _label(choices, code: str) -> str:
    return str(choices(code).label) if code in choices.values else code
