// The inbox by keyboard: j and k go along the list, x selects, e marks and goes on, r replies. Silent in fields.
const isTyping = (element) => element.closest?.("input:not([type=checkbox]), textarea, select, [contenteditable]");

const row = () => document.activeElement.closest("tr");
const selects = () => [...document.querySelectorAll("[data-select]")];
const all = document.querySelector("[data-all]");

if (all) {
  all.hidden = false;
  all.addEventListener("change", (event) => selects().forEach((one) => { one.checked = event.target.checked; }));
}

const along = (step) => {
  const beside = document.querySelector(`a[data-go="${step > 0 ? "next" : "before"}"]`);
  if (beside) return beside.click();
  const links = [...document.querySelectorAll("a[data-open]")];
  const place = links.indexOf(row()?.querySelector("a[data-open]"));
  links[Math.min(Math.max(place + step, 0), links.length - 1)]?.focus();
};

const acts = {
  j: () => along(1),
  k: () => along(-1),
  e: () => document.querySelector("button[data-review]")?.click(),
  x: () => row()?.querySelector("[data-select]")?.click(),
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
