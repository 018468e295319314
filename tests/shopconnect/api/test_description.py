"""The OpenAPI document says what the views do: tried out by other people's software, and read by people."""

import re

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from django.test import Client
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.checks import load_all_checks
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from shopconnect.accounts.scopes import scopes as known_scopes
from shopconnect.accounts.tokens import make_token
from shopconnect.core.rest import limits
from shopconnect.core.rest.schema import METHODS
from shopconnect.rest_urls import description
from tests.shopconnect.api.conftest import paths

load_all_checks()
OPERATIONS = [
    (path, method)
    for path, methods in description.document()["paths"].items()
    for method in METHODS
    if method in methods
]


@pytest.fixture
def application(db, monkeypatch):
    """The site as granian sees it, within the test's transaction."""
    monkeypatch.setattr(limits, "CALLS", 1_000_000)
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield get_wsgi_application()
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.mark.parametrize(("path", "method"), OPERATIONS)
def test_each_operation_answers_as_described_whatever_is_sent(path, method, application, shop, rows):
    token = make_token(shop, "fuzz", list(known_scopes()), days=1).token
    schema = schemathesis.openapi.from_wsgi("/api/v1/schema", app=application)
    checks = [status_code_conformance, content_type_conformance, response_schema_conformance]

    @given(case=schema[path][method].as_strategy())
    @settings(
        max_examples=15,
        deadline=None,
        database=None,
        derandomize=True,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    def ask(case):
        response = case.call(headers={"Authorization": f"Bearer {token}"})
        assert response.status_code < 500
        case.validate_response(response, checks=checks)

    ask()


def test_the_document_is_public_and_names_every_path(db):
    document = Client().get("/api/v1/schema").json()
    assert document["openapi"].startswith("3.")
    assert sorted(document["paths"]) == sorted(
        "/api/v1/" + re.sub(r"<\w+:(\w+)>", r"{\1}", str(entry.pattern)) for entry in paths
    )


def test_the_document_names_token_scope_errors_and_an_example_of_each_operation():
    document = description.document()
    assert document["components"]["securitySchemes"]["token"]["scheme"] == "bearer"
    for path, method in OPERATIONS:
        operation = document["paths"][path][method]
        good = next(answer for status, answer in operation["responses"].items() if status < "300")
        assert operation["security"] == [{"token": []}]
        assert {"401", "403", "404", "429"} <= set(operation["responses"]), path
        assert "examples" in good["content"]["application/json"], path
        assert operation["summary"], path


def test_making_the_document_raises_no_warning(capsys):
    description.document.cache_clear()
    description.document()
    assert "Warning" not in capsys.readouterr().err


def test_the_page_shows_every_operation_and_needs_no_script(db):
    response = Client().get("/api/v1/docs/", follow=True)
    assert response.redirect_chain == [("/api/v1/docs", 302)]
    page = response.content.decode()
    for operation in (description.document()["paths"][path][method] for path, method in OPERATIONS):
        assert f'id="{operation["operationId"]}"' in page
    assert not re.search(r"<script(?! src=)", page)
    assert "style=" not in page
    assert not re.search(r'(src|href)="https?:', page)
    assert "default-src 'self'" in response["Content-Security-Policy"]


def test_the_page_is_french_for_who_reads_french_and_the_document_is_one_for_all_programs(db):
    page = Client(headers={"accept-language": "fr"}).get("/api/v1/docs").content.decode()
    assert "Tous les produits, les plus anciens d’abord" in page
    assert "Every product" not in page
    assert (
        "Every product, oldest first"
        in Client(headers={"accept-language": "fr"}).get("/api/v1/schema").content.decode()
    )
