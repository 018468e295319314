// Makes pages smoother; each works without it. `bind` is called again when embedded.js has put another page in place.
const root = document.documentElement;
let looksAgain;

function bind() {
  for (const button of document.querySelectorAll("[data-theme-choice]")) {
    button.addEventListener("click", () => {
      const choice = button.dataset.themeChoice;
      if (choice === "system") delete root.dataset.theme; else root.dataset.theme = choice;
      try { localStorage.setItem("shopconnect-theme", choice); } catch { /* it holds for this page */ }
      markTheme();
    });
    button.closest("[hidden]")?.removeAttribute("hidden");
  }
  markTheme();

  for (const here of document.querySelectorAll(".tabs [aria-current], .nav [aria-current]")) {
    here.scrollIntoView({ block: "nearest", inline: "center" });
  }

  const side = document.getElementById("navigation");
  const opener = document.querySelector("[data-drawer]");
  opener?.addEventListener("click", (event) => {
    event.preventDefault();
    side.classList.add("open");
    side.querySelector("a, button")?.focus();
  });
  side?.querySelector("[data-close]")?.addEventListener("click", (event) => { event.preventDefault(); close(side); });

  // A form is sent once, however often its button is pressed.
  for (const form of document.querySelectorAll("form")) {
    form.addEventListener("submit", (event) => {
      if (form.dataset.sent) event.preventDefault();
      form.dataset.sent = "1";
      addEventListener("pageshow", () => delete form.dataset.sent, { once: true });
    });
  }

  // A time zone that nobody chose yet is the browser's, to be looked at before it is sent.
  const zone = document.querySelector("select[data-own-zone]");
  if (zone && !zone.value) {
    zone.value = Intl.DateTimeFormat().resolvedOptions().timeZone;
    zone.value ||= "";
  }

  for (const choice of document.querySelectorAll("select[data-submit]")) {
    choice.addEventListener("change", () => choice.form.requestSubmit());
  }

  for (const printer of document.querySelectorAll("[data-print]")) {
    printer.hidden = false;
    printer.addEventListener("click", () => print());
  }

  // A page that waits for work looks again by itself.
  clearTimeout(looksAgain);
  const again = document.querySelector("[data-reload-seconds]");
  if (again) looksAgain = setTimeout(lookAgain, 1000 * Number(again.dataset.reloadSeconds));
}

function markTheme() {
  for (const button of document.querySelectorAll("[data-theme-choice]")) {
    button.setAttribute("aria-pressed", String((root.dataset.theme ?? "system") === button.dataset.themeChoice));
  }
}

const lookAgain = () => { if (document.dispatchEvent(new Event("page:again", { cancelable: true }))) location.reload(); };

function close(side) {
  side.classList.remove("open");
  document.querySelector("[data-drawer]").focus();
}

// A plot tells the numbers under the pointer, as its table has them.
const WIDE = 130;
let reading;

function read({ target, clientX, clientY }) {
  reading?.remove();
  const plot = target.closest?.("svg[data-from]");
  if (!plot) return;
  const at = new DOMPoint(clientX, clientY).matrixTransform(plot.getScreenCTM().inverse()).x;
  const across = Math.min(Math.max(at, 0), WIDE);
  const from = Date.parse(plot.dataset.from), to = Date.parse(plot.dataset.to);
  const moment = from + ((to - from) * across) / WIDE;
  // The newest comes first, and each number holds until the next.
  const row = [...tableOf(plot).rows].find((one) => Date.parse(one.dataset.at) <= moment);
  if (row) plot.append((reading = mark(across, wordsOf(row))));
}

function tableOf(plot) {
  let beside = plot.closest("figure");
  while (!beside.matches("details")) beside = beside.nextElementSibling;
  return beside.querySelector("tbody");
}

function wordsOf(row) {
  const [first, ...cells] = row.cells;
  const known = cells.filter((cell) => cell.textContent !== "–");
  const numbers = known.map((cell) => (cells.length > 1 ? `${cell.dataset.label} ` : "") + cell.textContent);
  return [first.textContent, ...numbers].join(" · ");
}

function mark(across, words) {
  const group = drawn("g", { "aria-hidden": "true" });
  const text = drawn("text", { x: WIDE, y: -1, "text-anchor": "end" });
  text.textContent = words;
  group.append(drawn("path", { d: `M${across} 0V44` }), text);
  return group;
}

function drawn(name, attributes) {
  const element = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  return element;
}

for (const kind of ["pointermove", "pointerdown"]) document.addEventListener(kind, read);

document.addEventListener("keydown", (event) => {
  const side = document.querySelector("#navigation.open");
  if (event.key === "Escape" && side) close(side);
});
document.addEventListener("click", (event) => {
  const side = document.querySelector("#navigation.open");
  if (side && !side.contains(event.target) && !event.target.closest("[data-drawer]")) close(side);
});
document.addEventListener("page", bind);
bind();
