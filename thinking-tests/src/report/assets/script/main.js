// Puts it together: the header, the tabs, the keys.

const KEYS = [
  ["/", "search"], ["j k  ↓ ↑", "next, previous row"], ["→ ←", "open, close a group"], ["Enter", "open the case"],
  ["n p", "next, previous failure"], ["Escape", "back, step by step"], ["f", "only what failed"],
  ["1 … 5", "views"], ["t", "colours"], ["?", "this help"],
];

function header() {
  const what = [run.title, run.subtree].filter(Boolean).join(" › ");
  const { counts } = run;
  byId("title").textContent = visible(what);
  document.title = `${counts.failed ? `${counts.failed} failed` : "passed"} · ${what}`;
  put(byId("facts"), [
    plural(cases.length, "case"), duration(run.duration_us || null), date(run.started_ms), run.backend,
    (run.profiles || []).length ? `profile ${run.profiles.join(", ")}` : "",
  ].filter(Boolean).join(" · "));
  const flaky = cases.filter((item) => item.shown === "flaky").length;
  const parts = [["failed", counts.failed], ["flaky", flaky], ["skipped", counts.skipped], ["passed", counts.passed]];
  put(byId("verdict"), parts.filter(([name, count]) => count || name === "passed")
    .map(([name, count]) => make("span", name, icon(name), `${count.toLocaleString("en")} ${name}`)));
  for (const [name, count] of [["failed", counts.failed], ["flaky", flaky], ["passed", counts.passed - flaky], ["skipped", counts.skipped]]) {
    if (!count) continue;
    const piece = make("i", name);
    piece.style.flexGrow = count;
    byId("bar").append(piece);
  }
  byId("bar").setAttribute("aria-label", parts.map(([name, count]) => `${count} ${name}`).join(", "));
}

function tabs() {
  const marks = {
    cases: cases.length.toLocaleString("en"),
    history: pastRuns.length ? String(pastRuns.length + 1) : "",
    coverage: data.coverage ? percentText(data.coverage.totals.lines) : "",
  };
  for (const [name, label] of Object.entries(TABS)) {
    const tab = button("tab", "", () => go({ tab: name }, true));
    add(tab, [label, marks[name] ? make("b", "", marks[name]) : null]);
    tab.id = `tab-${name}`;
    tab.setAttribute("role", "tab");
    tab.setAttribute("aria-controls", `panel-${name}`);
    byId("tabs").append(tab);
  }
}

/** Arrow keys move between the tabs of a list of tabs, as everywhere. */
function tabKey(event) {
  const list = event.target.closest?.("[role=tablist]");
  const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
  if (!list || !step) return false;
  const all = [...list.children];
  const next = (all.indexOf(event.target) + step + all.length) % all.length;
  const isMain = list.id === "tabs";
  all[next].click();
  (isMain ? all[next] : document.querySelector(`.attempt`)?.previousElementSibling?.children[next])?.focus();
  return true;
}

function show() {
  for (const name of Object.keys(TABS)) {
    const on = state.tab === name;
    byId(`tab-${name}`).setAttribute("aria-selected", String(on));
    byId(`tab-${name}`).tabIndex = on ? 0 : -1;
    byId(`panel-${name}`).hidden = !on;
    if (on) byId(`tab-${name}`).scrollIntoView({ block: "nearest", inline: "nearest" });
  }
  ({
    cases: () => {
      showList();
      showDetail();
    },
    slowest: showSlowest, timeline: showTimeline, history: showHistory, coverage: showCoverage,
  })[state.tab]();
}

function help() {
  const dialog = byId("help");
  if (dialog.open) return dialog.close();
  const title = make("h2", "", "Keys");
  title.id = "help-title";
  put(dialog, title, make("dl", "", KEYS.map(([keys, what]) => [
    make("dt", "", keys.split(" ").filter(Boolean).map((key) => (key === "…" ? key : make("kbd", "", key)))), make("dd", "", what)])),
  make("p", "faint", "Search takes several words; “-word” leaves out what has it. A tag pressed twice leaves out what has it."),
  button("plain", "Close", () => dialog.close()));
  dialog.showModal();
}

