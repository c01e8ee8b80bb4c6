"""What may be typed when signing in and around it; allauth's forms in our words."""

from allauth.account import forms as account
from allauth.mfa.adapter import get_adapter
from allauth.mfa.base import forms as factor
from allauth.mfa.models import Authenticator
from allauth.mfa.totp import forms as totp
from allauth.mfa.totp.internal.auth import TOTP
from django import forms
from django.conf import settings
from django.utils.text import format_lazy
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from accounts.tasks import send_link_to
from rulebook.characters import trimmed

PASSWORD_RULES = format_lazy(
    _("At least {length} characters, not only digits, not a common password and not like your name."),
    length=next(
        validator["OPTIONS"]["min_length"]
        for validator in settings.AUTH_PASSWORD_VALIDATORS
        if validator["NAME"].endswith("MinimumLengthValidator")
    ),
)


class OurWords:
    """Give the fields our labels and take away placeholders: a label that vanishes is no label."""

    words: dict = {}
    helps: dict = {}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            field.widget.attrs.pop("placeholder", None)
            field.label = self.words.get(name, field.label)
            field.help_text = self.helps.get(name, "")


class Email(account.EmailField):
    """An address without what was copied along with it: spaces and characters that cannot be seen at its ends."""

    def to_python(self, value):
        return super().to_python(trimmed(value or ""))


class SignInForm(OurWords, account.LoginForm):
    """E-mail address and password."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        own = Email(label=self.fields["login"].label)
        own.widget.attrs.pop("placeholder", None)
        self.fields["login"] = own

    words = {"login": _("E-mail address"), "password": _("Password")}


class ResetPasswordForm(OurWords, account.ResetPasswordForm):
    """The address to which a one-time link goes; whose it is, is asked where nobody waits for the answer."""

    words = {"email": _("E-mail address")}

    email = Email(required=True)

    def clean_email(self):
        """Take the address as it is."""
        return self.cleaned_data["email"].lower()

    def save(self, request, **kwargs):
        """Have the link sent."""
        send_link_to.enqueue(self.cleaned_data["email"], get_language())
        return self.cleaned_data["email"]


class NewPassword(OurWords):
    """A new password, twice."""

    words = {
        "oldpassword": _("Current password"),
        "password1": _("New password"),
        "password2": _("New password again"),
    }
    helps = {"password1": PASSWORD_RULES}


class ResetPasswordKeyForm(NewPassword, account.ResetPasswordKeyForm):
    """A new password after a one-time link."""


class ChangePasswordForm(NewPassword, account.ChangePasswordForm):
    """The current password and a new one."""


class SetPasswordForm(NewPassword, account.SetPasswordForm):
    """The first password of a person who is signed in without one."""


class ReauthenticateForm(OurWords, account.ReauthenticateForm):
    """The password once more, before something that matters."""

    words = {"password": _("Password")}


class AuthenticateForm(OurWords, factor.AuthenticateForm):
    """The code of the second factor at sign-in."""

    words = {"code": _("Six-digit code or recovery code")}


class ReauthenticateByCodeForm(OurWords, factor.ReauthenticateForm):
    """The code of the second factor once more."""

    words = {"code": _("Six-digit code or recovery code")}


class ActivateForm(OurWords, totp.ActivateTOTPForm):
    """The first code of a new app, as proof that it was set up."""

    words = {"code": _("Six-digit code that the app shows")}

    def clean_code(self):
        """Take a right code once: the one that set the app up signs nobody in."""
        code = super().clean_code()
        if not TOTP(Authenticator(user=self.user))._mark_code_used(code):
            raise get_adapter().validation_error("incorrect_code")
        return code


class OfficeForm(forms.Form):
    """One of the person's own offices."""

    office = forms.IntegerField(min_value=1)
