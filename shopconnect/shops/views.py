"""Pages about shops and who works with them."""

from django.http import HttpResponse, HttpResponseRedirect
from django.views.decorators.http import require_POST

from shopconnect.shops.doors import SHOP_IN_SESSION, MemberRequest, member_required


@require_POST
@member_required()
def switch(request: MemberRequest) -> HttpResponse:
    """Go on with another shop of the same person; one that is not theirs changes nothing."""
    chosen = request.POST.get("shop", "")
    for member in request.members:
        if member.slug == chosen:
            request.session[SHOP_IN_SESSION] = member.shop_id
    return HttpResponseRedirect("/")
