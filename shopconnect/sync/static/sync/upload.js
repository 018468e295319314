// Sends chosen or dropped files chunk by chunk, with a bar; without it the form sends small files as they are.
const CHUNK = 1_000_000, TRIES = 5;

const form = document.querySelector("form[data-upload]");
if (form) {
  const input = form.querySelector("input[type=file]"), place = form.querySelector("[data-drop]");
  const bar = form.querySelector("progress"), line = form.querySelector("[data-line]"), refusal = form.querySelector("[data-refusal]");
  form.querySelector("button").hidden = true; // choosing is enough

  input.addEventListener("change", () => send([...input.files]));
  for (const kind of ["dragover", "dragleave", "drop"]) {
    place.addEventListener(kind, (event) => {
      event.preventDefault();
      place.classList.toggle("over", kind === "dragover");
      if (kind === "drop") send([...event.dataTransfer.files]);
    });
  }

  const call = (address, body) => fetch(address, {
    method: "POST", body, headers: { "X-CSRFToken": form.elements.csrfmiddlewaretoken.value },
  });

  // A lost connection is waited for; what came already is not sent again.
  async function sure(address, body) {
    for (let attempt = 1; ; attempt++) {
      try {
        const answer = await call(address, body);
        if (answer.status < 500) return answer;
      } catch { /* offline: tried again below */ }
      if (attempt === TRIES) throw new Error(form.dataset.failed);
      await new Promise((done) => setTimeout(done, 1000 * attempt));
    }
  }

  async function accepted(address, body) {
    const answer = await sure(address, body);
    const said = answer.status === 204 ? {} : await answer.json().catch(() => null);
    if (!answer.ok || !said) throw new Error(said?.message ?? form.dataset.failed);
    return said;
  }

  async function send(files) {
    if (!files.length || form.dataset.busy) return;
    form.dataset.busy = "1";
    refusal.hidden = true;
    try {
      const named = new FormData();
      for (const file of files) { named.append("name", file.name); named.append("size", file.size); }
      const { id } = await accepted(form.action, named);
      const address = `${form.action}${id}/`;
      await sendChunks(files, address);
      await accepted(`${address}check/`, new FormData());
      location.assign(address);
    } catch (problem) {
      refusal.textContent = problem.message;
      refusal.hidden = false;
      bar.parentElement.hidden = true;
      input.value = "";
      delete form.dataset.busy;
    }
  }

  async function sendChunks(files, address) {
    bar.parentElement.hidden = false;
    bar.max = files.reduce((sum, file) => sum + file.size, 0);
    bar.value = 0;
    for (const [number, file] of files.entries()) {
      line.textContent = file.name;
      for (let offset = 0; offset < file.size; offset += CHUNK) {
        const chunk = file.slice(offset, offset + CHUNK);
        await accepted(`${address}${number}/${offset}/`, chunk);
        bar.value += chunk.size;
      }
    }
  }
}
