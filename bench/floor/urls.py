"""A list of 25 proposals and the page of one, for people who signed in."""

from django.contrib.auth.mixins import LoginRequiredMixin
from django.urls import path
from django.views.generic import DetailView, ListView

from bench.floor.models import Proposal


class ProposalList(LoginRequiredMixin, ListView):
    """The newest 25 proposals of one round."""

    template_name = "floor/list.html"

    def get_queryset(self):
        columns = ("title", "status", "submitted_at", "round__title", "lead__username")
        rows = Proposal.objects.select_related("round", "lead").only(*columns)
        return rows.filter(round_id=1)[:25]


class ProposalPage(LoginRequiredMixin, DetailView):
    """One proposal with its reviews."""

    template_name = "floor/detail.html"
    queryset = Proposal.objects.select_related("round", "lead")

    def get_context_data(self, **context):
        reviews = self.object.reviews.select_related("reviewer")
        return super().get_context_data(reviews=reviews, **context)


urlpatterns = [path("list/", ProposalList.as_view()), path("proposals/<int:pk>/", ProposalPage.as_view())]
