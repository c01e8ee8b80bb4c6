"""What the framework says in our forms is said in Chinese, as an office says it."""

import re
from pathlib import Path

import pytest
from django import forms
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.urls import get_resolver

from config.framework_words import SENTENCES
from tests.factories import UserFactory

HAN = re.compile("[\u4e00-\u9fff]")
# The length of a text is said with its own count, so the words of a field alone do not show it.
LONG = "x" * 5000


def every_form() -> set[type]:
    """Return every form of the site; reading the addresses loads their modules."""
    assert get_resolver().url_patterns
    found, waiting = set(), [forms.BaseForm]
    while waiting:
        waiting += (below := waiting.pop().__subclasses__())
        found.update(below)
    return found


def said(field, text: str) -> list[str]:
    try:
        field.clean(text)
    except ValidationError as error:
        return error.messages
    except Exception:  # a field that asks the database or wants a file
        return []
    return []


@pytest.mark.django_db
def test_no_form_says_an_english_sentence_of_the_framework_nor_calls_anybody_ni():
    wrong = set()
    for form in every_form():
        for name, field in getattr(form, "base_fields", {}).items():
            messages = [str(words) for words in field.error_messages.values()]
            for text in ("", LONG, "1e999", "-1", "1.123456789", "\u0000", "a@b@c", "2025-99-99"):
                messages += said(field, text)
            wrong |= {
                (form.__name__, name, words) for words in messages if words and ("你" in words or not HAN.search(words))
            }
    assert wrong == set()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("password", "words"),
    [
        ("short", "密码过短，至少需要 10 个字符。"),
        ("password123", "该密码过于常见，请另设一个。"),
        ("84736251940", "密码不能全部是数字。"),
        ("liminzhang@example.org", "密码与您的邮箱过于相似，请另设一个。"),
    ],
)
def test_a_password_is_refused_in_chinese(password, words):
    with pytest.raises(ValidationError) as refused:
        validate_password(password, UserFactory.build(email="liminzhang@example.org"))
    assert words in refused.value.messages


def test_each_sentence_is_still_one_of_the_framework():
    """A sentence that the framework words anew would be translated for nothing."""
    import allauth
    import django

    sources = "".join(
        file.read_text()
        for package in (django, allauth)
        for folder in ("core", "forms", "contrib/auth", "account")
        for file in sorted((Path(package.__path__[0]) / folder).rglob("*.py"))
    )
    joined = re.sub(r'"\s*\n\s*"', "", sources)
    assert [str(words) for words in SENTENCES if isinstance(words, str) and words not in joined] == []
