import { make, warning } from "./dom.js";

// Where a reply is sent while nobody answers: an address, with the shopper's consent to just that. It goes out once and is
// kept nowhere here.
export function emailPlace({ consent, wording }, panel) {
  const { words } = panel;
  const place = make("div", { class: "order" });
  const trouble = make("p", { role: "alert", class: "bad" });
  const email = make("input", { type: "email", maxlength: 254, required: true, autocomplete: "email" });
  const agreed = make("input", { type: "checkbox", required: true });
  const submitted = async (event) => {
    event.preventDefault();
    if (place.hasAttribute("aria-busy")) return;
    trouble.replaceChildren();
    place.setAttribute("aria-busy", "true");
    const refused = await panel.talk.leave(email.value.trim(), wording);
    place.removeAttribute("aria-busy");
    if (refused) trouble.append(warning(), refused);
    else place.replaceChildren(make("p", { role: "status" }, words.mail_left));
    panel.put(place);
  };
  place.append(make("form", { "aria-label": words.mail, onsubmit: submitted },
    make("label", {}, words.mail_email, email),
    make("label", { class: "agree" }, agreed, consent),
    trouble,
    make("button", {}, words.mail),
  ));
  return place;
}
