"""Paths of the shops room."""

from django.urls import path

from shopconnect.accounts import account_views, member_views, token_views
from shopconnect.billing import views as plan_views
from shopconnect.notifications import views as notifications_views
from shopconnect.shops import feedback_views

app_name = "shops"

urlpatterns = [
    path("tokens/", token_views.token_page, name="tokens"),
    path("tokens/make/", token_views.make, name="make_token"),
    path("tokens/<str:public_id>/revoke/", token_views.revoke, name="revoke_token"),
    path("plan/", plan_views.plan_page, name="plan"),
    path("account/", account_views.account, name="account"),
    path("switch/", member_views.switch, name="switch"),
    path("members/", member_views.members, name="members"),
    path("members/invite/", member_views.invite, name="invite"),
    path("members/invitations/<int:invitation_id>/withdraw/", member_views.withdraw, name="withdraw"),
    path("members/<int:user_id>/role/", member_views.change, name="change"),
    path("members/<int:user_id>/remove/", member_views.remove, name="remove"),
    path("members/<int:user_id>/hand-over/", member_views.hand_over, name="hand_over"),
    path("members/leave/", member_views.leave, name="leave"),
    path("invitations/<str:token>/", member_views.accept, name="accept"),
    path("notices/", notifications_views.notices, name="notices"),
    path("notices/choose/", notifications_views.choose, name="choose"),
    path("notices/address/", notifications_views.ask_address, name="ask_address"),
    path("notices/address/cancel/", notifications_views.cancel_address, name="cancel_address"),
    path("notices/address/forget/", notifications_views.forget_address, name="forget_address"),
    path("notices/confirm/<str:signed>/", notifications_views.confirm_address, name="confirm_address"),
    path("goodbye/<str:signed>/", feedback_views.goodbye, name="goodbye"),
    path("notices/stop/<str:signed>/", notifications_views.stop, name="stop"),
]
