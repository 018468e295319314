// What lies on the device, under names of our own. A browser that keeps nothing is one where nothing was kept.
export function kept(place) {
  try {
    return localStorage.getItem(place) || "";
  } catch {
    return "";
  }
}

export function keep(place, text) {
  try {
    localStorage.setItem(place, text);
  } catch {
    // then it holds for this page
  }
}

export function drop(...places) {
  try {
    for (const place of places) localStorage.removeItem(place);
  } catch {
    // nothing was kept
  }
}
