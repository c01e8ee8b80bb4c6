"""Addresses of the county: home, the cluster's page, and the way from a draft to its submission."""

from django.urls import path

from applications.views import cluster, county, figures, home, submission

urlpatterns = [
    path("work/", home.home, name="home"),
    path("clusters/<int:pk>/", cluster.cluster, name="cluster"),
    path("clusters/<int:pk>/open/", county.open_application, name="application_open"),
    path("applications/<int:pk>/save/", figures.save, name="application_save"),
    path("applications/<int:pk>/area/", submission.register_area, name="application_area"),
    path("applications/<int:pk>/check/", submission.check, name="application_check"),
    path("applications/<int:pk>/submit/", submission.submit, name="application_submit"),
    path("applications/<int:pk>/submitted/", submission.submitted, name="application_submitted"),
    path("applications/<int:pk>/withdraw/", submission.withdraw, name="application_withdraw"),
]
