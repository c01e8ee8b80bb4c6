"""Addresses of the simulation."""

from django.urls import path

from simulation.views import page, runs, scenarios

urlpatterns = [
    path("simulation/", page.simulation, name="simulation"),
    path("simulation/file/<slug:form>/", page.download, name="simulation_download"),
    path("simulation/runs/", runs.begin, name="simulation_begin"),
    path("simulation/runs/<uuid:public_id>/", runs.run, name="simulation_run"),
    path("simulation/runs/<uuid:public_id>/cancel/", runs.cancel, name="simulation_cancel"),
    path("simulation/runs/<uuid:public_id>/file/<slug:form>/", runs.download, name="simulation_run_download"),
    path("simulation/scenarios/", scenarios.scenarios, name="scenarios"),
    path("simulation/scenarios/new/", scenarios.save, name="scenario_save"),
    path("simulation/scenarios/<uuid:public_id>/", scenarios.scenario, name="scenario"),
    path("simulation/scenarios/<uuid:public_id>/archive/", scenarios.archive, name="scenario_archive"),
    path("simulation/scenarios/<uuid:public_id>/restore/", scenarios.restore, name="scenario_restore"),
]
