// Coverage: the files, their source with how often each line was reached, and by which cases.

const LINES_AT_ONCE = 250;
const COVERING_AT_MOST = 200;
const files = (data.coverage?.files || []).map((file) => ({ cases: [], lines: [], ...file }));
let covered = "";
/** Directories that a person closed. */
const closed = new Set();

function placeAt(at) {
  const place = placeOf(at);
  const exact = files.find(({ path }) => path === at);
  if (exact) return { file: exact, line: 0 };
  const file = place && files.find(({ path }) => path === place.path);
  return file ? { file, line: place.line } : { file: null, line: 0 };
}

function showCoverage() {
  const panel = byId("panel-coverage");
  if (!files.length) {
    if (!panel.childElementCount) put(panel, empty("No coverage", "Which lines the cases reach was not measured in this run."));
    return;
  }
  const { file, line } = placeAt(state.at);
  if (!panel.childElementCount) {
    const tree = make("div", "files");
    tree.id = "files";
    const source = make("div", "file");
    source.id = "file";
    put(panel, tree, source);
    paintFiles();
  }
  panel.classList.toggle("opened", Boolean(file));
  for (const row of byId("files").querySelectorAll("a")) row.toggleAttribute("aria-current", row.dataset.path === file?.path);
  if (!file) {
    covered = "";
    return put(byId("file"), coverageOverview());
  }
  if (covered !== file.path) {
    covered = file.path;
    put(byId("file"), fileView(file));
  }
  chooseLine(file, line);
}

function meter(part) {
  const bar = make("span", "meter");
  const value = percent(part);
  const inner = make("i", value >= 80 ? "good" : value >= 50 ? "middling" : "poor");
  inner.style.width = `${value}%`;
  bar.append(inner);
  bar.setAttribute("aria-hidden", "true");
  return bar;
}

function coverageOverview() {
  const { totals } = data.coverage;
  const parts = [["Lines", totals.lines], ["Functions", totals.functions], ["Regions", totals.regions], ["Branches", totals.branches]];
  const worst = files.filter(({ counts }) => counts.lines.covered < counts.lines.total)
    .sort((a, b) => (b.counts.lines.total - b.counts.lines.covered) - (a.counts.lines.total - a.counts.lines.covered)).slice(0, 12);
  return make("div", "page", state.at ? make("p", "lead", `“${state.at}” is not among the files.`) : null,
    make("div", "totals", parts.filter(([, part]) => part?.total).map(([name, part]) => make("div", "total",
      make("span", "faint", name), make("b", "", percentText(part)), meter(part),
      make("span", "faint", `${part.covered.toLocaleString("en")} of ${part.total.toLocaleString("en")}`)))),
    worst.length ? [make("h2", "", "Most lines that no case reaches"), make("ul", "plain-list", worst.map((file) => make("li", "",
      link("code", { tab: "coverage", at: file.path }, file.path),
      make("span", "faint", ` ${plural(file.counts.lines.total - file.counts.lines.covered, "line")}`))))] : make("p", "lead", "Every line is reached."));
}

/** Gathers the files as directories. */
function directories() {
  const root = { label: "", path: "", inner: new Map(), files: [], covered: 0, total: 0 };
  for (const file of files) {
    const parts = file.path.split("/");
    let node = root;
    const path = [root];
    for (const part of parts.slice(0, -1)) {
      if (!node.inner.has(part)) {
        node.inner.set(part, { label: part, path: node.path ? `${node.path}/${part}` : part, inner: new Map(), files: [], covered: 0, total: 0 });
      }
      node = node.inner.get(part);
      path.push(node);
    }
    node.files.push({ file, label: parts.at(-1) });
    for (const one of path) {
      one.covered += file.counts.lines.covered;
      one.total += file.counts.lines.total;
    }
  }
  return root;
}

function paintFiles() {
  const visit = (node, level) => {
    const list = make("ul", "");
    for (let inner of [...node.inner.values()].sort((a, b) => (a.label < b.label ? -1 : 1))) {
      let { label } = inner;
      while (inner.files.length === 0 && inner.inner.size === 1) {
        [inner] = inner.inner.values();
        label += `/${inner.label}`;
      }
      const directory = inner;
      const head = button("fold", "", () => {
        if (!closed.delete(directory.path)) closed.add(directory.path);
        paintFiles();
        byId("files").querySelector(`[data-path="${CSS.escape(directory.path)}"]`)?.focus();
      });
      head.dataset.path = directory.path;
      head.setAttribute("aria-expanded", String(!closed.has(directory.path)));
      head.style.paddingInlineStart = `${level * 0.9 + 0.5}rem`;
      add(head, [icon("chevron"), make("span", "name", `${label}/`), meter(directory), make("span", "tail", percentText(directory))]);
      list.append(make("li", "", head, closed.has(directory.path) ? null : visit(directory, level + 1)));
    }
    for (const { file, label } of node.files.sort((a, b) => (a.label < b.label ? -1 : 1))) {
      const row = link("", { tab: "coverage", at: file.path }, make("span", "name", label), meter(file.counts.lines), make("span", "tail", percentText(file.counts.lines)));
      row.dataset.path = file.path;
      row.style.paddingInlineStart = `${level * 0.9 + 1.6}rem`;
      list.append(make("li", "", row));
    }
    return list;
  };
  const all = link("all-files", { tab: "coverage" }, make("span", "name", "All files"), meter(data.coverage.totals.lines), make("span", "tail", percentText(data.coverage.totals.lines)));
  all.dataset.path = "";
  put(byId("files"), all, visit(directories(), 0));
}

