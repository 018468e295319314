// A page that waits for a worker looks again by itself, but not while something is written on it.
let isWritten = false;
document.addEventListener("input", () => { isWritten = true; });
document.addEventListener("page:again", (event) => { if (isWritten) event.preventDefault(); });
