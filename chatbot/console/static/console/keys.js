// The inbox by keyboard: j and k go along the list, e marks and goes on, r replies, ? shows the keys. Silent in fields.
const isTyping = (element) => element.closest?.("input, textarea, select, [contenteditable]");

const along = (step) => {
  const beside = document.querySelector(`a[data-go="${step > 0 ? "next" : "before"}"]`);
  if (beside) return beside.click();
  const links = [...document.querySelectorAll("a[data-open]")];
  const place = links.indexOf(document.activeElement);
  links[Math.min(Math.max(place + step, 0), links.length - 1)]?.focus();
};

const acts = {
  j: () => along(1),
  k: () => along(-1),
  e: () => document.querySelector("button[data-review]")?.click(),
  r: () => document.querySelector("textarea[data-reply]")?.focus(),
  "?": () => document.querySelector("[data-keys] summary").click(),
};

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.repeat || isTyping(event.target) || document.querySelector("dialog[open]")) return;
  const act = acts[event.key];
  if (!act) return;
  event.preventDefault();
  act();
});
