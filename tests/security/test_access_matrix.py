"""The permission matrix over HTTP: every address of the resolver, method, person and relation.

The table is `approved_access.txt`. After a change that is meant: `JIQUN_APPROVE=1 pytest tests/security`, read the
difference, commit it.
"""

import os
import re
from collections import defaultdict
from pathlib import Path

from accounts.access import PUBLIC, SIGNED_IN
from tests.security.addresses import addresses, patterns
from tests.security.asking import ask, seen
from tests.security.world import ANONYMOUS, EVERYBODY, NO_OFFICE, PEOPLE

APPROVED = Path(__file__).with_name("approved_access.txt")
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
}
OUTSIDE = ("other_county", "other_province")


def test_every_address_says_who_may_open_it():
    unsaid = [str(one.pattern) for one in patterns() if getattr(one.callback, "access", None) is None]
    assert unsaid == []


def test_every_address_has_a_name_of_its_own():
    names = [one.name for one in patterns()]
    assert None not in names
    assert len(names) == len(set(names))


def answers(world) -> dict:
    """Return the answer for every address, method and person."""
    found = {}
    for who in EVERYBODY:
        client = world.client(who)
        for address in addresses(world):
            for method in ("GET", "POST"):
                answer = found[address, method, who] = ask(client, method, address.path)
                if answer.status_code == 404 and address.foreign:
                    answer.of_nothing = ask(client, method, address.foreign)
    return found


def table(found: dict) -> str:
    """Return the matrix as a page: address, method, then each status with the people who get it."""
    lines = []
    for address in dict.fromkeys(address for address, _method, _who in found):
        for method in ("GET", "POST"):
            people = defaultdict(list)
            for who in EVERYBODY:
                people[found[address, method, who].status_code].append(who)
            lines.append(f"{address!s:40} {method:4} {_said(people)}")
    return "\n".join(lines) + "\n"


def _said(people: dict) -> str:
    """Name everybody by status; the largest group, where it is large, is `the rest`."""
    largest = max(people, key=lambda status: (len(people[status]), status))
    names = {status: " ".join(people[status]) for status in people}
    if len(people[largest]) > 4:
        names[largest] = "the rest" if len(people) > 1 else "everybody"
    return " | ".join(f"{status} {names[status]}" for status in sorted(names))


def test_the_whole_matrix_over_http(world):
    found = answers(world)
    written = table(found)
    if os.environ.get("JIQUN_APPROVE"):
        APPROVED.write_text(written, encoding="utf-8")
    assert written == APPROVED.read_text(encoding="utf-8")
    no_mistake_of_ours(found)
    declared_access_holds(found)
    nobody_outside_gets_in(found)
    every_answer_is_guarded(found)
    not_yours_looks_like_not_there(found)
    no_refusal_is_bare(found)
    every_lead_leads_to_a_page(found, world)
    every_form_says_whether_it_is_kept(found)
    the_language_leads_back_to_a_page(found)


def no_mistake_of_ours(found):
    broken = [
        f"{address} {method} {who}" for (address, method, who), answer in found.items() if answer.status_code >= 500
    ]
    assert broken == []


def declared_access_holds(found):
    """Who is not named at the address never gets its page, whatever the approved table says."""
    access = {one.name: one.callback.access for one in patterns()}
    leaks = []
    for (address, method, who), answer in found.items():
        declared = access[address.name.split(":")[0]]
        role = PEOPLE[who][0] if who in PEOPLE else None
        if declared == PUBLIC or (declared == SIGNED_IN and who != ANONYMOUS):
            continue
        if who == ANONYMOUS:
            is_kept_out = answer.status_code == 302 and answer["Location"].startswith("/accounts/login/")
        else:
            is_kept_out = role in declared or answer.status_code == 403
        if not is_kept_out:
            leaks.append(f"{address} {method} {who}: {answer.status_code}")
    assert leaks == []


def nobody_outside_gets_in(found):
    """A case or cluster of another territory is no page, and no redirect to one."""
    leaks = [
        f"{address} {method} {who}: {answer.status_code}"
        for (address, method, who), answer in found.items()
        if address.state in {"draft", "submitted", "shortlisted", "in_public_notice", "recognised"}
        and who in (*OUTSIDE, NO_OFFICE, "expert", "auditor", "security_administrator", "system_administrator")
        and answer.status_code not in {403, 404, 405}
    ]
    assert leaks == []


