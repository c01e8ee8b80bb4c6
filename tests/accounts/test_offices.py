"""Offices: given out and taken away by an administrator, acted in by their holder alone."""

import re
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from accounts.models import Office, User
from audit.models import Event
from tests.accounts.helpers import HOME, do_what_waits, is_signed_in, sign_in, signed_in
from tests.factories import OfficeFactory
from tests.world import make_country

pytestmark = pytest.mark.django_db
NEW = "new-word-for-me-1"


def add(email="li@example.org", name="李敏", role="county", authority="370102") -> str:
    said = StringIO()
    call_command("add_office", email=email, name=name, role=role, authority=authority, stdout=said)
    return said.getvalue()


@pytest.fixture(autouse=True)
def places():
    return make_country()


def link_in(text: str) -> str:
    return re.search(r"https?://\S+/accounts/password/reset/key/\S+", text)[0]


def path_of(link: str) -> str:
    return "/" + link.split("/", 3)[3]


def set_password(link: str, password: str = NEW) -> Client:
    client = Client()
    form = client.get(path_of(link), follow=True)
    client.post(form.request["PATH_INFO"], {"password1": password, "password2": password})
    return client


def test_a_new_person_gets_a_link_sets_a_password_and_signs_in():
    said = add()
    user = User.objects.get()
    assert "li@example.org: 县级申报员 · 山东省济南市历下区 (added)." in said
    assert (user.name, user.has_usable_password(), user.is_demo) == ("李敏", False, False)
    set_password(link_in(said))
    assert sign_in("li@example.org", NEW)["Location"] == HOME


def test_the_link_works_once():
    link = link_in(add())
    set_password(link)
    second = Client().get(path_of(link), follow=True)
    assert "该链接已失效" in second.content.decode()
    set_password(link, "stolen-word-1")
    assert sign_in("li@example.org", "stolen-word-1").status_code == 200
    assert sign_in("li@example.org", NEW).status_code == 302


def test_the_link_is_valid_for_three_days(settings):
    link = link_in(add())
    settings.PASSWORD_RESET_TIMEOUT = -1
    assert "该链接已失效" in Client().get(path_of(link), follow=True).content.decode()


def test_a_weak_password_is_refused_with_the_reason():
    link = link_in(add())
    client = Client()
    form = client.get(path_of(link), follow=True)
    answer = client.post(form.request["PATH_INFO"], {"password1": "12345678", "password2": "12345678"})
    assert answer.status_code == 200
    assert answer.context["form"].errors["password1"]
    assert 'class="error-summary"' in answer.content.decode()


def test_links_carry_the_address_of_the_settings_never_of_the_host_header(settings, mailoutbox):
    settings.SITE_ADDRESS, settings.ALLOWED_HOSTS = "https://jiqun.example.org", ["*"]
    assert link_in(add()).startswith("https://jiqun.example.org/accounts/")
    Client().post(reverse("account_reset_password"), {"email": "li@example.org"}, HTTP_HOST="evil.example.com")
    do_what_waits()
    assert link_in(mailoutbox[0].body).startswith("https://jiqun.example.org/accounts/")
    assert "evil" not in mailoutbox[0].body + mailoutbox[0].subject


def test_where_mail_is_set_up_the_link_is_sent_and_not_printed(settings, mailoutbox):
    settings.EMAIL_HOST = "mail.example.org"
    said = add()
    assert "http" not in said
    assert [(mail.to, mail.subject) for mail in mailoutbox] == [(["li@example.org"], "设置密码")]
    set_password(link_in(mailoutbox[0].body))
    assert sign_in("li@example.org", NEW).status_code == 302


def test_adding_twice_changes_nothing_and_adding_another_extends():
    add()
    before = Event.objects.count()
    assert "(was there already)" in add(authority="山东省济南市历下区")
    assert (User.objects.count(), Office.objects.count(), Event.objects.count()) == (1, 1, before)
    assert "(added)" in add(email="LI@example.org", name="", role="province", authority="青岛市")
    assert (User.objects.count(), Office.objects.count()) == (1, 2)


