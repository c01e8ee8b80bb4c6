"""Addresses of the case."""

from django.urls import path

from applications.views import case, deciding, judging, packets

urlpatterns = [
    path("applications/<int:pk>/", case.application, name="application"),
    path("applications/<int:pk>/decide/<slug:step>/", deciding.decide, name="decide"),
    path("applications/<int:pk>/judge/", judging.save, name="application_judge"),
    path("applications/<int:pk>/agree/", judging.agree_to_the_rest, name="application_agree"),
    path("applications/<int:pk>/packet/<slug:form>/", packets.packet, name="application_packet"),
    path("applications/<int:pk>/replay/", packets.replay, name="application_replay"),
    path("replays/", packets.replays, name="replays"),
]
