"""Addresses of applications, by actor."""

from applications.urls import case, county, explaining, ministry, province, waivers

urlpatterns = [
    *county.urlpatterns,
    *case.urlpatterns,
    *explaining.urlpatterns,
    *province.urlpatterns,
    *ministry.urlpatterns,
    *waivers.urlpatterns,
]
