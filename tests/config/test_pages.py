"""The frame of every page, and the pages that say what went wrong."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from django.db import connection
from django.template.loader import render_to_string
from django.test import Client
from django.urls import reverse

from applications.enums import TO_BE_PUBLISHED, State
from config.templatetags import badges
from rulebook import verdicts
from rulebook.rules import State as Verdict
from tests.factories import OfficeFactory
from tests.journeys.databases import urls

ROOT = Path(__file__).resolve().parents[2]
PHONE_AND_DESK = "width=device-width, initial-scale=1"


def words(answer) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))


@pytest.mark.django_db
def test_what_is_not_there_is_404_in_the_frame():
    answer = Client().get("/nothing/here/")
    assert answer.status_code == 404
    assert "页面不存在" in words(answer)
    assert "前往国家级名单" in words(answer)


@pytest.mark.django_db
def test_a_refusal_is_403_with_its_sentence():
    client = Client()
    client.force_login(OfficeFactory(county=True).user)
    answer = client.get(reverse("desk"))
    assert answer.status_code == 403
    assert "本页面仅供以下人员使用：省级审核员。" in words(answer)
    assert "返回“我的工作”" in words(answer)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("office", "elsewhere", "place", "named", "en"),
    [
        ({"province": True}, "ministry", "desk", "返回“办理”", "To “Desk”"),
        ({"ministry": True}, "desk", "ministry", "返回“部级”", "To “Ministry desk”"),
    ],
)
def test_a_refusal_leads_back_to_where_this_office_has_its_work_by_its_name(office, elsewhere, place, named, en):
    client = Client()
    client.force_login(OfficeFactory(**office).user)
    for address, status in ((reverse(elsewhere), 403), ("/applications/999999/", 404)):
        answer = client.get(address)
        assert answer.status_code == status
        assert f'<a href="{reverse(place)}">{named}</a>' in answer.content.decode()
        assert "我的工作" not in answer.content.decode()
        client.cookies["django_language"] = "en"
        assert f'<a href="{reverse(place)}">{en}</a>' in client.get(address).content.decode()
        client.cookies["django_language"] = "zh-hans"
    assert client.get(reverse(place)).status_code == 200


@pytest.mark.django_db
def test_a_form_without_its_token_is_403_and_says_what_to_do():
    answer = Client(enforce_csrf_checks=True).post(
        reverse("account_login"), {"login": "a@example.org", "password": "x"}
    )
    assert answer.status_code == 403
    assert "页面已过期，未能提交" in words(answer)


@pytest.mark.django_db
@pytest.mark.urls("tests.config.failing_site")
def test_our_own_mistake_is_500_without_details():
    answer = Client(raise_request_exception=False).get("/fails/")
    assert answer.status_code == 500
    assert "系统出现错误" in words(answer)
    assert "RuntimeError" not in answer.content.decode()
    assert answer["Cache-Control"] == "no-store"


@pytest.mark.django_db
def test_a_wrong_host_is_400_in_plain_words():
    answer = Client().get("/health/", HTTP_HOST="evil.example.com")
    assert answer.status_code == 400
    assert "无法读取该请求" in words(answer)


ASK = """
import os, sys
import django
django.setup()
from django.test import Client
answers = []
for address in sys.argv[1:]:
    answer = Client(raise_request_exception=False).get(address, HTTP_HOST="localhost", secure=True)
    print(answer.status_code, answer.headers.get("Retry-After"), "数据库暂时无法访问" in answer.content.decode())
