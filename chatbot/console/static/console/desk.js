// Who else is writing in a conversation, and what was said meanwhile. Without it the page is read by loading it again.
const EVERY = 4000;
const STILL = 6000;

const field = document.querySelector("textarea[data-reply]");
const others = document.querySelector("[data-others]");
let typed = 0;
let last;

field?.addEventListener("input", () => {
  const began = Date.now() - typed > STILL;
  typed = Date.now();
  if (began) meet();
});

async function meet() {
  const body = new FormData(field.form);
  const said = new URLSearchParams({ csrfmiddlewaretoken: body.get("csrfmiddlewaretoken"), writing: Date.now() - typed < STILL ? "1" : "0" });
  try {
    const answer = await fetch(field.dataset.meet, { method: "POST", body: said });
    if (!answer.ok) return;
    const met = await answer.json();
    if (others.textContent !== met.others) others.textContent = met.others;
    if (last !== undefined && last !== met.last) await showAgain();
    last = met.last;
  } catch {
    // the next turn asks again
  }
}

// What was said is put in its place; what is being typed stays.
async function showAgain() {
  const answer = await fetch(location.href);
  if (!answer.ok) return;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const fresh = page.querySelector(".transcript");
  if (fresh) document.querySelector(".transcript").replaceWith(fresh);
}

if (field) {
  meet();
  setInterval(() => { if (!document.hidden) meet(); }, EVERY);
}
