"""What strangers write to have it run: texts, addresses and formulas, and what a page may hold of them."""

from html.parser import HTMLParser

RUN = "window.stolen=1"
HOSTILE_TEXTS = (
    f"<script>{RUN}</script>",
    f"<SCRIPT SRC=data:text/javascript,{RUN}></SCRIPT>",
    f"<scr<script>ipt>{RUN}</scr</script>ipt>",
    f"<img src=x onerror={RUN}>",
    f"<img src=x onerror\n=\n'{RUN}'>",
    f'"><img src=x onerror="{RUN}">',
    f"'><svg/onload={RUN}>",
    f"<svg><script>{RUN}</script></svg>",
    f"<svg><animate onbegin={RUN} attributeName=x dur=1s>",
    f"<math><mtext><table><mglyph><style><img src=x onerror={RUN}></style></mglyph></table></mtext></math>",
    f"<noscript><p title='</noscript><img src=x onerror={RUN}>'>",
    f"<style>@import 'javascript:{RUN}';</style>",
    f"<body onload={RUN}>",
    f"<iframe src=javascript:{RUN}></iframe>",
    f"<iframe srcdoc='<script>parent.{RUN}</script>'></iframe>",
    f"<object data=javascript:{RUN}></object>",
    f"<embed src=javascript:{RUN}>",
    f"<a href=javascript:{RUN} autofocus onfocus={RUN}>x</a>",
    f"<input autofocus onfocus={RUN}>",
    f"<details open ontoggle={RUN}>x</details>",
    f"<video><source onerror={RUN}></video>",
    f"<marquee onstart={RUN}>x</marquee>",
    f"<form action=javascript:{RUN}><button autofocus onfocus={RUN}>x</button></form>",
    f"<base href=javascript:{RUN}//>",
    f"<meta http-equiv=refresh content='0;url=javascript:{RUN}'>",
    f"<template><script>{RUN}</script></template>",
    f"&lt;img src=x onerror={RUN}&gt;",
    f"</textarea></title></p></dd><script>{RUN}</script>",
    f"[click](javascript:{RUN})",
    "{{ constructor.constructor('window.stolen=1')() }} ${window.stolen=1} {% now 'Y' %}",
)
ADDRESSES = (
    f"javascript:{RUN}",
    f"JaVaScRiPt:{RUN}",
    f" javascript:{RUN}",
    f"java\nscript:{RUN}",
    f"\x01javascript:{RUN}",
    f"data:text/html,<script>{RUN}</script>",
    f"vbscript:{RUN}",
    f"blob:{RUN}",
    f"//javascript:{RUN}",
)
# What a spreadsheet runs, what formatting replaces, what would begin a line of an e-mail's head.
ODD_TEXTS = (
    '=HYPERLINK("https://evil.example")',
    "+1+1",
    "-1+1",
    "@SUM(1)",
    "%(who)s %s {0} {agent.password}",
    "Hello\r\nBcc: victim@example.com",
)
ADDRESS_ATTRIBUTES = {"href", "src", "action", "formaction", "data", "srcset", "poster", "content", "srcdoc"}
FOREIGN_TAGS = {
    "animate",
    "base",
    "embed",
    "iframe",
    "input",
    "marquee",
    "math",
    "noscript",
    "object",
    "source",
    "style",
    "template",
    "video",
}


class _Page(HTMLParser):
    """A page as a browser takes it apart: what could run, and the words that are read."""

    def __init__(self) -> None:
        super().__init__()
        self.problems: list[str] = []
        self.words: list[str] = []
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attributes}
        self.open.append(tag)
        is_ours = tag == "input" and not any(name.startswith("on") or name == "autofocus" for name in given)
        if tag in FOREIGN_TAGS and not is_ours:
            self.problems.append(f"<{tag}>")
        for name, value in given.items():
            scheme = "".join(value.split()).partition(":")[0].lower()
            leads_away = name in ADDRESS_ATTRIBUTES and scheme.removeprefix("0;url=") in (
                "javascript",
                "vbscript",
                "data",
                "blob",
            )
            if name.startswith("on") or leads_away or (tag == "img" and value == "x"):
                self.problems.append(f"<{tag} {name}={value}>")

    def handle_endtag(self, tag: str) -> None:
        while self.open and self.open.pop() != tag:
            pass

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] in ("script", "style"):
            self.problems += [data] if RUN in data else []
        else:
            self.words.append(data)


def problems_in(html: str) -> list[str]:
    """Return what of a page could run that none of ours has."""
    return _taken_apart(html).problems


def words_in(html: str) -> str:
    """Return what is read on a page, without spaces."""
    return "".join("".join(_taken_apart(html).words).split())


def _taken_apart(html: str) -> _Page:
    page = _Page()
    page.feed(html)
    page.close()
    return page
