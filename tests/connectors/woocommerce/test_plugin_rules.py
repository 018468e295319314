"""WordPress.org's rules that can be read off the plugin's code: escaping, nonces, prefixes, and what its files say."""

import re
from collections.abc import Iterator

import pytest

from tests.connectors.woocommerce.plugin_texts import PLUGIN, php_files

EXCUSED = re.compile(r"phpcs:ignore WordPress\.Security\.EscapeOutput\.OutputNotEscaped -- \w")
ECHO = re.compile(r"<\?=(.*)|\becho (.*?)(?:;(?: ?//.*)?$|; ?\?>|\?>)")
STRING, INNERMOST = re.compile(r"'(?:[^'\\]|\\.)*'"), re.compile(r"\([^()]*\)")
ESCAPED = re.compile(r"''|esc_(?:html|attr|url)(?:__)?|wp_kses\w*")
READ = re.compile(r"(?<!isset\( )\$_(?:GET|POST|REQUEST|COOKIE|SERVER|FILES)\b")
CLEANED = re.compile(r"(?:absint|(?:sanitize_\w+|esc_url_raw)\( wp_unslash)\( $")
OUR_NAME = re.compile(r"(?:add_shortcode|delete_option)\(\s*'(\w+)'|'(?:wc_ajax|wp_ajax|admin_post)_(?:nopriv_)?(\w+)'")
HEADER = re.compile(r"^(?: \* )?([A-Z][\w ]+):\s+(\S.*)$", re.MULTILINE)


def unescaped(code: str) -> Iterator[str]:
    """Yield what is printed as it is, with no reason beside it."""
    for line in code.splitlines():
        for match in ECHO.finditer(line):
            said = STRING.sub("''", match[1] or match[2])
            while INNERMOST.search(said):
                said = INNERMOST.sub("", said)
            if not (EXCUSED.search(line) or all(ESCAPED.fullmatch(part.strip()) for part in said.split("."))):
                yield line.strip()


def uncleaned(code: str) -> Iterator[str]:
    """Yield what is read of a request as it came."""
    for match in READ.finditer(code):
        if not CLEANED.search(code[: match.start()]):
            yield code[match.start() :].partition("\n")[0]


def unguarded(code: str) -> Iterator[str]:
    """Yield functions that take a form without asking who sends it, and whether it is ours."""
    for function in re.split(r"^(?=function )", code, flags=re.MULTILINE)[1:]:
        read = function.find("$_POST")
        order = [function.find("current_user_can("), function.find("check_admin_referer("), read]
        if read >= 0 and (-1 in order or order != sorted(order)):
            yield function.partition("(")[0]


@pytest.mark.parametrize(
    ("rule", "breach"),
    [
        (unescaped, "echo $title;"),
        (unescaped, "\techo '<p>' . __( 'Hello', 'shopconnect' ) . '</p>';"),
        (unescaped, '<a href="<?php echo $url; ?>">'),
        (unescaped, "<?= $url ?>"),
        (uncleaned, "$key = $_GET['key'];"),
        (uncleaned, "$key = sanitize_text_field( $_POST['key'] );"),
        (unguarded, "function save() {\n\tcheck_admin_referer( 'x' );\n\tkeep( $_POST['a'] );\n}"),
        (unguarded, "function save() {\n\tkeep( $_POST['a'] );\n\tcurrent_user_can( A );\n\tcheck_admin_referer();\n}"),
    ],
)
def test_a_breach_of_a_rule_is_found(rule, breach):
    assert list(rule(breach))


@pytest.mark.parametrize("rule", [unescaped, uncleaned, unguarded])
def test_no_file_breaks_a_rule(rule):
    assert [(file.name, found) for file in php_files() for found in rule(file.read_text())] == []


def test_whatever_is_printed_is_looked_at():
    for file in php_files():
        code = file.read_text()
        assert len([one for line in code.splitlines() for one in ECHO.findall(line)]) == code.count("echo "), file


def test_what_all_plugins_share_bears_our_name():
    names = [name for file in php_files() for pair in OUR_NAME.findall(file.read_text()) for name in pair if name]
    assert len(names) > 4
    assert [name for name in names if not name.startswith("shopconnect")] == []
    for file in php_files():
        code = file.read_text()
        assert "\nnamespace ShopConnect;\n" in code, file
        assert not re.search(r"\b(?:define|eval|extract|create_function|base64_decode|unserialize)\( ?['$\"]", code), (
            file
        )
    assert "const OPTION = 'shopconnect';" in (PLUGIN / "includes/settings.php").read_text()


def test_a_query_names_nothing_but_tables_outside_of_its_placeholders():
    for file in php_files():
        for query in re.findall(r"\$wpdb->(?:query|get_\w+)\((.*)", file.read_text()):
            assert set(re.findall(r"\{\$[^}]+\}", query)) <= {"{$wpdb->prefix}"}, (file, query)
            assert "$wpdb->prepare(" in query or "%" not in query, (file, query)


def test_its_headers_say_what_wordpress_org_asks_for():
    readme, main = (PLUGIN / "readme.txt").read_text(), (PLUGIN / "shopconnect.php").read_text()
    said, known = dict(HEADER.findall(readme.partition("\n\n")[0])), dict(HEADER.findall(main))
    assert readme.startswith(f"=== {known['Plugin Name']} ===\n")
    for name in ("Requires at least", "Requires PHP", "License", "License URI"):
        assert said[name] == known[name], name
    assert said["Stable tag"] == known["Version"]
    assert set(said) >= {"Contributors", "Tags", "Tested up to"}
    assert len(said["Tags"].split(",")) <= 5
    assert len(readme.split("\n\n")[1]) <= 150
    wanted = {"Text Domain": "shopconnect", "Domain Path": "/languages", "Requires Plugins": "woocommerce"}
    assert wanted.items() <= known.items()
    assert known["Author"] == "ShopConnect"
