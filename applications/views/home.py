"""Home: what is mine to do, the open call with its calendar, my clusters."""

from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from accounts.access import signed_in
from accounts.enums import Role
from applications.work import SHOWN, work_of


@signed_in
@require_safe
def home(request):
    """Lead everybody to their own work: the county here, province and ministry to their desks."""
    office = request.office
    if office is None or office.role not in (Role.COUNTY, Role.PROVINCE, Role.MINISTRY):
        return render(request, "applications/home_without_office.html", {"office": office})
    if office.role != Role.COUNTY:
        return redirect("desk" if office.role == Role.PROVINCE else "ministry")
    shown = request.GET.get("show", "")
    return render(request, "applications/county/home.html", {"work": work_of(office, shown if shown in SHOWN else "")})
