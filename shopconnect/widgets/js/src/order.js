import { make, safeUrl, warning } from "./dom.js";

// Where an order stands: at once for who is signed in, by a small form for a guest, by the shop's own page where nobody but
// the shop may know. What is written in the form goes out once and is kept nowhere.
export function orderPlace({ number, asks_email: asksEmail, link, signed_in: signedIn }, panel) {
  const place = make("div", { class: "order" });
  const asGuest = () => {
    if (asksEmail) place.append(form(panel, place, number));
    else if (safeUrl(link)) place.append(make("a", { href: safeUrl(link) }, panel.words.order_page));
  };
  if (signedIn) look(panel, place, { number }, asGuest);
  else asGuest();
  return place;
}

function form(panel, place, number) {
  const { words } = panel;
  const trouble = make("p", { role: "alert", class: "bad" });
  const numberField = make("input", { value: number, maxlength: 60, required: true, autocomplete: "off" });
  const emailField = make("input", { type: "email", maxlength: 254, required: true, autocomplete: "email" });
  const submitted = (event) => {
    event.preventDefault();
    trouble.replaceChildren();
    const order = { number: numberField.value.trim(), email: emailField.value.trim() };
    look(panel, place, order, (sentence) => {
      trouble.replaceChildren(warning(), sentence);
      panel.put(place);
    });
  };
  return make("form", { "aria-label": words.order, onsubmit: submitted },
    make("label", {}, words.order_number, numberField),
    make("label", {}, words.order_email, emailField),
    trouble,
    make("button", {}, words.order),
  );
}

async function look(panel, place, order, failed) {
  if (panel.looking) return;
  panel.looking = true;
  place.setAttribute("aria-busy", "true");
  const heard = await panel.talk.track(order);
  panel.looking = false;
  place.removeAttribute("aria-busy");
  if (!Array.isArray(heard.orders)) return failed(heard.trouble);
  place.replaceChildren(...heard.orders.map(told));
  panel.put(place);
}

function told({ title, lines, parcels }) {
  return make("dl", {},
    make("dt", {}, String(title)),
    ...lines.map((line) => make("dd", {}, String(line))),
    ...parcels.map(({ text, url }) => make("dd", {}, safeUrl(url) ? make("a", { href: safeUrl(url), target: "_blank", rel: "noopener" }, String(text)) : String(text))),
  );
}
