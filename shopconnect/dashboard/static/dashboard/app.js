// Makes pages smoother; each works without it.
const root = document.documentElement;

for (const button of document.querySelectorAll("[data-theme-choice]")) {
  const mark = () => button.setAttribute("aria-pressed", String((root.dataset.theme ?? "system") === button.dataset.themeChoice));
  button.addEventListener("click", () => {
    const choice = button.dataset.themeChoice;
    if (choice === "system") delete root.dataset.theme; else root.dataset.theme = choice;
    try { localStorage.setItem("shopconnect-theme", choice); } catch { /* it holds for this page */ }
    document.dispatchEvent(new Event("theme"));
  });
  document.addEventListener("theme", mark);
  mark();
  button.closest("[hidden]")?.removeAttribute("hidden");
}

const side = document.getElementById("navigation");
const opener = document.querySelector("[data-drawer]");
const close = () => { side.classList.remove("open"); opener.focus(); };
opener?.addEventListener("click", (event) => {
  event.preventDefault();
  side.classList.add("open");
  side.querySelector("a, button")?.focus();
});
side?.querySelector("[data-close]")?.addEventListener("click", (event) => { event.preventDefault(); close(); });
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && side?.classList.contains("open")) close();
});
document.addEventListener("click", (event) => {
  if (side?.classList.contains("open") && !side.contains(event.target) && !opener.contains(event.target)) close();
});

// A form is sent once, however often its button is pressed.
for (const form of document.querySelectorAll("form")) {
  form.addEventListener("submit", (event) => {
    if (form.dataset.sent) event.preventDefault();
    form.dataset.sent = "1";
    addEventListener("pageshow", () => delete form.dataset.sent, { once: true });
  });
}

for (const choice of document.querySelectorAll("select[data-submit]")) {
  choice.addEventListener("change", () => choice.form.requestSubmit());
}

// A page that waits for work looks again by itself.
const again = document.querySelector("[data-reload-seconds]");
if (again) setTimeout(() => location.reload(), 1000 * Number(again.dataset.reloadSeconds));
