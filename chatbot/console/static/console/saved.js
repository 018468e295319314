// "/" in the reply field opens the saved replies; what is typed after it narrows them. Without it, replies are typed.
const field = document.querySelector("textarea[data-reply]");
const list = document.querySelector("[data-saved]");
const options = [...(list?.children ?? [])];
const shown = () => options.filter((one) => !one.hidden);
const asked = () => field.value.slice(0, field.selectionStart).match(/(?<=^|\s)\/([\p{L}\p{N}_-]*)$/u);

function choose(option) {
  for (const one of options) one.setAttribute("aria-selected", String(one === option));
  if (option) field.setAttribute("aria-activedescendant", option.id);
  else field.removeAttribute("aria-activedescendant");
  option?.scrollIntoView({ block: "nearest" });
}

function close() {
  list.hidden = true;
  choose();
}

function narrow() {
  const typed = asked();
  for (const one of options) one.hidden = !typed || !one.dataset.shortcut.startsWith(typed[1].toLowerCase());
  list.hidden = !shown().length;
  choose(shown()[0]);
}

function insert(option) {
  const end = field.selectionStart;
  field.setRangeText(option.dataset.text, end - asked()[0].length, end, "end");
  close();
  field.focus();
  field.dispatchEvent(new Event("input"));
}

const keys = {
  ArrowDown: (at) => choose(shown()[(at + 1) % shown().length]),
  ArrowUp: (at) => choose(shown().at(at - 1)),
  Enter: (at) => insert(shown()[at]),
  Tab: (at) => insert(shown()[at]),
  Escape: close,
};

if (list) {
  field.addEventListener("input", narrow);
  field.addEventListener("blur", close);
  field.addEventListener("keydown", (event) => {
    if (list.hidden || event.isComposing || !keys[event.key]) return;
    event.preventDefault();
    keys[event.key](shown().findIndex((one) => one.getAttribute("aria-selected") === "true"));
  });
  list.addEventListener("pointerdown", (event) => {
    event.preventDefault(); // the field keeps its place
    const option = event.target.closest("[role=option]");
    if (option) insert(option);
  });
}
