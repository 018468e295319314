"""Log lines carry their shop and nothing personal."""

import io
import json
import logging
import re

import pytest
import structlog
from django.core.exceptions import SuspiciousOperation

from shopconnect.core.observability.log import LONGEST_TRACEBACK, LONGEST_VALUE, REFUSALS, logging_settings
from shopconnect.core.tenancy.context import ShopId, entered
from tests.walls.test_url_guards import patterns


@pytest.fixture
def line():
    formatter = dict(logging_settings(json_lines=True, level="INFO")["formatters"]["plain"])
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(formatter.pop("()")(**formatter))
    logger = logging.getLogger("a.test")
    logger.propagate, logger.handlers, logger.level = False, [handler], logging.INFO

    def written(write) -> dict:
        write(structlog.stdlib.get_logger("a.test"), logging.getLogger("a.test"))
        return json.loads(stream.getvalue().splitlines()[-1])

    return written


def test_a_line_carries_the_shop_in_scope(line):
    with entered(ShopId(41)):
        shown = line(lambda log, _: log.info("loaded", rows=3))
    assert (shown["event"], shown["rows"], shown["shop_id"]) == ("loaded", 3, 41)
    assert line(lambda log, _: log.info("loaded"))["shop_id"] is None


def test_addresses_and_secrets_are_hidden(line):
    shown = line(lambda log, _: log.warning("wrote to ada@example.com", reply_to="ada@example.com", api_token="sc_1"))
    assert "ada@example.com" not in json.dumps(shown)
    assert (shown["event"], shown["reply_to"], shown["api_token"]) == ("wrote to [e-mail]", "[e-mail]", "[hidden]")


def test_lines_of_other_libraries_are_hidden_too(line):
    shown = line(lambda _, plain: plain.error("mail to %s failed", "ada@example.com"))
    assert shown["event"] == "mail to [e-mail] failed"


def test_what_lies_deeper_is_hidden_too(line):
    shown = line(lambda log, _: log.info("x", row={"email": "ada@example.com", "token": "t"}, to=["ada@example.com"]))
    assert (shown["row"], shown["to"]) == ({"email": "[e-mail]", "token": "[hidden]"}, ["[e-mail]"])


SECRET_ARGUMENT = re.compile(r"<str:(?:signed|token)>|<(?:key|uidb36)>")
PATHS = [path.replace("^", "") for path, _, _ in patterns() if SECRET_ARGUMENT.search(path)]
LINKS = sorted({"/" + re.split(r"[<(]", path)[0] for path in PATHS})


def test_the_links_that_e_mails_hold_are_known():
    assert set(LINKS) >= {
        *("/shops/invitations/", "/shops/notices/stop/", "/shops/notices/confirm/", "/shops/goodbye/"),
        "/conversations/reply/",
        *("/accounts/confirm-email/", "/accounts/password/reset/key/"),
    }


@pytest.mark.parametrize("path", LINKS)
def test_links_that_let_somebody_in_are_hidden(line, path):
    shown = line(lambda _, plain: plain.warning("Forbidden: %s", f"{path}Ab-c_1:x/?next=1"))
    assert shown["event"] == f"Forbidden: {path}[hidden]/?next=1"


def test_an_address_of_a_link_is_hidden(line):
    assert line(lambda _, plain: plain.warning("/ada%40example.com/"))["event"] == "/[e-mail]/"


def test_of_a_long_value_the_beginning_is_written(line):
    shown = line(lambda log, _: log.info("x" * 60_000, path="a" * 60_000, deeper={"path": ["b" * 60_000]}))
    assert (shown["event"], shown["path"]) == ("x" * LONGEST_VALUE, "a" * LONGEST_VALUE)
    assert shown["deeper"] == {"path": ["b" * LONGEST_VALUE]}


def test_of_a_long_traceback_the_end_is_written(line):
    def fail(log, _):
        try:
            raise ValueError("y" * LONGEST_TRACEBACK + " ada@example.com")
        except ValueError:
            log.exception("failed")

    assert line(fail)["exception"].endswith("yyy [e-mail]")
    assert len(line(fail)["exception"]) <= LONGEST_TRACEBACK


def test_session_tokens_are_hidden(line):
    shown = line(lambda _, plain: plain.warning("Refused: %s", "/shopify/?shop=a&id_token=ey.J_x-1.z&embedded=1"))
    assert shown["event"] == "Refused: /shopify/?shop=a&id_token=[hidden]&embedded=1"


def test_a_host_that_is_not_ours_is_one_short_warning(client, caplog, settings):
    settings.ALLOWED_HOSTS = ["ours.example"]
    assert client.get("/accounts/login/", headers={"host": "elsewhere.example"}).status_code == 400
    assert client.get("/w/nobody/shelf", headers={"host": "elsewhere.example"}).status_code == 400
    told = [(one.name, one.levelname, one.exc_info) for one in caplog.records]
    assert told == [("django.security.DisallowedHost", "WARNING", None)] * 2


def test_whoever_asks_too_often_fills_no_log(client, caplog):
    statuses = [client.post("/csp-reports", "{}", "application/csp-report").status_code for _ in range(25)]
    assert (statuses[-1], caplog.records) == (429, [])
    assert client.get("/nowhere").status_code == 404
    assert [one.getMessage() for one in caplog.records] == ["Not Found: /nowhere"]


def test_what_we_refuse_is_one_line_without_a_traceback(client, caplog, settings):
    settings.DATA_UPLOAD_MAX_NUMBER_FIELDS = 3
    fields = {str(number): "x" for number in range(5)}
    assert client.post("/language/", fields).status_code == 400
    settings.DATA_UPLOAD_MAX_NUMBER_FIELDS = 1_000
    assert client.post("/language/", {"next": "https://evil.example/", "language": "fr"}).status_code == 400
    told = [(one.levelname, one.exc_info) for one in caplog.records]
    assert told == [("WARNING", None)] * len(told)
    assert {one.name for one in caplog.records} >= {
        "django.security.TooManyFieldsSent",
        "django.security.DisallowedRedirect",
    }


def test_every_kind_of_refusal_that_django_knows_is_one_line():
    kinds = (SuspiciousOperation, *SuspiciousOperation.__subclasses__())
    assert {one.__name__ for one in kinds if one.__module__.startswith("django.core.exceptions")} <= set(REFUSALS)
