const FIRST_PAUSE = 400;
const LONGEST_PAUSE = 3000;
const PATIENCE = 30000;

const pause = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

// One conversation with the shop. Its name lives in this object alone, hence no longer than the page.
export class Talk {
  constructor({ call, words, language, customer }) {
    this.words = words;
    this.conversation = "";
    this.call = (name, said) => call(name, { body: { lang: language, conversation: this.conversation, customer, ...said } });
  }

  // Asks, and waits for the answer: { text, guesses, outcome, exchange }, or { trouble: a sentence }.
  async ask(what) {
    let heard = await this.call("chat", what);
    this.conversation = heard.data.conversation || this.conversation;
    const exchange = heard.data.exchange;
    const until = Date.now() + PATIENCE;
    for (let rest = FIRST_PAUSE; this.unfinished(heard, exchange) && Date.now() < until; rest = Math.min(rest * 1.6, LONGEST_PAUSE)) {
      await pause(rest);
      heard = await this.call("reply", { exchange });
    }
    if (heard.status === 200) return heard.data;
    return { trouble: this.reason(heard) };
  }

  feedback(exchange, helpful) {
    return this.call("feedback", { exchange, helpful });
  }

  // Where an order stands: { orders }, or { trouble: a sentence }.
  async track(order) {
    const heard = await this.call("order", order);
    return heard.status === 200 ? heard.data : { trouble: this.reason(heard) };
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
