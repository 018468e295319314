"""The base of every REST view: a token, its scope, its turn, and one shape of errors."""

from collections.abc import Callable, Mapping
from typing import Any, ClassVar, TypeVar

from django.http import HttpRequest, JsonResponse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.serializers import Serializer
from rest_framework.views import APIView

from shopconnect.core.errors import Missing, Refusal
from shopconnect.core.rest import errors
from shopconnect.core.rest.callers import BearerAuthentication, Caller
from shopconnect.core.rest.limits import Turn, take_turn
from shopconnect.core.rest.parsers import SoundJSONParser
from shopconnect.core.rest.schema import OurSchema
from shopconnect.core.tenancy.scope import shop_scope
from shopconnect.core.web.guards import PUBLIC, TOKEN, guarded_by

_Answer = TypeVar("_Answer")


class RestView(APIView):
    """A view for tokens. `scopes` names the scope that each method needs; None lets every valid token in."""

    scopes: ClassVar[Mapping[str, str | None]] = {}
    authentication_classes = (BearerAuthentication,)
    permission_classes = ()
    renderer_classes = (JSONRenderer,)
    parser_classes = (SoundJSONParser,)
    metadata_class = None
    schema = OurSchema()
    _turn: Turn | None = None

    @classmethod
    def as_view(cls, **options: Any) -> Callable[..., Any]:  # type: ignore[override]
        """Return the view, marked as guarded by a token."""
        view = super().as_view(**options)
        view.guard = TOKEN  # type: ignore[attr-defined]
        return view

    @property
    def caller(self) -> Caller:
        """Whose token this is."""
        caller: Caller = self.request.auth  # type: ignore[assignment]
        return caller

    def initial(self, request: Request, *args: Any, **named: Any) -> None:
        """Find the caller, take its turn, demand the method's scope."""
        super().initial(request, *args, **named)
        self._turn = take_turn(f"{self.caller.shop_id}:{self.caller.public_id}")
        if not self._turn.is_allowed:
            raise errors.TooOften(self._turn.wait_seconds)
        method = "GET" if request.method == "HEAD" else str(request.method)
        needed = self.scopes.get(method)
        if needed is not None and needed not in self.caller.scopes:
            raise Refusal("scope_missing", _("This token doesn’t have the scope %(scope)s.") % {"scope": needed}, 403)
        if method != "GET":
            # One that nobody asks for too: whoever sends a broken body is told so, and not that all went well.
            request.data  # noqa: B018

    def finalize_response(self, request: Any, response: Any, *args: Any, **named: Any) -> Any:
        """Put the rate headers on every answer whose caller is known."""
        response = super().finalize_response(request, response, *args, **named)
        for name, value in (self._turn.headers() if self._turn else {}).items():
            response[name] = value
        response["Cache-Control"] = "no-store"
        return response

    def get_exception_handler(self) -> Any:
        """Say errors in our shape."""
        return errors.error_response

    def ask(self, question: Callable[..., _Answer], *args: Any, **named: Any) -> _Answer:
        """Ask one question of the caller's shop, in its scope; the answer must be plain data, not a QuerySet."""
        with shop_scope(self.caller.shop_id):
            return question(*args, **named)

    def or_404(self, answer: _Answer | None) -> _Answer:
        """Return what was found; raises Missing for None, whether it never was or is another shop's."""
        if answer is None:
            raise Missing(_("Nothing was found here."))
        return answer

    def read(self, serializer: type[Serializer]) -> dict[str, Any]:
        """Read the body; raises BadFields."""
        reader = serializer(data=self.request.data)
        reader.is_valid(raise_exception=True)
        read: dict[str, Any] = reader.validated_data
        return read


@guarded_by(PUBLIC)
@csrf_exempt
def nothing_here(request: HttpRequest, **_named: str) -> JsonResponse:
    """Say of a path that does not exist that it does not, in our shape; public, since it tells nothing."""
    return JsonResponse({"error": {"code": "not_found", "message": _("Nothing was found here.")}}, status=404)
