// Makes an element. Text goes in as text only; nothing here ever reads markup.
export function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const name in attributes) {
    const value = attributes[name];
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (value === true) element.setAttribute(name, "");
    else if (value !== false && value != null) element.setAttribute(name, value);
  }
  element.append(...children.filter((child) => child || child === 0));
  return element;
}

// A picture drawn from one path; decorative, so that readers pass over it.
export function icon(path) {
  const space = "http://www.w3.org/2000/svg";
  const svg = document.createElementNS(space, "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("aria-hidden", "true");
  svg.append(document.createElementNS(space, "path"));
  svg.firstChild.setAttribute("d", path);
  return svg;
}

// The mark of what went wrong, so that it is told by more than a colour.
export const warning = () => icon("M12 8v5m0 3.5v.01M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18Z");

// An address that may be followed or shown: http and https only, else nothing. A relative one is read from `base`.
export function safeUrl(text, base = "") {
  try {
    const url = new URL(text, new URL(base, document.baseURI));
    return text && /^https?:$/.test(url.protocol) ? url.href : "";
  } catch {
    return "";
  }
}

// Opens a shadow root with a style sheet that needs no exception in a page's content security policy.
export function shadow(host, css) {
  const root = host.shadowRoot || host.attachShadow({ mode: "open" });
  try {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(css);
    root.adoptedStyleSheets = [sheet];
    root.replaceChildren();
  } catch {
    root.replaceChildren(make("style", {}, css));
  }
  return root;
}
