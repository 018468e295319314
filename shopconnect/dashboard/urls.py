"""Paths of the merchant's pages."""

from django.urls import path

from shopconnect.connectors.registry import list_descriptors
from shopconnect.dashboard import export_views, result_views, rule_views, trial_views, views
from shopconnect.demo import views as demo_views

app_name = "dashboard"

urlpatterns = [
    path("", demo_views.entrance, name="home"),
    *(path(one.home_path, views.home, name=f"home_in_{one.name}") for one in list_descriptors() if one.home_path),
    path("suggestions/", views.suggestions, name="suggestions"),
    path("suggestions/shown/", views.shown, name="shown"),
    path("suggestions/variety/", views.variety, name="variety"),
    path("pictures/<path:name>", views.picture, name="picture"),
    path("snippet/", views.snippet, name="snippet"),
    path("bring-in/", views.bring_in, name="bring_in"),
    path("results/", result_views.results, name="results"),
    path("results/hold-out/", result_views.set_hold_out, name="set_hold_out"),
    path("results/half/", result_views.start_half, name="start_half"),
    path("results/test/variety/", trial_views.try_variety, name="try_variety"),
    path("results/test/rules/<int:number>/", trial_views.try_rules, name="try_rules"),
    path("results/test/keep/", trial_views.keep_tried, name="keep_tried"),
    path("results/test/end/", trial_views.end_tried, name="end_tried"),
    path("results/learnt/", result_views.lift_fallback, name="lift_fallback"),
    path("rules/", rule_views.show_rules, name="rules"),
    path("rules/add/", rule_views.add_rule, name="add_rule"),
    path("rules/remove/", rule_views.remove_rule, name="remove_rule"),
    path("rules/drop/", rule_views.drop_draft, name="drop_draft"),
    path("rules/replay/", rule_views.replay_draft, name="replay_draft"),
    path("rules/publish/", rule_views.publish_draft, name="publish_draft"),
    path("rules/versions/", rule_views.rule_versions, name="rule_versions"),
    path("rules/undo/<int:number>/", rule_views.undo_rules, name="undo_rules"),
    path("bring-in/again/", views.retry_now, name="retry_now"),
    path("operation/", views.operator, name="operator"),
    path("export/", export_views.export, name="export"),
    path("export/<int:public_id>/", export_views.export_file, name="export_file"),
    path("demo/", demo_views.choose_part, name="demo"),
    path("demo/remove/", demo_views.remove_demo, name="remove_demo"),
    path("language/", views.language, name="language"),
]
