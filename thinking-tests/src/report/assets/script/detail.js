// The pane beside the list: an overview, a case, or the log lines that belong to no case.

const LEVELS = ["ERROR", "WARN", "INFO", "DEBUG", "TRACE"];
const OVERVIEW_AT_MOST = 50;
let least = "TRACE";
let detailed = "";

function showDetail() {
  const shown = JSON.stringify([state.case, state.attempt, state.logs]);
  document.body.classList.toggle("detailed", Boolean(state.case || state.logs));
  if (shown === detailed) return;
  detailed = shown;
  const pane = byId("detail");
  const item = caseByKey.get(state.case);
  if (item) put(pane, casePane(item));
  else if (state.case) put(pane, closer(), empty("Not in this run", `There is no case “${state.case}”.`));
  else if (state.logs) put(pane, logsPane(state.logs));
  else put(pane, overview());
  pane.scrollTop = 0;
  if (item) {
    revealCase(item);
    paintRows();
  }
}

const closer = () => button("close", "‹ All cases", () => go({ case: "", attempt: 0, logs: "" }, true));

function overview() {
  const failing = cases.filter((item) => item.fails);
  const flaky = cases.filter((item) => item.shown === "flaky");
  const parts = [];
  if (cases.length === 0) return [empty("No cases", "This run had nothing to test.")];
  if (failing.length === 0) {
    const passed = cases.filter((item) => item.outcome === "passed").length;
    parts.push(make("div", "calm", icon("passed"), make("div", "",
      make("h2", "", passed === cases.length ? `All ${plural(passed, "case")} passed` : `${plural(passed, "case")} passed, nothing failed`),
      run.duration_us ? make("p", "", `in ${duration(run.duration_us)}`) : null)));
  }
  const group = (title, items) => {
    if (items.length === 0) return;
    const list = make("ul", "cards", items.slice(0, OVERVIEW_AT_MOST).map((item) => {
      const place = item.failed_at || item.location;
      return make("li", `card ${item.shown}`,
        make("div", "line", icon(item.shown, words(item.shown)), caseLink(item), make("span", "tail", duration(item.duration_us))),
        item.message || item.earlier.length ? brief(item) : null,
        make("p", "faint", [item.suite, place, attemptsText(item)].filter(Boolean).join(" · ")));
    }));
    parts.push(make("h2", "", title, make("b", "", String(items.length))), list);
    if (items.length > OVERVIEW_AT_MOST) parts.push(make("p", "faint", `${plural(items.length - OVERVIEW_AT_MOST, "more case")} in the list.`));
  };
  group("Failed", failing);
  group("Flaky", flaky);
  group("Skipped at run time", cases.filter((item) => item.outcome === "skipped" && item.stages.length));
  const logs = suites.filter((suite) => suite.unattributed.length);
  if (logs.length) {
    parts.push(make("h2", "", "Log lines of no case"), make("ul", "plain-list", logs.map((suite) => make("li", "",
      link("", { tab: "cases", logs: suite.name }, suite.name), make("span", "faint", ` ${plural(suite.unattributed.length, "line")}`)))));
  }
  parts.push(make("h2", "", "Suites"), suiteTable());
  return parts;
}

/** Says in at most a few lines what went wrong. */
function brief(item) {
  const message = item.message || item.earlier.at(-1)?.message || "";
  const found = sides(message);
  if (found) return difference(message);
  const lines = message.split("\n").filter((line) => line.trim());
  return make("pre", "brief", terminal(lines.slice(0, 4).join("\n").slice(0, 600)));
}

const attemptsText = (item) => (item.earlier.length ? plural(item.earlier.length + 1, "attempt") : "");

function suiteTable() {
  return table(["Suite", "Kind", "Cases", "Failed", "Time"], suites.map((suite) => {
    const failed = suite.cases.filter((item) => item.fails).length;
    return [suite.name, suite.kind, suite.cases.length.toLocaleString("en"), failed ? make("span", "failed", String(failed)) : "0",
      duration(suite.cases.reduce((sum, item) => sum + (item.duration_us || 0), 0) || null)];
  }));
}

