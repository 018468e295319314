import { storefronts } from "shopconnect:storefronts";
import { make, safeUrl } from "./dom.js";
import { languageOf } from "./settings.js";

// A product as shoppers see it, on a shelf and in the chat: its picture, what it costs, and what else is said of it. The
// element that it stands in says by its attributes where the page keeps its products, as `links`="/products/{id}" (without
// it a product's own address holds), where those of its language begin, as `root`="/en", and whose prices hold.
export function productCard(item, host, clicked, ...lines) {
  const base = host.getAttribute("base") || "";
  const links = host.getAttribute("links");
  const root = (host.getAttribute("root") || "").replace(/\/$/, "");
  const own = String(item.url || "").replace(/^(https?:\/\/[^/]+)?\//, `$1${root}/`);
  const href = safeUrl(links ? links.replace("{id}", encodeURIComponent(item.id)) : own, base);
  return make("a", { href: href || null, onclick: clicked },
    picture(item, base),
    make("div", { class: "text" }, make("div", { class: "title" }, String(item.title)), price(item, href, host), ...lines),
  );
}

// What a thing costs. Where the page says that its market or its buyer may have prices of their own, the shop's own word
// for this very visit is shown, or none.
function price(item, href, host) {
  const [priceOf] = host.hasAttribute("market") ? storefronts.map((one) => one.priceOf).filter(Boolean) : [];
  const place = make("div", { class: "price" }, priceOf ? "\u00a0" : String(item.price || ""));
  priceOf?.(href, languageOf(host), host.getAttribute("currency")).then((text) => place.replaceChildren(text), () => {});
  return place;
}

function picture(item, base) {
  const letter = () => make("span", { "aria-hidden": "true" }, [...String(item.title)][0] || "");
  const frame = make("div", { class: "picture" });
  const src = safeUrl(item.image, base);
  if (src) frame.append(make("img", { src, alt: "", loading: "lazy", decoding: "async", onerror: () => frame.replaceChildren(letter()) }));
  else frame.append(letter());
  return frame;
}
