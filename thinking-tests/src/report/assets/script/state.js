// What is shown is written in the address, so that it can be sent to somebody and gone back to.

const TABS = { cases: "Cases", slowest: "Slowest", timeline: "Timeline", history: "History", coverage: "Coverage" };
const NO_STATE = { tab: "cases", q: "", outcome: [], tag: [], not: [], case: "", attempt: 0, logs: "", at: "" };
let state = { ...NO_STATE };

/** Escapes a part of the address, but for what reads well and cannot be mistaken. */
const escapePart = (text) => encodeURIComponent(text).replace(/%(?:3A|2F|20)/g, (code) =>
  ({ "%3A": ":", "%2F": "/", "%20": "+" })[code]);
const unescapePart = (text) => {
  try {
    return decodeURIComponent(text.replace(/\+/g, " "));
  } catch {
    return text;
  }
};

function hashOf(target) {
  const parts = [];
  for (const [name, value] of Object.entries(target)) {
    if (Array.isArray(value) ? value.length === 0 : value === NO_STATE[name]) continue;
    parts.push(`${name}=${Array.isArray(value) ? value.map(escapePart).join(",") : escapePart(String(value))}`);
  }
  return `#${parts.join("&")}`;
}

function stateOf(hash) {
  const found = { ...NO_STATE };
  for (const part of hash.replace(/^#/, "").split("&")) {
    const [, name, value] = /^([a-z]+)=(.*)$/s.exec(part) || [];
    if (name === "coverage") {
      // The short way to a line: `#coverage=src/lib.rs:7`.
      found.tab = "coverage";
      found.at = unescapePart(value);
    } else if (Array.isArray(NO_STATE[name])) found[name] = value.split(",").filter(Boolean).map(unescapePart);
    else if (name === "attempt") found.attempt = Math.max(0, Number.parseInt(value, 10) || 0);
    else if (name in NO_STATE) found[name] = unescapePart(value);
  }
  if (!Object.hasOwn(TABS, found.tab)) found.tab = "cases";
  return found;
}

/** Changes what is shown; `keep` makes a step that the browser's "back" undoes. */
function go(change, keep = false) {
  const next = { ...state, ...change };
  const hash = hashOf(next);
  state = next;
  try {
    history[keep && hash !== (location.hash || "#") ? "pushState" : "replaceState"](null, "", hash);
  } catch {
    // Some browsers refuse this for files, or when it happens often; the page works without.
  }
  show();
}

const THEMES = { auto: "◐", light: "○", dark: "●" };
let theme = "auto";
function remembered() {
  try {
    return localStorage.getItem("thinking-tests-theme");
  } catch {
    return null;
  }
}
function useTheme(name) {
  theme = Object.hasOwn(THEMES, name) ? name : "auto";
  if (theme === "auto") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme;
  byId("theme").textContent = THEMES[theme];
  byId("theme").title = `Colours: ${theme} (t)`;
  byId("theme").setAttribute("aria-label", `Colours: ${theme}`);
  try {
    localStorage.setItem("thinking-tests-theme", theme);
  } catch {
    // A page from disk may have no storage; then the choice lasts as long as the page.
  }
}
const nextTheme = () => {
  const names = Object.keys(THEMES);
  useTheme(names[(names.indexOf(theme) + 1) % names.length]);
  say(`Colours: ${theme}`);
  if (state.tab === "timeline") drawTimeline();
};