function fileView(file) {
  const counts = new Map();
  for (let at = 0; at < file.lines.length; at += 2) counts.set(file.lines[at], file.lines[at + 1]);
  const { lines, functions } = file.counts;
  const missed = [...counts].filter(([, count]) => count === 0).map(([line]) => line).sort((a, b) => a - b);
  // The next gap begins after a line that is no gap.
  const gaps = missed.filter((line, index) => index === 0 || missed[index - 1] !== line - 1);
  const head = make("div", "file-head", link("close", { tab: "coverage" }, "‹ Files"), make("h2", "", make("code", "", file.path), copier(file.path, "path")),
    make("p", "faint", `${percentText(lines)} of ${plural(lines.total, "line")}, ${functions.covered} of ${plural(functions.total, "function")}`,
      gaps.length ? button("plain", `Next of ${plural(gaps.length, "gap")}`, () => {
        const { line } = placeAt(state.at);
        go({ at: `${file.path}:${gaps.find((gap) => gap > line) ?? gaps[0]}` });
      }) : null));
  if (file.source === undefined) return [head, empty("No source", "The file could not be read when the report was written.")];
  const source = make("div", "source");
  source.id = "source";
  const painted_ = highlighted(file.source);
  if (painted_.at(-1).length === 0) painted_.pop();
  const width = String(Math.max(0, ...counts.values())).length;
  source.style.setProperty("--hits", `${Math.min(9, Math.max(3, width)) + 1}ch`);
  // The browser lays out only the chunks that are seen.
  for (let start = 0; start < painted_.length; start += LINES_AT_ONCE) {
    const chunk = make("div", "chunk");
    const part = painted_.slice(start, start + LINES_AT_ONCE);
    chunk.style.containIntrinsicHeight = `auto ${part.length * 20}px`;
    part.forEach((line, offset) => {
      const number = start + offset + 1;
      const count = counts.get(number);
      const row = make("a", `sline ${count === undefined ? "" : count ? "hit" : "missed"}`,
        make("span", "number", String(number)),
        make("span", "hits", count === undefined ? "" : shortCount(count)),
        make("code", "", painted(line)));
      row.href = hashOf({ tab: "coverage", at: `${file.path}:${number}` });
      row.id = `line-${number}`;
      row.tabIndex = -1;
      if (count === 0) row.setAttribute("aria-label", `Line ${number}, not reached`);
      chunk.append(row);
    });
    source.append(chunk);
  }
  const lower = make("div", "covering");
  lower.id = "covering";
  lower.setAttribute("aria-live", "polite");
  return [head, source, lower];
}
const shortCount = (count) => (count < 1e4 ? String(count) : count < 1e6 ? `${Math.floor(count / 1e3)}k` : `${Math.floor(count / 1e6)}M`);

function chooseLine(file, line) {
  byId("source")?.querySelector(".here")?.classList.remove("here");
  const lower = byId("covering");
  if (!lower) return;
  lower.hidden = !line;
  if (!line) return;
  const row = byId(`line-${line}`);
  row?.classList.add("here");
  const at = file.lines.findIndex((number, index) => index % 2 === 0 && number === line);
  const count = at < 0 ? undefined : file.lines[at + 1];
  const covering = file.cases.filter(([, , ...ranges]) =>
    ranges.some((first, index) => index % 2 === 0 && first <= line && line <= ranges[index + 1]))
    .map(([suite, index]) => suites[suite]?.cases[index]).filter(Boolean);
  const what = count === undefined ? "has no code of its own"
    : count === 0 ? "is not reached by any case"
      : `is reached ${plural(count, "time")}${covering.length ? `, by ${plural(covering.length, "case")}` : ""}`;
  put(lower, make("p", "line", make("b", "number", `Line ${line}`), make("span", "", what),
    button("plain tail", "Close", () => go({ at: file.path }))),
  covering.length ? make("ul", "plain-list", covering.slice(0, COVERING_AT_MOST).map((item) => make("li", "", icon(item.shown, words(item.shown)), caseLink(item), make("span", "faint", ` ${item.suite}`)))) : null,
  covering.length > COVERING_AT_MOST ? make("p", "faint", `${plural(covering.length - COVERING_AT_MOST, "more case")}.`) : null,
  count && !covering.length ? make("p", "faint", file.cases.length
    ? "By none of the cases whose own lines are known." : "Which cases reach a line was not measured.") : null);
  // Now that it is known how much room is left.
  row?.scrollIntoView({ block: "nearest" });
}
