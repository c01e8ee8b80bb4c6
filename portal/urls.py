"""Public addresses."""

from django.urls import path

from portal import views

urlpatterns = [
    path("", views.national_list, name="national_list"),
    path("list.csv", views.national_list_csv, name="national_list_csv"),
    path("samples.csv", views.national_list_csv, {"sample": True}, name="sample_list_csv"),
    path("list/<int:pk>/", views.listed_cluster, name="listed_cluster"),
    path("notices/", views.notices, name="notices"),
    path("notices/<int:pk>/", views.notice, name="notice"),
    path("notices/waivers/", views.waivers, name="public_waivers"),
]