function table(heads, lines, className = "") {
  return make("div", "scroll", make("table", className,
    make("thead", "", make("tr", "", heads.map((head) => make("th", "", head)))),
    make("tbody", "", lines.map((cells) => make("tr", "", cells.map((cell) => make("td", "", cell)))))));
}

function casePane(item) {
  const attempts = item.earlier.length + 1;
  const attempt = state.attempt && state.attempt <= attempts ? state.attempt : attempts;
  const failing = kept.filter((other) => other.fails || other.shown === "flaky");
  const at = failing.indexOf(item);
  const title = make("h2", "case-title", nameOf(item), copier(item.name, "name"));
  const head = make("div", "case-head",
    make("div", "line", closer(), badge(item),
      make("span", "faint", [item.suite, duration(item.duration_us), item.worker && `worker ${item.worker}`].filter(Boolean).join(" · ")),
      failing.length > 1 && at >= 0 ? make("span", "tail pager",
        button("plain", "‹", () => nextFailure(-1)), `${at + 1} of ${failing.length}`, button("plain", "›", () => nextFailure(1))) : null),
    title);
  head.querySelectorAll(".pager button").forEach((one, index) => one.setAttribute("aria-label", index ? "Next failure (n)" : "Previous failure (p)"));
  const chips = [
    ...item.tags.map((tag) => link("chip tag", { tab: "cases", tag: [tag] }, tag)),
    ...item.details.map(([key, value]) => make("span", "chip detail", make("span", "faint", `${key} `), make("span", "value", value))),
  ];
  const body = make("div", "attempt");
  if (attempt === attempts) lastAttempt(item, body);
  else earlierAttempt(item.earlier[attempt - 1], body);
  return [
    head,
    chips.length ? make("div", "chips", chips) : null,
    facts(item),
    attempts > 1 ? attemptTabs(item, attempt, attempts) : null,
    body,
    pastOf(item),
    reachedBy(item),
  ];
}

const badge = (item) => make("span", `badge ${item.shown}`, icon(item.shown), words(item.shown));

function facts(item) {
  const list = make("dl", "facts");
  const fact = (name, value, what) => {
    if (value) list.append(make("dt", "", name), make("dd", "", placeLink(value), copier(value, what)));
  };
  fact("Failed at", item.failed_at, "place of the failure");
  fact("Written in", item.location, "place");
  fact("Run again", rerun(item), "command");
  return list;
}

const placeOf = (text) => {
  const [, path, line] = /^(.*):(\d+)$/s.exec(text) || [];
  return path ? { path, line: Number(line) } : null;
};

/** Shows a place, as a link if its source is in the page. */
function placeLink(text) {
  const place = placeOf(text);
  const file = place && files.find(({ path, source }) => source !== undefined && path === place.path);
  return file ? link("code", { tab: "coverage", at: text }, text) : make("code", "", text);
}

