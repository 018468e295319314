import { icon, make, safeUrl, shadow, warning } from "./dom.js";
import css from "./panel.css";
import { emailPlace } from "./email.js";
import { orderPlace } from "./order.js";
import { asBase64, drawn, fromBase64, photoPlace } from "./photo.js";
import { Talk } from "./talk.js";

const CROSS = "M6 6l12 12M18 6L6 18";
const ARROW = "M12 19V5m-6 6 6-6 6 6";
const PERSON = "M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8Zm-7 8a7 7 0 0 1 14 0";
const CAMERA = "M4 8h3l1.5-2.5h7L17 8h3v11H4Zm8 8.5a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7Z";
const FACE = "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18ZM9 9.5v.5m6-.5v.5";
const MOUTHS = ["M8 17q4-5 8 0", "M8 16.5q4-2.5 8 0", "M8 15.5h8", "M8 15q4 2.5 8 0", "M8 14q4 6 8 0"]; // from the worst to the best
const PHONE = "(max-width: 600px)";
const MOST_CHARACTERS = 1000;
const SOON = 500;
const FIRST_LOOK = 5000;
const LONGEST_LOOK = 60000;

// The chat panel: beside the page on a desk, a full sheet over it on a phone.
class Panel extends HTMLElement {
  setUp(given) {
    this.words = given.words;
    this.name = given.name;
    this.card = given.card;
    this.lang = given.language;
    this.talk = new Talk(given);
    this.waiting = false;
  }

  get open() {
    return Boolean(this.dialog?.open);
  }

  connectedCallback() {
    if (this.dialog) return;
    const words = this.words;
    this.log = make("div", { class: "log", role: "log", "aria-live": "polite", "aria-label": words.log, tabindex: "0" });
    this.field = make("textarea", { id: "say", rows: "1", maxlength: MOST_CHARACTERS, placeholder: words.placeholder, enterkeyhint: "send", autocomplete: "off", onkeydown: (event) => this.entered(event) });
    const picked = make("input", { type: "file", accept: "image/*", tabindex: "-1", hidden: true, onchange: () => this.picked(picked) });
    this.dialog = make("dialog", { tabindex: "-1", "aria-labelledby": "name", "aria-describedby": "notice", onclose: () => this.dispatchEvent(new Event("closed")), onkeydown: (event) => this.left(event) },
      make("div", { class: "head" },
        make("div", {}, make("h2", { id: "name" }, this.name), make("small", {}, words.assistant)),
        make("button", { type: "button", class: "close", "aria-label": words.close, onclick: () => this.close() }, icon(CROSS)),
      ),
      this.log,
      make("div", { class: "foot" },
        make("button", { type: "button", class: "human", onclick: () => this.send({ human: true }, words.human) }, icon(PERSON), words.human),
        make("form", { onsubmit: (event) => this.submitted(event) },
          make("label", { for: "say", class: "hidden" }, words.placeholder),
          make("button", { type: "button", class: "close", "aria-label": words.photo, title: words.photo, onclick: () => picked.click() }, icon(CAMERA)),
          picked,
          this.field,
          make("button", { class: "send", "aria-label": words.send }, icon(ARROW)),
        ),
      ),
    );
    shadow(this, css).append(this.dialog);
    this.log.append(make("p", { class: "notice", id: "notice" }, words.notice));
    this.say(words.greeting);
    document.addEventListener("visibilitychange", () => this.look());
  }

  show() {
    if (this.open) return;
    if (matchMedia(PHONE).matches) this.dialog.showModal();
    else this.dialog.show();
    this.field.focus();
    this.recalled = this.look();
    this.talk.tellCart();
  }

  // Shows what was said on earlier pages, and by whom else, while the panel is open; looks less and less often.
  async look(rest = FIRST_LOOK) {
    if (!this.open) return;
    const said = document.hidden || this.waiting ? [] : await this.talk.since();
    for (const one of said) this.recall(one, one === said.at(-1));
    this.await(this.talk.person);
    const soon = said.length || this.staffed ? FIRST_LOOK : rest;
    this.lookLater(document.hidden ? LONGEST_LOOK : 1000 * this.talk.person?.seconds || soon);
    const last = said.at(-1);
    if (last?.author === "shopper" && !this.waiting) this.hear(this.talk.wait(last.message), {}, "");
  }