function key(event) {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const { target } = event;
  const isTyping = target === byId("search");
  if (byId("help").open) {
    if (event.key === "?") byId("help").close();
    return;
  }
  if (event.key === "Escape") {
    if (isTyping && state.q) go({ q: "" });
    else if (isTyping) byId("tree").focus();
    else if (state.tab === "coverage" && state.at) go({ at: placeAt(state.at).line ? placeAt(state.at).file.path : "" });
    else if (state.tab !== "cases") go({ tab: "cases" });
    else if (state.case || state.logs) {
      go({ case: "", logs: "", attempt: 0 });
      byId("tree").focus();
    } else if (isFiltered()) showAll();
    else return;
    event.preventDefault();
    return;
  }
  if (isTyping) {
    if (event.key === "ArrowDown" || event.key === "Enter") {
      event.preventDefault();
      byId("tree").focus();
      const first = rows.findIndex((row) => row.kind === "case");
      moveTo(Math.max(0, first));
      if (event.key === "Enter" && rows[first]) openRow(rows[first]);
    }
    return;
  }
  if (tabKey(event)) return event.preventDefault();
  const number = Number.parseInt(event.key, 10);
  const names = Object.keys(TABS);
  if (event.key === "/") {
    go({ tab: "cases", case: matchMedia("(max-width: 52rem)").matches ? "" : state.case });
    byId("search").focus();
    byId("search").select();
  } else if (event.key === "?") help();
  else if (event.key === "t") nextTheme();
  else if (event.key === "n") nextFailure(1);
  else if (event.key === "p") nextFailure(-1);
  else if (event.key === "f") {
    const present = OUTCOMES.slice(0, 4).filter((name) => cases.some((item) => item.shown === name));
    go({ tab: "cases", outcome: state.outcome.length ? [] : present });
  } else if (number >= 1 && number <= names.length) {
    go({ tab: names[number - 1] }, true);
    byId(`tab-${names[number - 1]}`).focus();
  } else if (state.tab !== "cases") return;
  else {
    // In the details the arrows scroll, and Enter follows a link; elsewhere they mean the list.
    const elsewhere = target === document.body || target === byId("tree");
    if (!elsewhere && !["j", "k"].includes(event.key)) return;
    if (!listKey(event.key)) return;
    if (target !== byId("tree")) byId("tree").focus({ preventScroll: true });
  }
  event.preventDefault();
}

function start() {
  useTheme(remembered() ?? "auto");
  header();
  tabs();
  let pending = 0;
  byId("search").addEventListener("input", (event) => {
    clearTimeout(pending);
    pending = setTimeout(() => go({ q: event.target.value }), cases.length > 2000 ? 120 : 0);
  });
  let painting = 0;
  byId("tree").addEventListener("scroll", () => {
    painting ||= requestAnimationFrame(() => {
      painting = 0;
      paintRows();
    });
  }, { passive: true });
  new ResizeObserver(paintRows).observe(byId("tree"));
  byId("tree").addEventListener("focus", () => {
    // A click has a row of its own in mind.
    if (!active && rows.length && byId("tree").matches(":focus-visible")) moveTo(0);
  });
  byId("tree").addEventListener("click", clickRow);
  byId("theme").addEventListener("click", nextTheme);
  byId("keys").addEventListener("click", help);
  byId("help").addEventListener("click", (event) => {
    if (event.target === byId("help")) byId("help").close();
  });
  document.addEventListener("keydown", key);
  document.addEventListener("click", (event) => {
    const target = event.target.closest?.("a[href^='#']");
    if (!target || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    // The link is an address to send to others; followed in here, it leaves the filters as they are.
    const next = stateOf(target.getAttribute("href"));
    const { q, outcome, tag, not } = state;
    go(next.tag.length ? next : { ...next, q, outcome, tag, not }, true);
  });
  const follow = () => {
    state = stateOf(location.hash);
    show();
  };
  addEventListener("hashchange", follow);
  addEventListener("popstate", follow);
  follow();
}

start();
