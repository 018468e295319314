// What lies on the device, under names of our own. A browser that keeps nothing is one where nothing was kept.
const ALWAYS = "localStorage";
export const VISIT = "sessionStorage"; // goes with the visit
export const TALK = "shopconnect.chat"; // the name of the conversation, for the visit

export function read(place, where = ALWAYS) {
  try {
    return window[where].getItem(place) || "";
  } catch {
    return "";
  }
}

export function keep(place, text, where = ALWAYS) {
  try {
    window[where].setItem(place, text);
  } catch {
    // then it holds for this page
  }
}

export function drop(place, where = ALWAYS) {
  try {
    window[where].removeItem(place);
  } catch {
    // nothing was kept
  }
}