def every_answer_is_guarded(found):
    """Every status carries the headers that a browser needs."""
    wrong = set()
    for (address, method, _who), answer in found.items():
        policy = answer.headers.get("Content-Security-Policy", "")
        if "default-src 'none'" not in policy or "unsafe" in policy:
            wrong.add(f"{address} {method} {answer.status_code}: policy {policy!r}")
        for name, value in HEADERS.items():
            if answer.headers.get(name) != value:
                wrong.add(f"{address} {method} {answer.status_code}: {name}")
        if "Content-Disposition" in answer.headers and policy != "sandbox; default-src 'none'":
            wrong.add(f"{address} {method}: a file with the policy of a page")
        if b"testserver" in answer.body or "testserver" in str(answer.headers):
            wrong.add(f"{address} {method} {answer.status_code}: says the Host header back")
    assert sorted(wrong) == []


def not_yours_looks_like_not_there(found):
    """What is not yours and what does not exist: same status, same headers, same bytes."""
    compared = {key: answer for key, answer in found.items() if hasattr(answer, "of_nothing")}
    different = [
        f"{address} {method} {who}"
        for (address, method, who), answer in compared.items()
        if seen(answer, address.path) != seen(answer.of_nothing, address.foreign)
    ]
    assert different == []
    assert len(compared) > 100


def no_refusal_is_bare(found):
    """No address refuses to be opened; what cannot be sent to it is explained on a page with the way back."""
    bare = [
        f"{address} {method} {who}"
        for (address, method, who), answer in found.items()
        if answer.status_code == 405 and (method == "GET" or answer.body.count(b"<h1>") != 1)
    ]
    assert bare == []


def the_language_leads_back_to_a_page(found):
    """A refused form stands at the address it was sent to, and that is where the choice of a language leads back."""
    shown = [
        key
        for key, answer in found.items()
        if key[1] == "POST" and answer.status_code in {200, 409, 422, 429} and b'name="language"' in answer.body
    ]
    walls = [
        f"{address} {who}: {found[address, 'GET', who].status_code}"
        for address, _method, who in shown
        if found[address, "GET", who].status_code not in {200, 302, found[address, "POST", who].status_code}
    ]
    assert (walls, len(shown) > 40) == ([], True)


# Forms that are kept in another way, or not at all: the grid saves itself, a declaration is ticked anew each time.
KEPT_OTHERWISE = ('id="fill-form"', 'class="declaration"')
FORM = re.compile(r'<form\b([^>]*\bmethod="post"[^>]*)>(.*?)</form>', re.S)
TYPED_INTO = re.compile(r'<textarea|<select|<input\b(?![^>]*type="(?:hidden|submit|password)")')


def every_form_says_whether_it_is_kept(found):
    """What somebody types into a form is kept and asked about before it is left, but for passwords and codes."""
    forgotten = {
        f"{address.name} {method}: {attributes.strip()}"
        for (address, method, _who), answer in found.items()
        if not address.name.startswith(("account_", "mfa_")) and b"<form" in answer.body
        for attributes, content in FORM.findall(answer.body.decode())
        if TYPED_INTO.search(content) and "data-guard" not in attributes
        and not any(words in attributes for words in KEPT_OTHERWISE)
    }  # fmt: skip
    assert forgotten == set()
    secret = [
        answer.body
        for (address, method, who), answer in found.items()
        if (address.name, address.state, who) == ("decide:decline", "shortlisted", "ministry") and method == "GET"
    ]
    assert [body.count(b"data-guard data-secret") for body in secret] == [1]


def every_lead_leads_to_a_page(found, world):
    """Whom an address leads elsewhere, the page there lets in: as after signing in again in the middle of an act."""
    leads = {(who, answer["Location"]): address for (address, method, who), answer in found.items()
             if method == "GET" and who != ANONYMOUS and answer.status_code == 302}  # fmt: skip
    walls = []
    for (who, location), address in leads.items():
        answer = ask(world.client(who), "GET", location)
        if answer.status_code >= 400:
            walls.append(f"{address} {who}: {location} answers {answer.status_code}")
    assert walls == []
