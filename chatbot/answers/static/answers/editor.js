// A page that waits for a worker looks again by itself, but not while something is written on it. With the first word
// that is written, a worker gets ready to show what the draft does.
const form = document.querySelector("form[data-prepare]");
let isWritten = false;
document.addEventListener("input", () => {
  if (!isWritten && form) {
    const body = new URLSearchParams({ csrfmiddlewaretoken: form.elements.csrfmiddlewaretoken.value });
    fetch(form.dataset.prepare, { method: "POST", body }).catch(() => {}); // without it the effect comes later
  }
  isWritten = true;
});
document.addEventListener("page:again", (event) => { if (isWritten) event.preventDefault(); });
