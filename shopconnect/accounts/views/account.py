"""A person's own page: name, language, the latest sign-ins. allauth's pages stand beside it."""

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from shopconnect.accounts import services as accounts
from shopconnect.accounts.access import chosen_member, signed_in
from shopconnect.accounts.sign_in import sign_ins
from shopconnect.accounts.sign_in.adapter import in_language
from shopconnect.core.tenancy.context import ShopId
from shopconnect.shops import services


class AccountForm(forms.Form):
    """What a person says of themselves."""

    name = forms.CharField(
        label=gettext_lazy("Name"),
        max_length=120,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    language = forms.ChoiceField(label=gettext_lazy("Language for pages and emails"), choices=settings.LANGUAGES)


@signed_in
def account(request: HttpRequest) -> HttpResponse:
    """Show and change one's name and language, and list one's sign-ins."""
    person = accounts.person_of(request.user.pk or 0)
    current = person.language or request.LANGUAGE_CODE[:2]
    form = AccountForm(request.POST or None, initial={"name": person.name, "language": current})
    if request.method == "POST" and form.is_valid():
        accounts.describe_person(person.user_id, form.cleaned_data["name"], form.cleaned_data["language"])
        with override(form.cleaned_data["language"]):
            messages.success(request, _("Saved."), extra_tags="good")
        return in_language(redirect("accounts:account"), form.cleaned_data["language"])
    member = chosen_member(request)
    zone = services.timezone_of(ShopId(member.shop_id)) if member else "UTC"
    context = {"form": form, "sign_ins": sign_ins.list_sign_ins(person.user_id), "zone": zone}
    return render(request, "accounts/account.html", context)