  // Whoever waits for a person may leave an address while nobody answers, and sees when somebody writes.
  await(person) {
    if (person?.email) this.email ||= this.put(emailPlace(person.email, this));
    if (!person?.is_writing) this.writes?.remove();
    else if (!this.writes?.isConnected) this.writes = this.put(dots(this.words.writes));
  }

  lookLater(rest) {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.look(Math.min(rest * 1.5, LONGEST_LOOK)), rest);
  }

  recall(message, isLast) {
    if (message.way === "photo") this.showPhoto(message.message);
    else if (message.author === "shopper") this.say(message.text || this.words.human, "me", message.language);
    else if (message.author === "bot") this.heard({ ...message, outcome: "", guesses: isLast ? message.guesses : [] });
    else if ("grade" in message) this.askGrade(message);
    else if (message.author === "event") this.put(make("p", { class: "notice", lang: message.language }, message.text));
    else if (message.text) this.say(message.text, "team", message.language);
    if (message.author === "staff" || (message.author === "event" && !("grade" in message))) this.staffed = true;
  }

  close() {
    this.dialog.close();
  }

  left(event) {
    if (event.key !== "Escape") return;
    event.preventDefault();
    event.stopPropagation();
    this.close();
  }

  entered(event) {
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) this.submitted(event);
  }

  submitted(event) {
    event.preventDefault();
    const text = this.field.value.trim();
    if (!text || this.waiting) return;
    this.field.value = "";
    this.send({ text }, text);
  }

  async send(what, shown) {
    if (this.waiting) return;
    this.waiting = true;
    await this.recalled;
    this.say(shown, "me");
    await this.hear(this.talk.ask(what), what, shown);
  }

  async picked(input) {
    const [file] = input.files;
    input.value = ""; // so that the same one can be picked again
    if (!file) return;
    const place = this.put(await photoPlace(file, this));
    place.querySelector("button")?.focus();
  }

  // Sends a photo that the shopper looked at, and shows it in its place; returns what went wrong, if anything did.
  async sendPhoto(photo, place) {
    this.waiting = true;
    await this.recalled;
    const heard = await this.talk.sendPhoto(await asBase64(photo));
    this.waiting = false;
    if (heard.trouble) return heard.trouble;
    place.remove();
    this.mine(await drawn(photo, this.words.photo_yours));
    this.field.focus();
    this.heard(heard);
    this.lookLater(SOON);
    return "";
  }

  async showPhoto(message) {
    const said = this.say(this.words.photo_yours, "me");
    const photo = await this.talk.photo(message);
    if (photo) said.lastChild.replaceWith(await drawn(fromBase64(photo), this.words.photo_yours));
  }

  mine(element) {
    this.say("", "me").append(element);
  }

  async hear(answer, what, shown) {
    this.waiting = true;
    const looking = this.put(dots(this.words.looking));
    const heard = await answer;
    looking.remove();
    this.waiting = false;
    if (heard.trouble) this.trouble(heard.trouble, what, shown);
    else this.heard(heard);
    this.lookLater(heard.outcome === "escalate" ? SOON : FIRST_LOOK);
  }

  heard(answer) {
    this.staffed = answer.staffed === true; // then nothing is said now, and a person replies
    if (answer.text) this.say(answer.text, "bot", answer.language);
    if (answer.generated === true) this.put(make("p", { class: "notice" }, this.words.generated));
    if (answer.source) this.tell(answer.source, answer.language);
    if (Array.isArray(answer.products)) this.present(answer.products);
    if (safeUrl(answer.withdrawal)) this.put(make("div", { class: "order" }, make("a", { href: safeUrl(answer.withdrawal) }, this.words.withdraw)));
    if (answer.order) this.put(orderPlace(answer.order, this));
    const guesses = Array.isArray(answer.guesses) ? answer.guesses : [];
    if (guesses.length) this.offer(guesses);
    else if (answer.outcome === "answer") this.askIfHelpful(answer.exchange);
  }

  // Where an answer is from: the shop's own question, and when that was last changed.
  tell(source, language) {
    const day = writeDay(source.changed_at, this.lang);
    this.put(make("details", { class: "source" },
      make("summary", {}, this.words.source),
      make("p", { lang: language }, String(source.question)),
      make("p", {}, this.words.changed.replace("{day}", day)),
    ));
  }

  present(products) {
    this.put(make("ul", { class: "cards" }, ...products.map((one) => make("li", {}, this.card(one)))));
  }

  offer(guesses) {
    const buttons = guesses.map((guess) => make("button", {
      type: "button",
      onclick: (event) => {
        if (this.waiting || !settle(buttons, event.currentTarget)) return;
        this.send({ guess: guess.id }, guess.text);
      },
    }, String(guess.text)));
    this.put(make("div", { class: "choices", role: "group", "aria-label": this.words.guesses }, ...buttons));
  }

  askIfHelpful(exchange) {
    const words = this.words;
    const button = (helpful, text) => make("button", {
      type: "button",
      onclick: (event) => {
        if (!settle(buttons, event.currentTarget)) return;
        this.talk.feedback(exchange, helpful);
        this.say(helpful ? words.thanks : words.sorry);
      },
    }, text);
    const buttons = [button(true, words.yes), button(false, words.no)];
    this.put(make("div", { class: "choices row", role: "group", "aria-label": words.helpful }, words.helpful, ...buttons));
  }

  // How the conversation went, on five faces. The question stays to be read, with what was said.
  askGrade({ text, language, grade }) {
    const words = this.words;
    const names = [words.grade1, words.grade2, words.grade3, words.grade4, words.grade5];
    const buttons = MOUTHS.map((mouth, place) => make("button", {
      type: "button", class: "face", "aria-label": names[place], title: names[place],
      onclick: (event) => {
        if (!settle(buttons, event.currentTarget)) return;
        this.talk.grade(place + 1);
        this.say(words.thanks);
      },
    }, icon(FACE + mouth)));
    if (grade) settle(buttons, buttons[grade - 1]);
    this.put(make("div", { class: "choices row", role: "group", "aria-label": text, lang: language }, text, make("span", { lang: this.lang, class: "faces" }, ...buttons)));
  }

  trouble(sentence, what, shown) {
    if (!shown) return this.put(make("div", { class: "says" }, sentence));
    const again = make("button", {
      type: "button",
      onclick: () => {
        if (!this.waiting && settle([again], again)) this.send(what, shown);
      },
    }, this.words.again);
    const said = this.say(sentence);
    said.classList.add("bad");
    said.prepend(warning());
    this.put(make("div", { class: "choices" }, again));
  }

  say(text, who = "bot", language = undefined) {
    const mine = who === "me";
    const speaker = make("span", { class: "hidden" }, `${{ me: this.words.you, team: this.words.team }[who] || this.words.it} `);
    const said = language && language !== this.lang ? make("span", { lang: language }, String(text)) : String(text);
    return this.put(make("div", { class: mine ? "says me" : "says" }, speaker, said));
  }

  put(element) {
    this.log.append(element);
    this.log.scrollTop = this.log.scrollHeight;
    return element;
  }
}

// A day as the merchant's pages write it: 24 November 2026, 1er novembre 2026.
function writeDay(moment, language) {
  const day = new Date(moment).toLocaleDateString(language === "en" ? "en-GB" : language, { dateStyle: "long" });
  return language === "fr" ? day.replace(/^1 /, "1er ") : day;
}

// Somebody is about to say something.
function dots(words) {
  return make("div", { class: "says waits" }, make("span", { class: "hidden" }, words), make("i"), make("i"), make("i"));
}

// A choice that was made stays to be read and keeps the focus, and cannot be made twice. True when it was made just now.
function settle(buttons, chosen) {
  if (chosen.hasAttribute("aria-disabled")) return false;
  for (const button of buttons) {
    button.setAttribute("aria-disabled", "true");
    button.setAttribute("aria-pressed", String(button === chosen));
  }
  return true;
}

if (!customElements.get("shopconnect-chat-panel")) customElements.define("shopconnect-chat-panel", Panel);
