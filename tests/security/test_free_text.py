"""Every form that takes words takes them without what cannot be seen."""

import pytest
from django import forms
from django.core.exceptions import ValidationError
from django.urls import get_resolver
from django.utils import timezone

HIDDEN = "甲\u202e乙\u200b丙\u2066丁\ufeff"
# Read by the number parser, which shows what it refuses; texts of rules, which are refused with the place; or marks
# of what a page showed, which are compared and never kept.
NOT_FREE = {
    ("PartForm", "value"), ("ImportForm", "text"), ("OpenForm", "code"),
    ("SubmitForm", "seen"), ("SubmitForm", "opened"), ("ObjectionsForm", "seen"),
}  # fmt: skip
OURS = ("accounts", "clusters", "programmes", "applications", "simulation", "ruledesk", "portal", "territories")


def _every_form(of=forms.BaseForm):
    for one in of.__subclasses__():
        yield one
        yield from _every_form(one)


def _free_texts():
    get_resolver().url_patterns  # noqa: B018  reads every view, and with them every form
    for form in set(_every_form()):
        if form.__module__.partition(".")[0] not in OURS or form.__module__.startswith("accounts"):
            continue
        for name, field in form.base_fields.items():
            is_words = isinstance(field, forms.CharField) and (form.__name__, name) not in NOT_FREE
            if is_words and not isinstance(field, (forms.UUIDField, forms.EmailField, forms.FileField)):
                yield form, name, field


def test_every_field_for_words_takes_out_what_cannot_be_seen():
    checked = 0
    for form, name, field in _free_texts():
        try:
            kept = field.clean(HIDDEN)
        except ValidationError:
            continue  # a code, an area: refused, which is as good
        assert kept == "甲乙丙丁", (form, name)
        checked += 1
    assert checked > 20


def test_every_field_for_a_date_reads_ascii_and_full_width_digits_and_those_of_no_other_script():
    get_resolver().url_patterns  # noqa: B018
    today, checked = timezone.localdate().isoformat(), 0
    for field in {field for form in _every_form() if form.__module__.partition(".")[0] in OURS
                  for field in form.base_fields.values()}:  # fmt: skip
        if not isinstance(field, (forms.DateField, forms.DateTimeField)):
            continue
        wide, arabic = (
            today.translate(str.maketrans("0123456789-", one)) for one in ("０１２３４５６７８９－", "٠١٢٣٤٥٦٧٨٩-")
        )
        assert field.clean(wide) == field.clean(today)
        with pytest.raises(ValidationError):
            field.clean(arabic)
        checked += 1
    assert checked > 5


@pytest.mark.django_db
def test_an_address_copied_with_what_cannot_be_seen_signs_in(client, country):
    from tests.accounts.helpers import PASSWORD
    from tests.factories import OfficeFactory

    user = OfficeFactory(county=True).user
    user.set_password(PASSWORD)
    user.save()
    answer = client.post("/accounts/login/", {"login": f"\u200b {user.email}\u00a0\u202c", "password": PASSWORD})
    assert answer.status_code == 302 and client.session["_auth_user_id"] == str(user.pk)
