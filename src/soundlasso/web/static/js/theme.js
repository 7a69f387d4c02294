// Light, dark, or as the system has it.

import { $, icon, ICONS } from "./dom.js";
import { local } from "./memory.js";

const KEY = "soundlasso.theme";
const ORDER = ["auto", "light", "dark"];
const WORDS = { auto: "as the system", light: "light", dark: "dark" };
const DRAWN = { auto: ICONS.auto, light: ICONS.sun, dark: ICONS.moon };

function apply(theme) {
  if (theme === "auto") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme;
  $("theme").setAttribute("aria-label", `Colours: ${WORDS[theme]}`);
  $("theme").title = `Colours: ${WORDS[theme]}`;
  $("theme").replaceChildren(icon(DRAWN[theme]));
  document.dispatchEvent(new Event("themechange"));
}

export function wireTheme() {
  let theme = local.get(KEY);
  if (!ORDER.includes(theme)) theme = "auto";
  apply(theme);
  $("theme").addEventListener("click", () => {
    theme = ORDER[(ORDER.indexOf(theme) + 1) % ORDER.length];
    local.set(KEY, theme);
    apply(theme);
  });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => apply(theme));
}
