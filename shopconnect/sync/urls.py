"""Paths of the sync room: where platforms send their webhooks, what came in, and what goes out as a file."""

from django.urls import path

from shopconnect.sync import views
from shopconnect.sync.exports import views as export_views
from shopconnect.sync.uploads import views as upload_views

app_name = "sync"

urlpatterns = [
    path("hooks/<slug:platform>", views.webhook, name="webhook"),
    path("hooks/<slug:platform>/<path:shop>", views.webhook, name="shop_webhook"),
    path("bring-in/", views.bring_in, name="bring_in"),
    path("bring-in/again/", views.retry, name="retry"),
    path("bring-in/<int:run_id>/problems.csv", views.run_problems, name="run_problems"),
    path("bring-in/new/", upload_views.new_shop, name="new_shop"),
    path("bring-in/files/", upload_views.send_files, name="send_files"),
    path("bring-in/files/<int:public_id>/", upload_views.upload, name="upload"),
    path("bring-in/files/<int:public_id>/<int:number>/<int:offset>/", upload_views.send_chunk, name="send_chunk"),
    path("bring-in/files/<int:public_id>/problems.csv", upload_views.upload_problems, name="upload_problems"),
    path("bring-in/files/<int:public_id>/check/", upload_views.check, name="check_upload"),
    path("bring-in/files/<int:public_id>/load/", upload_views.load, name="load_upload"),
    path("bring-in/files/<int:public_id>/discard/", upload_views.discard, name="discard_upload"),
    path("pictures/<path:name>", views.picture, name="picture"),
    path("export/", export_views.export, name="export"),
    path("export/<int:public_id>/", export_views.export_file, name="export_file"),
]
