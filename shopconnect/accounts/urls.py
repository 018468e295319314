"""Paths of the accounts room."""

from django.urls import path

from shopconnect.accounts.views import account, members, tokens

app_name = "accounts"

urlpatterns = [
    path("tokens/", tokens.token_page, name="tokens"),
    path("tokens/make/", tokens.make, name="make_token"),
    path("tokens/<str:public_id>/revoke/", tokens.revoke, name="revoke_token"),
    path("account/", account.account, name="account"),
    path("switch/", members.switch, name="switch"),
    path("members/", members.members, name="members"),
    path("members/second-step/", members.second_step, name="second_step"),
    path("members/invite/", members.invite, name="invite"),
    path("members/invitations/<int:invitation_id>/withdraw/", members.withdraw, name="withdraw"),
    path("members/<int:user_id>/role/", members.change, name="change"),
    path("members/<int:user_id>/remove/", members.remove, name="remove"),
    path("members/<int:user_id>/hand-over/", members.hand_over, name="hand_over"),
    path("members/leave/", members.leave, name="leave"),
    path("invitations/<str:token>/", members.accept, name="accept"),
]
