"use strict";
// Builds the page from the data. Texts reach the page only through textContent.
(() => {
  const { counts, run } = JSON.parse(document.getElementById("data").textContent);
  const ROWS_AT_ONCE = 200;
  // So many cases are shown without having to open their groups; a search asks to see cases.
  const OPEN_CASES = 30;
  const OPEN_CASES_FOUND = 300;
  const FAILURES = new Set(["failed", "error", "aborted", "timed-out"]);
  const GROUPS = { failed: "Failed", skipped: "Skipped", passed: "Passed" };
  const shown = new Set(Object.keys(GROUPS));
  let query = "";

  const group = (outcome) => (FAILURES.has(outcome) ? "failed" : outcome);
  const byId = (id) => document.getElementById(id);
  const make = (tag, className, ...content) => {
    const element = document.createElement(tag);
    if (className) element.className = className;
    element.append(...content.filter((part) => part !== null && part !== undefined));
    return element;
  };
  const duration = (us) => {
    if (us === null || us === undefined) return "";
    if (us < 1e3) return `${us} µs`;
    if (us < 1e6) return `${(us / 1e3).toFixed(us < 1e4 ? 1 : 0)} ms`;
    if (us < 6e7) return `${(us / 1e6).toFixed(2)} s`;
    return `${Math.floor(us / 6e7)} min ${Math.round((us % 6e7) / 1e6)} s`;
  };
  const plural = (count, one) => `${count} ${one}${count === 1 ? "" : "s"}`;
  const firstLine = (text) => (text || "").split("\n").find((line) => line.trim()) || "";

  // Every case once, with what the search looks at, in lower case.
  const suites = run.suites.map((suite) => ({
    suite,
    cases: suite.cases.map((data) => ({
      data,
      text: `${suite.name} ${data.name} ${data.message || ""}`.toLowerCase(),
    })),
  }));

  function header() {
    const what = run.subtree ? `${run.title} — ${run.subtree}` : run.title;
    byId("title").textContent = what;
    const verdict = counts.failed ? `${counts.failed} failed` : "passed";
    document.title = `${verdict} · ${what}`;
    const started = new Date(run.started_ms);
    byId("facts").textContent = [
      plural(counts.passed + counts.failed + counts.skipped, "case"),
      duration(run.duration_us),
      started.toLocaleString([], { dateStyle: "medium", timeStyle: "short" }),
      run.backend,
    ].join(" · ");
    const parts = [["failed", counts.failed], ["passed", counts.passed], ["skipped", counts.skipped]];
    for (const [name, count] of parts) {
      if (!count && name !== "passed") continue;
      byId("verdict").append(make("span", name, `${count} ${name}`));
      const piece = make("i", name);
      piece.style.flexGrow = count;
      if (count) byId("bar").append(piece);
    }
    byId("bar").setAttribute("aria-label", parts.map(([name, count]) => `${count} ${name}`).join(", "));
  }

  function filters() {
    for (const [name, label] of Object.entries(GROUPS)) {
      if (!counts[name]) continue;
      const button = make("button", "", label, make("b", name, String(counts[name])));
      button.type = "button";
      button.setAttribute("aria-pressed", "true");
      button.addEventListener("click", () => {
        if (shown.has(name)) shown.delete(name); else shown.add(name);
        button.setAttribute("aria-pressed", String(shown.has(name)));
        list();
      });
      byId("filters").append(button);
    }
  }

  const tail = (cases) => {
    const failed = cases.filter(({ data }) => FAILURES.has(data.outcome)).length;
    // A sum over some of the cases would look like that of all.
    const timed = cases.every(({ data }) => data.duration_us !== null || data.outcome === "skipped");
    const time = timed ? cases.reduce((sum, { data }) => sum + (data.duration_us || 0), 0) : 0;
    return make("span", "tail",
      failed ? make("span", "failed", `${failed} failed`) : null,
      make("span", "", plural(cases.length, "case")),
      time ? make("span", "", duration(time)) : null);
  };

  /** Makes a <details> whose content is built when it is first opened. */
  const foldable = (className, summary, open, content) => {
    const details = make("details", className, summary);
    let built = false;
    const build = () => {
      if (built || !details.open) return;
      built = true;
      content(details);
    };
    details.addEventListener("toggle", build);
    details.open = open;
    build();
    return details;
  };

  function list() {
    const words = query.toLowerCase().split(/\s+/).filter(Boolean);
    const target = byId("suites");
    target.replaceChildren();
    let matches = 0;
    const found = [];
    for (const { suite, cases } of suites) {
      const kept = cases.filter(({ data, text }) =>
        shown.has(group(data.outcome)) && words.every((word) => text.includes(word)));
      if (!kept.length) continue;
      matches += kept.length;
      found.push([suite, kept]);
    }
    const few = matches <= (words.length ? OPEN_CASES_FOUND : OPEN_CASES);
    for (const [suite, kept] of found) {
      const failing = kept.some(({ data }) => FAILURES.has(data.outcome));
      const summary = make("summary", "", make("span", "name", suite.name), make("span", "kind", suite.kind), tail(kept));
      target.append(foldable("suite", summary, failing || few || found.length === 1, (details) => modules(details, kept, few)));
    }
    byId("nothing").hidden = matches > 0;
  }

  function modules(details, cases, few) {
    const byModule = new Map();
    for (const item of cases) {
      const module = item.data.module;
      if (!byModule.has(module)) byModule.set(module, []);
      byModule.get(module).push(item);
    }
    for (const [module, items] of [...byModule].sort(([a], [b]) => (a < b ? -1 : 1))) {
      const failing = items.some(({ data }) => FAILURES.has(data.outcome));
      const summary = make("summary", "", make("span", "name", module || "(crate root)"), tail(items));
      details.append(foldable("module", summary, failing || few || byModule.size === 1, (inner) => rows(inner, items, 0)));
    }
  }

  function rows(details, items, from) {
    if (from === 0) items.sort((a, b) => FAILURES.has(b.data.outcome) - FAILURES.has(a.data.outcome));
    for (const { data } of items.slice(from, from + ROWS_AT_ONCE)) details.append(row(data));
    const rest = items.length - from - ROWS_AT_ONCE;
    if (rest > 0) {
      const more = make("button", "more", `Show ${Math.min(rest, ROWS_AT_ONCE)} more of ${rest}`);
      more.type = "button";
      more.addEventListener("click", () => {
        more.remove();
        rows(details, items, from + ROWS_AT_ONCE);
      });
      details.append(more);
    }
  }

  function row(data) {
    const short = data.module && data.name.startsWith(`${data.module}::`) ? data.name.slice(data.module.length + 2) : data.name;
    const dot = make("span", "dot");
    dot.setAttribute("role", "img");
    dot.setAttribute("aria-label", data.outcome);
    const summary = make("summary", "", dot, make("span", "name", short),
      make("span", "said", firstLine(data.message)),
      make("span", "tail",
        data.earlier.length ? make("span", "", `attempt ${data.earlier.length + 1}`) : null,
        make("span", "", duration(data.duration_us))));
    return foldable(`case ${data.outcome}`, summary, false, (details) => details.append(body(data)));
  }

  function body(data) {
    const facts = make("dl", "");
    const fact = (name, value, className) => {
      if (value) facts.append(make("dt", "", name), make("dd", className, value));
    };
    fact("Case", data.name, "at");
    fact("Outcome", data.outcome.replace("-", " "), data.outcome);
    fact("Duration", duration(data.duration_us));
    const place = (location) => location && `${location.file}:${location.line}`;
    fact("Written in", place(data.location), "at");
    fact("Failed at", place(data.failed_at), "at");
    const body = make("div", "body", facts);
    const text = (title, value, className) => {
      if (!value || !value.trim()) return;
      const pre = make("pre", className, make("span", "", value.replace(/^\n+|\s+$/g, "")));
      pre.tabIndex = 0;
      body.append(make("h3", "", title), pre);
    };
    text("Message", data.message, `message ${data.outcome}`);
    const sides = difference(data.message);
    if (sides) body.append(sides);
    text("Output", data.stdout);
    text("Error output", data.stderr);
    data.earlier.forEach((attempt, index) => {
      const title = `Attempt ${index + 1}: ${attempt.outcome.replace("-", " ")} ${duration(attempt.duration_us)}`;
      text(title, [attempt.message, attempt.output].filter(Boolean).join("\n\n"));
    });
    return body;
  }

  /** Shows the two sides of a failed `assert_eq!` below each other, without what they share. */
  function difference(message) {
    const match = /^ +left: (.*)\n +right: (.*)$/m.exec(message || "");
    if (!match || match[1].length + match[2].length < 40) return null;
    const side = (name, value) => {
      const pre = make("pre", "", make("b", "", name), make("span", "", value));
      pre.tabIndex = 0;
      return pre;
    };
    return make("div", "difference", side("left", match[1]), side("right", match[2]));
  }

  header();
  filters();
  list();
  let pending = 0;
  byId("search").addEventListener("input", (event) => {
    query = event.target.value;
    clearTimeout(pending);
    pending = setTimeout(list, 80);
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "/" && document.activeElement !== byId("search")) {
      event.preventDefault();
      byId("search").focus();
    }
  });
})();
