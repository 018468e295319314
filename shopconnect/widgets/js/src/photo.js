import { make, warning } from "./dom.js";

const LONGEST_SIDE = 1600;
const MOST_BYTES = 1_300_000;
const QUALITIES = [0.82, 0.6, 0.4];

// Shows a photo before it goes out, with what becomes of it; sends it only when the shopper says so.
export async function photoPlace(file, panel) {
  const { words } = panel;
  const small = await smaller(file).catch(() => null); // what the device cannot read, it cannot show either
  if (!small) return make("div", { class: "says bad", role: "alert" }, warning(), words.photo_bad);
  const place = make("div", { class: "order" });
  const trouble = make("p", { role: "alert", class: "bad" });
  const send = async ({ currentTarget: button }) => {
    if (panel.waiting) return;
    trouble.replaceChildren();
    button.textContent = words.photo_sending;
    const refused = await panel.sendPhoto(small, place);
    button.textContent = words.photo_send;
    if (refused) trouble.append(warning(), refused);
  };
  const drop = () => {
    place.remove();
    panel.field.focus();
  };
  place.append(
    await drawn(small, words.photo_yours),
    make("p", {}, words.photo_hint),
    trouble,
    make("button", { type: "button", onclick: send }, words.photo_send),
    make("button", { type: "button", class: "plain", onclick: drop }, words.photo_drop),
  );
  return place;
}

// A picture on a canvas: no page's content security policy has a say in that, and nothing of it gets an address.
export async function drawn(blob, name) {
  const image = await createImageBitmap(blob);
  const canvas = make("canvas", { role: "img", "aria-label": name, class: "photo" });
  paint(canvas, image, 1);
  return canvas;
}

// Where and when a photo was taken stays on the device: what is painted anew knows nothing of it.
async function smaller(file) {
  const image = await createImageBitmap(file);
  const canvas = document.createElement("canvas");
  paint(canvas, image, Math.min(1, LONGEST_SIDE / Math.max(image.width, image.height)));
  for (const quality of QUALITIES) {
    const blob = await new Promise((resolve) => canvas.toBlob(resolve, "image/jpeg", quality));
    if (blob && blob.size <= MOST_BYTES) return blob;
  }
  return null;
}

function paint(canvas, image, scale) {
  canvas.width = Math.max(1, Math.round(image.width * scale));
  canvas.height = Math.max(1, Math.round(image.height * scale));
  const brush = canvas.getContext("2d");
  brush.fillStyle = "#fff"; // under what is transparent
  brush.fillRect(0, 0, canvas.width, canvas.height);
  brush.drawImage(image, 0, 0, canvas.width, canvas.height);
  image.close();
}

export async function asBase64(blob) {
  const url = await new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(reader.result);
    reader.onerror = reject;
    reader.readAsDataURL(blob);
  });
  return url.slice(url.indexOf(",") + 1);
}

export function fromBase64(text) {
  return new Blob([Uint8Array.from(atob(text), (sign) => sign.charCodeAt(0))], { type: "image/jpeg" });
}
