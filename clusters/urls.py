"""Addresses of the register of clusters; the page of one cluster shows its applications and lives there."""

from django.urls import path

from clusters import views

urlpatterns = [
    path("clusters/new/", views.new_cluster, name="cluster_new"),
    path("clusters/<int:pk>/change/", views.change_cluster, name="cluster_change"),
    path("clusters/industries/", views.industries, name="industries"),
    path("clusters/counties/", views.counties, name="counties"),
]
