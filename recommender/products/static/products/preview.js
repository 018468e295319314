// A product of the preview is moved by dragging it to another's place, or by an arrow key on its buttons; each sends its form.
const cards = [...document.querySelectorAll(".places [draggable=true]")];
let dragged;

function send(card, place) {
  const form = card.querySelector("form");
  const chosen = Object.assign(document.createElement("input"), { type: "hidden", name: "place", value: place });
  form.append(chosen);
  form.requestSubmit();
}

for (const card of cards) {
  card.addEventListener("dragstart", (event) => {
    dragged = card;
    event.dataTransfer.effectAllowed = "move";
    event.dataTransfer.setData("text/plain", "");
  });
  card.addEventListener("dragover", (event) => { if (dragged && dragged !== card) event.preventDefault(); });
  card.addEventListener("drop", (event) => {
    event.preventDefault();
    if (dragged && dragged !== card) send(dragged, card.dataset.place);
    dragged = null;
  });
  card.addEventListener("keydown", (event) => {
    const button = card.querySelector(`[data-key="${event.key}"]`);
    if (!button) return;
    event.preventDefault();
    button.click();
  });
}
