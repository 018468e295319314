// The search of each page: a dialog with a combobox. Without it, the same form leads to a page of results.
const WAIT = 150; // milliseconds without a key until what was typed is looked for

const finder = () => document.getElementById("finder");
let timer, asked;

function open() {
  const dialog = finder();
  if (dialog.open) return;
  dialog.showModal();
  dialog.querySelector("[role=combobox]").select();
}

async function look(dialog) {
  asked?.abort();
  asked = new AbortController();
  const form = dialog.querySelector("form"), body = new URLSearchParams(new FormData(form));
  body.set("hits", "1");
  try {
    const answer = await fetch(form.action, { method: "POST", body, signal: asked.signal, redirect: "error" });
    if (answer.ok) show(dialog, await answer.text());
  } catch { /* a later word is on its way, or Enter asks for the page */ }
}

function show(dialog, html) {
  const found = new DOMParser().parseFromString(html, "text/html"), status = found.querySelector("[data-status]");
  dialog.querySelector("[role=status]").textContent = status.content.textContent;
  status.remove();
  dialog.querySelector("[role=listbox]").replaceChildren(...found.body.children);
  choose(dialog, null);
}

function choose(dialog, option) {
  const box = dialog.querySelector("[role=combobox]"), options = dialog.querySelectorAll("[role=option]");
  for (const one of options) one.setAttribute("aria-selected", String(one === option));
  box.setAttribute("aria-expanded", String(options.length > 0));
  if (option) box.setAttribute("aria-activedescendant", option.id); else box.removeAttribute("aria-activedescendant");
  option?.scrollIntoView({ block: "nearest" });
}

function move(dialog, step) {
  const options = [...dialog.querySelectorAll("[role=option]")];
  const at = options.findIndex((one) => one.getAttribute("aria-selected") === "true");
  const next = at < 0 && step < 0 ? options.length - 1 : (at + step + options.length) % options.length;
  if (options.length) choose(dialog, options[next]);
}

const isTyping = (target) => target.closest("input, select, textarea, [contenteditable], dialog");

document.addEventListener("keydown", (event) => {
  const dialog = finder();
  if (!dialog) return;
  const isShortcut = (event.key.toLowerCase() === "k" && (event.metaKey || event.ctrlKey) && !event.shiftKey && !event.altKey)
    || (event.key === "/" && !event.metaKey && !event.ctrlKey && !event.altKey && !isTyping(event.target));
  if (isShortcut) {
    event.preventDefault();
    open();
  } else if (dialog.open && (event.key === "ArrowDown" || event.key === "ArrowUp")) {
    event.preventDefault();
    move(dialog, event.key === "ArrowDown" ? 1 : -1);
  } else if (dialog.open && event.key === "Enter" && !event.isComposing) {
    const chosen = dialog.querySelector("[aria-selected=true]");
    if (!chosen) return;
    event.preventDefault();
    chosen.click();
  }
});
document.addEventListener("input", (event) => {
  const dialog = event.target.closest("#finder");
  if (!dialog) return;
  clearTimeout(timer);
  timer = setTimeout(look, WAIT, dialog);
});
document.addEventListener("click", (event) => {
  const dialog = finder();
  if (event.target === dialog) dialog.close();
  if (!dialog || !event.target.closest?.("[data-search]") || event.metaKey || event.ctrlKey) return;
  event.preventDefault();
  open();
});
document.querySelector("[data-search] kbd")?.removeAttribute("hidden");
