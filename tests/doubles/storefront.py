"""What the storefronts of the doubles share: a plain theme, and its words in both languages."""

WORDS = {
    "fr": {
        "buy": "Acheter",
        "bought": "Merci : votre commande est passée.",
        "out": "En rupture de stock",
        "invented": "Cette boutique est inventée. Ses produits, ses prix et ses clients n’existent pas.",
        "privacy": "Vos choix de confidentialité",
        "editor": "Éditeur de thème",
        "other": "English",
        "main": "Contenu",
        "search": "Rechercher",
        "home": "À découvrir",
        "none": "Rien ne correspond.",
    },
    "en": {
        "buy": "Buy",
        "bought": "Thank you: your order is placed.",
        "out": "Out of stock",
        "invented": "This is a fictional shop. Its products, prices and customers do not exist.",
        "privacy": "Your privacy choices",
        "editor": "Theme editor",
        "other": "Français",
        "main": "Content",
        "search": "Search",
        "home": "Have a look",
        "none": "Nothing matches.",
    },
}
STYLE = """
:root { color-scheme: light dark; --paper: #fff; --ink: #1d1d1f; --quiet: #5e5e63; --line: #e3e3e6; --soft: #f4f4f6;
  --shopconnect-accent: var(--ink); --shopconnect-on-accent: var(--paper); --shopconnect-surface: var(--paper);
  --shopconnect-text: var(--ink); }
@media (prefers-color-scheme: dark) {
  :root { --paper: #161618; --ink: #f2f2f4; --quiet: #a9a9b0; --line: #37373b; --soft: #222225; } }
* { box-sizing: border-box } body { margin: 0; background: var(--paper); color: var(--ink); font: 16px/1.55 system-ui }
header, main, footer { max-width: 1120px; margin: auto; padding: 20px }
header, footer { display: flex; flex-wrap: wrap; align-items: center; gap: 8px 24px }
header { border-bottom: 1px solid var(--line) } header b { font-size: 20px; letter-spacing: .02em; margin-right: auto }
footer { color: var(--quiet); font-size: 15px; border-top: 1px solid var(--line); padding-bottom: 96px }
footer p { margin: 0 auto 0 0 } body > shopconnect-consent { max-width: 1080px; margin: 0 auto 20px }
a { color: inherit }
header a, footer a { display: inline-block; padding: 8px 0 } b a { text-decoration: none }
.grid { display: grid; grid-template-columns: repeat(4, minmax(0, 1fr)); gap: 24px 16px; padding: 0; list-style: none }
.grid a { text-decoration: none } .grid span { color: var(--quiet) } .grid a:hover b { text-decoration: underline }
.grid b, .grid span { display: block; font-weight: 500 } img { display: block; width: 100%; height: auto;
  aspect-ratio: 1;
  object-fit: cover; background: var(--soft); border-radius: 8px } .grid img { margin-bottom: 8px }
.product { display: grid; grid-template-columns: repeat(2, minmax(0, 1fr)); gap: 32px; align-items: center;
  margin-bottom: 48px }
h1 { font-size: 32px; line-height: 1.2; margin: 0 0 8px } .bought { padding: 12px 16px; background: var(--soft) }
button, input { font: inherit; min-height: 44px; padding: 0 24px; border-radius: 8px; border: 1px solid var(--ink) }
input { border-color: var(--line); background: var(--soft); color: inherit; padding: 0 12px; min-width: 0 }
button { background: var(--ink); color: var(--paper); cursor: pointer } .link { border: 0; background: none;
  color: inherit; padding: 0; text-decoration: underline }
:focus-visible { outline: 2px solid var(--ink); outline-offset: 2px }
@media (max-width: 640px) { .grid { grid-template-columns: repeat(2, minmax(0, 1fr)) }
  .product { grid-template-columns: minmax(0, 1fr); gap: 16px; margin-bottom: 32px } main { padding: 16px } }
"""
