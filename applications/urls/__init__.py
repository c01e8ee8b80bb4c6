"""Addresses of applications, by actor."""

from applications.urls import case, county, ministry, province, waivers

urlpatterns = [
    *county.urlpatterns,
    *case.urlpatterns,
    *province.urlpatterns,
    *ministry.urlpatterns,
    *waivers.urlpatterns,
]
