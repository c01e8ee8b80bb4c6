"""Addresses of the ministry."""

from django.urls import path

from applications.views import ministry, notices, together

urlpatterns = [
    path("ministry/", ministry.cases, name="ministry"),
    path("ministry/slate/<slug:code>/", ministry.slate, name="ministry_slate"),
    path("ministry/stage/<slug:code>/", ministry.stage, name="ministry_stage"),
    path("ministry/together/<slug:step>/", together.decide, name="ministry_together"),
    path("ministry/notice/<slug:code>/", notices.publish, name="ministry_notice"),
    path("ministry/notices/<int:pk>/", notices.entries, name="ministry_entries"),
    path("ministry/notices/<int:pk>/no-objections/", notices.no_objections, name="ministry_no_objections"),
    path("ministry/entries/<int:pk>/", notices.objections, name="ministry_objections"),
    path("ministry/notices/<int:pk>/recognise/", notices.recognise, name="ministry_recognise"),
]
