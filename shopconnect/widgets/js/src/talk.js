import { drop, keep, read, TALK, VISIT } from "./store.js";

const FIRST_PAUSE = 400;
const LONGEST_PAUSE = 3000;
const PATIENCE = 30000;
const UPLOAD = 60000;

const pause = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

// One conversation with the shop. Its name lies on the device for the visit, from the first message on, so that the next
// page goes on with it. Whoever makes one has opened the chat: nothing is read before.
export class Talk {
  constructor({ call, words, language, customer, inCart }) {
    this.words = words;
    this.inCart = inCart;
    this.cartTold = null; // what this page last told of the cart
    this.conversation = read(TALK, VISIT);
    this.call = (name, said, wait) => call(name, { wait, body: { lang: language, conversation: this.conversation, customer, ...said } });
    this.seen = new Set(); // what this page shows already, by name
    this.last = ""; // up to where we were told what was said
    this.asking = false;
    this.person = null; // whom the shopper waits for, or has, when we last looked
  }

  // Asks, and waits for the answer: { text, guesses, outcome, exchange }, or { trouble: a sentence }.
  async ask(what, name = "chat", wait = undefined) {
    this.asking = true;
    const heard = await this.call(name, what, wait);
    if (heard.data.conversation) keep(TALK, (this.conversation = heard.data.conversation), VISIT);
    this.tellCart();
    return this.answered(heard, heard.data.exchange);
  }

  // Tells what lies in the cart, of who agreed to be remembered, for whoever of the team reads this conversation.
  tellCart() {
    const cart = this.inCart();
    if (!this.conversation || cart === null || cart === this.cartTold) return;
    this.cartTold = cart;
    this.call("cart", { cart, consent: "granted" });
  }

  // Sends a photo, as base64 of a JPEG, and waits for the answer as `ask` does.
  sendPhoto(photo) {
    return this.ask({ photo }, "photo", UPLOAD);
  }

  // A photo of this conversation as base64, or nothing.
  async photo(message) {
    return (await this.call("picture", { message })).data.photo || "";
  }

  // Waits for the answer to what an earlier page asked, as `ask` does.
  wait(exchange) {
    this.asking = true;
    return this.answered({ status: 202, data: {} }, exchange);
  }

  async answered(heard, exchange) {
    const until = Date.now() + PATIENCE;
    for (let rest = FIRST_PAUSE; this.unfinished(heard, exchange) && Date.now() < until; rest = Math.min(rest * 1.6, LONGEST_PAUSE)) {
      await pause(rest);
      heard = await this.call("reply", { exchange });
    }
    this.seen.add(exchange).add(heard.data.message);
    this.asking = false;
    if (heard.status === 200) return heard.data;
    return { trouble: this.reason(heard) };
  }

  // What was said since we last looked, by whomever, but for what this page shows already.
  async since() {
    const fresh = [];
    for (let more = Boolean(this.conversation); more && !this.asking; ) {
      const { status, data } = await this.call("since", { after: this.last });
      if (this.asking) break; // what is being asked is among it, and shown already
      if (status === 404) this.forget();
      const said = status === 200 && Array.isArray(data.messages) ? data.messages : [];
      for (const one of said) {
        if (!this.seen.has(one.message)) fresh.push(one);
        this.seen.add((this.last = one.message));
      }
      if (status === 200) this.person = data.person || null;
      more = Boolean(said.length && data.more);
    }
    return fresh;
  }

  // The conversation is gone, or somebody else's: the next message begins another.
  forget() {
    this.conversation = "";
    drop(TALK, VISIT);
  }

  feedback(exchange, helpful) {
    return this.call("feedback", { exchange, helpful });
  }

  grade(grade) {
    return this.call("grade", { grade });
  }

  // Where an order stands: { orders }, or { trouble: a sentence }.
  async track(order) {
    const heard = await this.call("order", order);
    return heard.status === 200 ? heard.data : { trouble: this.reason(heard) };
  }

  // Leaves an e-mail address for the reply: an empty text, or what went wrong.
  async leave(email, wording) {
    const heard = await this.call("address", { email, wording, consent: true });
    return heard.status === 200 ? "" : this.reason(heard);
  }

  // Accepted and not answered yet; while we poll, a call that was lost is no reason to give up.
  unfinished(heard, exchange) {
    return heard.status === 202 || (Boolean(exchange) && [0, 429, 502, 503].includes(heard.status));
  }

  reason({ status, data }) {
    if (status === 202) return this.words.slow;
    return data.error?.message || (navigator.onLine === false ? this.words.offline : this.words.away);
  }
}
