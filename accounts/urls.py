"""Addresses of accounts: those of allauth that we want, each with its access, and ours.

What is not named here does not exist: signing up, changing addresses, signing in by mailed code.
"""

from allauth.account import views as account
from allauth.mfa.base import views as factor
from allauth.mfa.recovery_codes import views as codes
from allauth.mfa.totp import views as totp
from django.urls import path, re_path

from accounts import views
from accounts.access import public, signed_in

urlpatterns = [
    path("login/", public(account.login), name="account_login"),
    path("logout/", public(account.logout), name="account_logout"),
    path("inactive/", public(account.account_inactive), name="account_inactive"),
    path("signup/", views.no_sign_up, name="account_signup"),
    path("reauthenticate/", signed_in(account.reauthenticate), name="account_reauthenticate"),
    path("password/change/", signed_in(account.password_change), name="account_change_password"),
    path("password/set/", signed_in(account.password_set), name="account_set_password"),
    path("password/reset/", public(account.password_reset), name="account_reset_password"),
    path("password/reset/done/", public(account.password_reset_done), name="account_reset_password_done"),
    re_path(
        r"^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>[-0-9A-Za-z]+)/$",
        public(account.password_reset_from_key),
        name="account_reset_password_from_key",
    ),
    path(
        "password/reset/key/done/",
        public(account.password_reset_from_key_done),
        name="account_reset_password_from_key_done",
    ),
    path("second-factor/", signed_in(factor.index), name="mfa_index"),
    path("second-factor/authenticate/", public(factor.authenticate), name="mfa_authenticate"),
    path("second-factor/reauthenticate/", signed_in(factor.reauthenticate), name="mfa_reauthenticate"),
    path("second-factor/app/activate/", signed_in(totp.activate_totp), name="mfa_activate_totp"),
    path("second-factor/app/deactivate/", signed_in(totp.deactivate_totp), name="mfa_deactivate_totp"),
    path("second-factor/codes/", signed_in(codes.view_recovery_codes), name="mfa_view_recovery_codes"),
    path("second-factor/codes/generate/", signed_in(codes.generate_recovery_codes), name="mfa_generate_recovery_codes"),
    path("second-factor/codes/download/", signed_in(codes.download_recovery_codes), name="mfa_download_recovery_codes"),
    path("session/", views.session, name="session"),
    path("office/", views.act_in_office, name="act_in_office"),
]
