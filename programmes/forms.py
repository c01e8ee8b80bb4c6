"""What may be typed about a call."""

from django import forms
from django.utils.translation import gettext_lazy as _


class TimeInput(forms.DateTimeInput):
    """A date and a time as the browser asks for them, to the minute."""

    input_type = "datetime-local"

    def __init__(self):
        super().__init__(format="%Y-%m-%dT%H:%M")


class DeadlineForm(forms.Form):
    """Until when counties hand in, in Chinese time; `before` is what the page showed."""

    closes_at = forms.DateTimeField(label=_("Deadline of your counties (Beijing time)"), widget=TimeInput())
    before = forms.DateTimeField(required=False, widget=forms.HiddenInput)