/** Quotes a word for a shell, if it has to be. */
const quoted = (word) => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replace(/'/g, "'\\''")}'`);

/** Says how to run just this case again. */
function rerun(item) {
  if (item.kind === "doctest") return `cargo test --doc --package ${quoted(item.package)} ${quoted(item.name)}`;
  const binary = /^.*::(?:bin\/|example\/|test\/|bench\/)?([\w-]+)$/.exec(item.suite)?.[1];
  const profiles = (run.profiles || []).map((name) => ` --profile ${quoted(name)}`).join("");
  return `cargo xtask test --package ${quoted(item.package)}${profiles} ${quoted(binary ? `${binary}::${item.name}` : item.name)}`;
}

function attemptTabs(item, attempt, attempts) {
  const tabs = make("div", "tabs");
  tabs.setAttribute("role", "tablist");
  tabs.setAttribute("aria-label", "Attempts");
  const all = [...item.earlier, item];
  for (let number = 1; number <= attempts; number += 1) {
    const one = all[number - 1];
    const tab = button("tab", "", () => go({ attempt: number === attempts ? 0 : number }));
    add(tab, [icon(one.outcome), `Attempt ${number}`, make("span", "faint", duration(one.duration_us))]);
    tab.setAttribute("role", "tab");
    tab.setAttribute("aria-selected", String(number === attempt));
    tab.tabIndex = number === attempt ? 0 : -1;
    tabs.append(tab);
  }
  return tabs;
}

const messageOf = (message, outcome) => {
  if (!message?.trim()) return null;
  const shown = difference(message) || make("section", "message", make("pre", "", terminal(message.trim())));
  shown.classList.add(outcome);
  shown.prepend(copier(message.trim().replace(ESCAPES, ""), "message"));
  return shown;
};

function lastAttempt(item, body) {
  add(body, [messageOf(item.message, item.outcome), excerpt(item)]);
  if (item.stages.length) add(body, [stages(item)]);
  if (item.logs.length) add(body, [logs(item.logs, item)]);
  const own = item.stages.flatMap(({ stage, stdout, stderr }) => [
    block(`Output of ${stage}`, stdout || ""), block(`Error output of ${stage}`, stderr || "")]).filter(Boolean);
  // What could be told apart by stage is the same text as the whole.
  add(body, own.length ? own : [block("Output", item.stdout), block("Error output", item.stderr)]);
  if (!body.childElementCount) add(body, [make("p", "faint quiet", item.outcome === "skipped" ? "It was not run." : "It printed and logged nothing.")]);
}

function earlierAttempt(attempt, body) {
  add(body, [messageOf(attempt.message, attempt.outcome), block("Output", attempt.output || "")]);
  if (!body.childElementCount) add(body, [make("p", "faint quiet", "Nothing is known about this attempt but how it ended.")]);
}

/** Shows the source around the place of a failure, if the page has it. */
function excerpt(item) {
  const place = item.fails && item.failed_at && placeOf(item.failed_at);
  const file = place && files.find(({ path, source }) => source !== undefined && path === place.path);
  if (!file) return null;
  const lines = highlighted(file.source);
  const first = Math.max(1, place.line - 4);
  return make("section", "block", make("h3", "", item.failed_at),
    make("div", "source excerpt", lines.slice(first - 1, place.line + 2).map((line, offset) => {
      const row = make("div", first + offset === place.line ? "sline here" : "sline",
        make("span", "number", String(first + offset)), make("code", "", painted(line)));
      return row;
    })));
}

function stages(item) {
  const total = Math.max(1, item.stages.reduce((sum, { duration_us: us }) => sum + us, 0));
  const bar = make("div", "stage-bar");
  bar.setAttribute("aria-hidden", "true");
  for (const { stage, duration_us: us, outcome } of item.stages) {
    const part = make("i", `${stage} ${outcome || "passed"}`);
    part.style.flexGrow = us / total;
    bar.append(part);
  }
  return make("section", "block", make("h3", "", "Stages"), bar, make("ul", "stages", item.stages.map(({ stage, duration_us: us, outcome = "passed", message }) =>
    make("li", stage, make("i", "swatch"), make("b", "", stage), icon(outcome, words(outcome)), duration(us),
      message && message !== item.message ? make("span", "said", firstLine(message)) : null))));
}

/** Shows log lines, from a level on. */
function logs(lines, item) {
  const present = LEVELS.filter((level) => lines.some((line) => line.level === level));
  const section = make("section", "block logs");
  const start = item?.started_us === undefined ? (lines[0]?.ms ?? 0) : item.started_us / 1000;
  const paint = () => {
    const order = LEVELS.indexOf(least);
    const shown = lines.filter(({ level }) => LEVELS.indexOf(level) <= order);
    const levels = make("div", "levels", present.length > 1 ? present.map((level) => {
      const one = button("chip", "", () => {
        least = level;
        paint();
        section.querySelector("[aria-pressed=true]")?.focus();
      });
      add(one, [make("span", `level ${level}`, level), make("b", "", String(lines.filter((line) => line.level === level).length))]);
      const last = present.filter((name) => LEVELS.indexOf(name) <= order).at(-1);
      one.setAttribute("aria-pressed", String(level === last));
      one.title = `${level} and above`;
      return one;
    }) : null);
    levels.setAttribute("role", "group");
    levels.setAttribute("aria-label", "Least level");
    const text = lines.map((line) => `${line.level} ${line.target} ${line.spans ? `${line.spans}: ` : ""}${line.message}`).join("\n");
    put(section, make("h3", "", item ? "Log" : "Lines", copier(text, "log"), levels),
      make("ol", "log", shown.map((line) => make("li", "",
        make("span", "when", `${((line.ms ?? 0) - start).toFixed(0)} ms`),
        make("span", `level ${line.level}`, line.level),
        make("span", "words", line.spans ? make("span", "spans", `${line.spans}: `) : null, terminal(line.message)),
        logTarget(line)))),
      shown.length ? null : make("p", "faint quiet", "No line at this level."));
  };
  paint();
  return section;
}

function logTarget(line) {
  const target = make("span", "target", line.stage && line.stage !== "run" ? `${line.stage} · ${line.target}` : line.target);
  target.title = line.target;
  return target;
}

function logsPane(name) {
  const suite = suites.find((one) => one.name === name);
  if (!suite?.unattributed.length) return [closer(), empty("No such log", `“${name}” has no log lines of its own.`)];
  return [make("div", "case-head", make("div", "line", closer(), make("span", "faint", suite.kind)),
    make("h2", "case-title", make("span", "name", suite.name))),
    make("p", "faint", "These lines belong to none of the cases: they were logged by threads that several cases share."),
    logs(suite.unattributed, null)];
}

/** Shows in which of the last runs this case failed or was flaky. */
function pastOf(item) {
  const name = `${item.suite} ${item.name}`;
  const marks = pastRuns.map((past) => (past.failed.includes(name) ? "failed" : past.flaky.includes(name) ? "flaky" : ""));
  if (!marks.some(Boolean)) return null;
  return make("section", "block", make("h3", "", "Earlier runs"), strip(marks.slice(-60)),
    make("p", "faint quiet", `${["failed", "flaky"].map((mark) => [mark, marks.filter((one) => one === mark).length]).filter(([, count]) => count)
      .map(([mark, count]) => `${mark} in ${count}`).join(", ")} of ${plural(marks.length, "run")}`));
}

/** Draws one mark per run, the oldest first. */
function strip(marks) {
  const line = make("span", "strip", marks.map((mark) => make("i", mark || "fine")));
  line.setAttribute("role", "img");
  line.setAttribute("aria-label", marks.map((mark) => mark || "fine").join(", "));
  return line;
}

function reachedBy(item) {
  const reached = files.map((file) => [file, file.cases.find(([suite, index]) => suite === item.suiteIndex && index === item.index - suites[suite].cases[0].index)])
    .filter(([, entry]) => entry);
  if (!reached.length) return null;
  const count = ([, , ...ranges]) => {
    let lines = 0;
    for (let at = 0; at < ranges.length; at += 2) lines += ranges[at + 1] - ranges[at] + 1;
    return lines;
  };
  const list = make("ul", "plain-list", reached.map(([file, entry]) => make("li", "",
    link("code", { tab: "coverage", at: `${file.path}:${entry[2]}` }, file.path), make("span", "faint", ` ${plural(count(entry), "line")}`))));
  return make("details", "block", make("summary", "", `Reaches ${plural(reached.length, "file")}`), list);
}