"""


def ask_without_database(*addresses: str, **more: str) -> list[str]:
    """Ask a fresh process whose database cannot be reached."""
    nowhere = "postgresql://nobody@/nothing?host=/nonexistent"
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "JIQUN_DATABASE_ROLE": "application",
        "DATABASE_URL": nowhere,
        "DATABASE_APP_URL": nowhere,
        "LOG_LEVEL": "CRITICAL",
        **more,
    }
    done = subprocess.run(
        [sys.executable, "-c", ASK, *addresses], cwd=ROOT, env=environment, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.split("\n")[:-1]


def test_while_the_database_is_away_every_page_says_so_with_503_and_the_way_back():
    assert ask_without_database("/", "/work/", "/accounts/login/") == ["503 30 True"] * 3


def test_the_page_is_also_shown_where_no_static_files_were_collected(tmp_path):
    answers = ask_without_database(
        "/", JIQUN_PRODUCTION="1", SECRET_KEY="x" * 60, ALLOWED_HOSTS="localhost", SITE_ADDRESS="https://localhost"
    )
    assert answers == ["503 30 True"]


SHOW = """
import django
django.setup()
from django.conf import settings
from django.test import Client
cookie = Client().post("/language/", {"language": "en"}, HTTP_HOST="localhost", secure=True).cookies["django_language"]
print(cookie["samesite"], bool(cookie["secure"]), bool(cookie["httponly"]))
print(Client().get("/health/", HTTP_HOST="localhost").headers["Location"])
print(settings.ALLAUTH_TRUSTED_PROXY_COUNT)
"""


@pytest.mark.parametrize(("more", "proxies"), [({}, 0), ({"BEHIND_TLS_PROXY": "1"}, 1), ({"TRUSTED_PROXIES": "2"}, 2)])
@pytest.mark.django_db(transaction=True)
def test_in_production_the_cookie_of_the_language_is_lax_and_secure_and_no_redirect_names_the_host_header(
    more, proxies
):
    owner, application = urls(connection.settings_dict["NAME"])
    environment = {name: value for name, value in os.environ.items() if name != "JIQUN_DATABASE_ROLE"} | {
        "DJANGO_SETTINGS_MODULE": "config.settings", "DATABASE_URL": owner, "DATABASE_APP_URL": application,
        "JIQUN_PRODUCTION": "1", "SECRET_KEY": "x" * 60, "ALLOWED_HOSTS": "localhost,jiqun.example.org",
        "SITE_ADDRESS": "https://jiqun.example.org",
    }  # fmt: skip
    done = subprocess.run(
        [sys.executable, "-c", SHOW], cwd=ROOT, env=environment | more, capture_output=True, text=True
    )
    assert done.stdout.splitlines() == [
        "Lax True True", "https://jiqun.example.org/health/", str(proxies),
    ], done.stderr  # fmt: skip


def test_pages_of_the_last_resort_need_no_request():
    for name in ("away", "too_long", "500", "400"):
        page = render_to_string(f"errors/{name}.html")
        assert page.count("<h1>") == 1
        assert 'href="/"' in page


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("role", "places"),
    [
        (None, ["国家级名单", "公示"]),
        ("county", ["我的工作", "认定标准", "国家级名单", "公示"]),
        ("province", ["办理", "规则工作台", "政策模拟", "国家级名单", "公示"]),
        ("ministry", ["部级", "规则工作台", "政策模拟", "国家级名单", "公示"]),
    ],
)
def test_the_head_leads_to_the_places_of_a_role(role, places):
    client = Client()
    if role:
        client.force_login(OfficeFactory(**{role: True}).user)
    page = client.get("/nothing/").content.decode()
    assert re.findall(r'<li><a href="[^"]*"(?: aria-current="page")?>([^<]+)</a></li>', page)[: len(places)] == places
    assert ("退出登录" in page) is bool(role)


@pytest.mark.django_db
def test_the_frame_has_language_skip_link_one_heading_and_no_inline_script_or_style():
    page = Client().get(reverse("account_login")).content.decode()
    assert '<html lang="zh-Hans">' in page
    assert page.count("<h1>") == 1
    assert '<a class="skip" href="#content">' in page
    assert 'aria-live="polite"' in page
    assert PHONE_AND_DESK in page
    assert not re.search(r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son\w+=", page)


@pytest.mark.django_db
def test_a_person_chooses_english_and_comes_back_to_the_same_page():
    client = Client()
    answer = client.post(reverse("set_language"), {"language": "en", "next": "/accounts/login/"}, follow=True)
    assert answer.redirect_chain == [("/accounts/login/", 302)]
    assert '<html lang="en">' in answer.content.decode()
    assert "Sign in" in answer.content.decode()
    assert client.get(reverse("set_language"))["Location"] == "/"


@pytest.mark.django_db
def test_what_an_address_does_not_take_is_explained_on_a_page():
    answer = Client().put("/notices/")
    assert (answer.status_code, answer["Allow"]) == (405, "GET, HEAD")
    assert "此处无法进行该操作" in words(answer)


@pytest.mark.django_db
def test_the_browsers_own_language_is_not_asked():
    page = Client().get(reverse("account_login"), HTTP_ACCEPT_LANGUAGE="en").content.decode()
    assert '<html lang="zh-Hans">' in page


def test_every_state_and_verdict_has_colour_icon_and_words():
    assert set(badges.STATES) == {*State, TO_BE_PUBLISHED}
    assert set(badges.ICONS) == set(verdicts.VERDICTS) == set(Verdict)
    for state in State:
        assert re.fullmatch(
            r'<span class="badge-state tone-\w+"><i class="bi bi-[\w-]+" aria-hidden="true"></i>[^<]+</span>',
            badges.state_badge(state.value),
        )
    for verdict in Verdict:
        assert re.fullmatch(
            rf'<span class="badge-verdict verdict-{verdict}">'
            r'<i class="bi bi-[\w-]+" aria-hidden="true"></i>[^<]+</span>',
            badges.verdict(verdict.value),
        )


def test_icons_are_in_the_font_we_serve():
    known = set(re.findall(r"\.bi-([\w-]+)::?before", (ROOT / "static/vendor/bootstrap-icons.min.css").read_text()))
    used = {icon for _tone, icon in badges.STATES.values()} | set(badges.ICONS.values())
    for template in (ROOT / "templates").rglob("*.html"):
        used |= set(re.findall(r"\bbi bi-([\w-]+)", template.read_text(encoding="utf-8")))
    assert used - known == set()


def test_the_squares_say_their_counts_in_words_and_leave_zeros_out():
    counts = {"met": 12, "not_met": 3, "near": 0, "cannot_tell": 2, "by_hand": 9}
    page = badges.verdict_squares(counts)
    assert re.findall(r'<span class="visually-hidden">([^<]+)</span>', page) == [
        "12 项达标", "3 项未达标", "2 项资料不足",
    ]  # fmt: skip
    assert re.findall(r'<li class="([\w-]+)"', page) == [
        "verdict-met", "verdict-not_met", "verdict-cannot_tell",
    ]  # fmt: skip


# --- Colours ------------------------------------------------------------------------------


def colours(block: str) -> dict[str, str]:
    return dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", block))


def looks() -> dict[str, dict[str, str]]:
    """Return the colours of the light and of both dark looks, from the one file of tokens."""
    text = (ROOT / "static/css/tokens.css").read_text(encoding="utf-8")
    light = re.search(r":root \{\n  color-scheme: light;(.*?)\n\}", text, re.S)[1]
    dark = re.findall(r"color-scheme: dark;(.*?)\n  \}", text, re.S)
    return {"light": colours(light), "dark by system": colours(dark[0]), "dark by choice": colours(dark[1])}


def brightness(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    low, high = sorted((brightness(one), brightness(other)))
    return (high + 0.05) / (low + 0.05)


TEXT_ON = {
    "ink": ["paper", "sheet", "sunken", "press-soft"],
    "ink-soft": ["paper", "sheet", "sunken"],
    "press": ["paper", "sheet", "sunken", "press-soft"],
    "press-deep": ["sheet", "press-soft"],
    "on-press": ["press", "press-deep"],
    "cinnabar": ["paper", "sheet", "sunken", "cinnabar-soft"],
    "met": ["paper", "sheet", "met-soft"],
    "near": ["paper", "sheet", "near-soft"],
    "slate": ["paper", "sheet", "slate-soft"],
}


@pytest.mark.parametrize("look", ["light", "dark by system", "dark by choice"])
def test_every_text_stands_out_from_its_ground(look):
    tokens = looks()[look]
    weak = {
        f"{text} on {ground}": round(contrast(tokens[text], tokens[ground]), 2)
        for text, grounds in TEXT_ON.items()
        for ground in grounds
        if contrast(tokens[text], tokens[ground]) < 4.5
    }
    edges = {ground: round(contrast(tokens["rule-strong"], tokens[ground]), 2) for ground in ("paper", "sheet")}
    assert weak == {}
    assert {ground: ratio for ground, ratio in edges.items() if ratio < 3} == {}


def test_dark_is_the_same_by_system_and_by_choice():
    tokens = looks()
    assert tokens["dark by system"] == tokens["dark by choice"]


def test_colours_stand_in_the_file_of_tokens_alone():
    others = [file for file in (ROOT / "static/css").glob("*.css") if file.name != "tokens.css"]
    strays = {
        file.name: found
        for file in others
        if (found := re.findall(r"(?:#[0-9a-fA-F]{3,8}\b|\bhsla?\()", re.sub(r"/\*.*?\*/", "", file.read_text())))
    }
    assert strays == {}


@pytest.mark.django_db
def test_a_page_names_account_and_office_in_opaque_words_and_nobody_while_signing_in():
    def named(client, address):
        page = client.get(address).content.decode()
        return re.findall(r'<body[^>]* data-account="(\w*)" data-office="(\w*)"', page)

    office, other = OfficeFactory(county=True), OfficeFactory(county=True)
    li, sun, nobody = Client(), Client(), Client()
    li.force_login(office.user)
    sun.force_login(other.user)
    (own,), (others,) = named(li, "/"), named(sun, "/")
    assert own == named(li, "/work/")[0] and not set(own) & set(others)
    assert all(len(word) == 16 for word in own)
    assert named(nobody, "/") == named(nobody, "/accounts/login/") == [("", "")]
    assert named(nobody, "/accounts/login/?next=/work/") == []
    assert "data-account" not in render_to_string("errors/500.html")


@pytest.mark.django_db
def test_who_asks_for_the_mark_without_a_page_is_led_to_it():
    assert Client().get("/favicon.ico")["Location"] == "/static/img/seal.svg"
