"""Addresses of the rule desk."""

from django.urls import path

from ruledesk.views import clauses, deciding, drafts, effects, lists

urlpatterns = [
    path("rules/", lists.rules, name="rules"),
    path("rules/<int:pk>/", lists.rule_set, name="rule_set"),
    path("rules/<int:pk>/yaml/", lists.rule_set_yaml, name="rule_set_yaml"),
    path("rules/<int:pk>/draft/", drafts.open_draft, name="rule_draft_open"),
    path("rules/<int:pk>/force/", deciding.force, name="rule_force"),
    path("rules/<int:pk>/force/<slug:code>/<slug:kind>/", deciding.force_in_call, name="rule_force_in_call"),
    path("rules/from-scenario/<uuid:public_id>/", effects.from_scenario, name="rule_draft_from_scenario"),
    path("rules/drafts/<int:pk>/", drafts.draft, name="rule_draft"),
    path("rules/drafts/<int:pk>/yaml/", drafts.draft_yaml, name="rule_draft_yaml"),
    path("rules/drafts/<int:pk>/import/", drafts.bring_in, name="rule_draft_import"),
    path("rules/drafts/<int:pk>/head/", drafts.head, name="rule_draft_head"),
    path("rules/drafts/<int:pk>/clauses/new/", clauses.new_clause, name="rule_clause_new"),
    path("rules/drafts/<int:pk>/clauses/<str:clause>/", clauses.clause, name="rule_clause"),
    path("rules/drafts/<int:pk>/clauses/<str:clause>/remove/", clauses.remove, name="rule_clause_remove"),
    path("rules/drafts/<int:pk>/clauses/<str:clause>/cases/", clauses.test_cases, name="rule_cases"),
    path("rules/drafts/<int:pk>/settings/<slug:name>/", clauses.setting, name="rule_setting"),
    path("rules/drafts/<int:pk>/effect/", effects.effect, name="rule_effect"),
    path("rules/drafts/<int:pk>/steps/<slug:step>/", deciding.step, name="rule_draft_step"),
]