def test_a_person_with_a_password_gets_no_link():
    set_password(link_in(add()))
    assert "http" not in add(role="ministry", authority="全国")


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"email": "li"}, "li is not an e-mail address."),
        ({"role": "boss"}, "There is no role boss; there are county, city, province, ministry, expert, auditor, "
                           "security_administrator, system_administrator."),
        ({"authority": "桃源县"}, "There is no authority named 桃源县. Give a division code, "
                                 "after load_reference."),
        ({"authority": "历下"}, "There is no authority named 历下. Do you mean 山东省济南市历下区 (370102)? "
                              "Please give the code."),
        ({"role": "province"}, "The role province belongs to a province, a plan-separate city or the XPCC; "
                               "山东省济南市历下区 is none."),
        ({"role": "county", "authority": "370200"}, "The role county belongs to a county-level authority; "
                                                       "青岛市 is none."),
        ({"role": "city", "authority": "370200"}, "The role city belongs to a city; 青岛市 is none."),
        ({"role": "ministry", "authority": "山东省"}, "The role ministry belongs to the nation; 山东省 is none."),
        ({"name": " "}, "li@example.org is new: please give --name."),
    ],
)  # fmt: skip
def test_what_cannot_be_given_is_one_sentence_and_leaves_nothing(given, sentence):
    with pytest.raises(CommandError) as refusal:
        add(**given)
    assert str(refusal.value) == sentence
    assert (User.objects.count(), Office.objects.count(), Event.objects.count()) == (0, 0, 0)


def test_an_office_can_be_ended_and_begun_again():
    set_password(link_in(add()))
    said = StringIO()
    call_command("end_office", email="li@example.org", role="county", authority="370102", stdout=said)
    user = User.objects.get()
    assert list(Office.objects.to_act_in(user)) == []
    with pytest.raises(CommandError, match="holds no office county"):
        call_command("end_office", email="li@example.org", role="county", authority="370102")
    assert "(added)" in add()
    assert Office.objects.to_act_in(user).count() == 1
    assert [event.action for event in Event.objects.filter(action__endswith="_office").order_by("pk")] == [
        "accounts.add_office", "accounts.end_office", "accounts.add_office",
    ]  # fmt: skip


def test_a_person_acts_in_one_of_their_own_offices_at_a_time():
    office = OfficeFactory(county=True)
    province = OfficeFactory(user=office.user, province=True)
    client = signed_in(office.user)
    assert client.get(reverse("desk")).status_code == 403
    answer = client.post(reverse("act_in_office"), {"office": province.pk})
    assert (answer.status_code, answer["Location"]) == (302, HOME)
    assert client.get(reverse("desk")).status_code == 200
    page = client.get("/nothing/").content.decode()
    assert "省级审核员 · 山东省" in page
    assert f'name="office" value="{office.pk}"' in page


@pytest.mark.parametrize("chosen", ["another's", "ended", "text", ""])
def test_nobody_acts_in_an_office_that_is_not_theirs(chosen):
    office = OfficeFactory(county=True)
    if chosen == "another's":
        chosen = OfficeFactory(province=True).pk
    elif chosen == "ended":
        chosen = OfficeFactory(user=office.user, province=True, valid_to="2020-01-01").pk
    client = signed_in(office.user)
    assert client.post(reverse("act_in_office"), {"office": chosen}).status_code == 404
    assert client.get(reverse("desk")).status_code == 403
    assert client.get(reverse("act_in_office"))["Location"] == HOME


def test_a_person_without_an_office_sees_that_and_can_sign_out():
    user = OfficeFactory(county=True, valid_to="2020-01-01").user
    client = signed_in(user)
    assert "尚未为您登记岗位" in client.get(reverse("account_change_password")).content.decode()
    client.post(reverse("account_logout"))
    assert not is_signed_in(client)
