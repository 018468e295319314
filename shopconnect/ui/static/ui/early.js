// Before the first paint: the theme that this browser's user chose, if any, and what stands for a lost picture.
try {
  const theme = localStorage.getItem("shopconnect-theme");
  if (theme === "light" || theme === "dark") document.documentElement.dataset.theme = theme;
} catch { /* storage is shut: the system's theme holds */ }

// A product's picture that doesn't come leaves the tile of a product without one.
document.addEventListener("error", ({ target: picture }) => {
  if (picture.localName !== "img" || picture.alt) return;
  const tile = document.createElement("span");
  const icon = document.querySelector("svg.icon:has(use)")?.cloneNode(true);
  icon?.firstElementChild.setAttribute("href", icon.firstElementChild.getAttribute("href").replace(/#.*/, "#box"));
  tile.className = "no-image";
  tile.append(icon ?? "");
  picture.replaceWith(tile);
}, true);
