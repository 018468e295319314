// Before the first paint: the theme that this browser's user chose, if any.
try {
  const theme = localStorage.getItem("shopconnect-theme");
  if (theme === "light" || theme === "dark") document.documentElement.dataset.theme = theme;
} catch { /* storage is shut: the system's theme holds */ }
