// The list: filters, the tree of modules, and of its rows only those that are seen.

const OPEN_AT_MOST = 60;
const OPEN_FOUND_AT_MOST = 400;
const ROWS_BEYOND = 8;
const tagCounts = new Map();
for (const item of cases) for (const tag of new Set(item.tags)) tagCounts.set(tag, (tagCounts.get(tag) || 0) + 1);
const allTags = [...tagCounts.keys()].sort();

let rows = [];
let kept = cases;
let active = "";
/** What a person opened and closed, by the row's key; it outlives no filter. */
let toggled = new Map();
let listed = "";

const haystack = (item) => (item.haystack ??= `${item.suite} ${item.name} ${item.tags.join(" ")} ${item.message}`.toLowerCase());

function matching() {
  const wanted = state.q.toLowerCase().split(/\s+/).filter((word) => word && word !== "-");
  return cases.filter((item) =>
    (state.outcome.length === 0 || state.outcome.includes(item.shown))
    && state.tag.every((tag) => item.tags.includes(tag))
    && !state.not.some((tag) => item.tags.includes(tag))
    && wanted.every((word) => (word.startsWith("-") ? !haystack(item).includes(word.slice(1)) : haystack(item).includes(word))));
}

const isFiltered = () => Boolean(state.q.trim() || state.outcome.length || state.tag.length || state.not.length);

/** Gathers `kept` as suites, modules and cases. */
function grow() {
  const roots = [];
  for (const suite of suites) {
    const node = { kind: "suite", key: `s:${suite.name}`, label: suite.name, suite, modules: new Map(), cases: [], total: 0, failed: 0 };
    roots.push(node);
  }
  for (const item of kept) {
    let node = roots[item.suiteIndex];
    const path = [node];
    for (const part of item.module ? item.module.split("::") : []) {
      if (!node.modules.has(part)) {
        node.modules.set(part, { kind: "module", key: `${node.key}::${part}`, label: part, modules: new Map(), cases: [], total: 0, failed: 0 });
      }
      node = node.modules.get(part);
      path.push(node);
    }
    node.cases.push(item);
    for (const one of path) {
      one.total += 1;
      one.failed += item.fails ? 1 : 0;
    }
  }
  return roots.filter((node) => node.total || (!isFiltered() && node.suite.unattributed.length));
}

function flatten() {
  rows = [];
  const few = kept.length <= (isFiltered() ? OPEN_FOUND_AT_MOST : OPEN_AT_MOST);
  const roots = grow();
  const visit = (node, level, position, size) => {
    let { label } = node;
    let end = node;
    // A module with nothing but one module in it shares its row.
    while (node.kind === "module" && end.cases.length === 0 && end.modules.size === 1) {
      [end] = end.modules.values();
      label += `::${end.label}`;
    }
    const open = toggled.get(node.key) ?? (few || end.failed > 0 || (node.kind === "suite" && roots.length === 1));
    rows.push({ kind: node.kind, key: node.key, label, node, level, open, position, size });
    if (!open) return;
    const inner = [...end.modules.values()].sort((a, b) => (a.label < b.label ? -1 : 1));
    const own = end.cases.filter((item) => item.fails).concat(end.cases.filter((item) => !item.fails));
    const logs = node.kind === "suite" && !isFiltered() && node.suite.unattributed.length ? 1 : 0;
    const count = inner.length + own.length + logs;
    inner.forEach((child, index) => visit(child, level + 1, index + 1, count));
    own.forEach((item, index) => rows.push({
      kind: "case", key: `c:${item.index}`, label: item.short, item, level: level + 1, position: inner.length + index + 1, size: count,
    }));
    if (logs) {
      rows.push({ kind: "logs", key: `l:${node.suite.name}`, label: "Unattributed log", suite: node.suite, level: level + 1, position: count, size: count });
    }
  };
  roots.forEach((node, index) => visit(node, 1, index + 1, roots.length));
}

const rowHeight = () => (matchMedia("(max-width: 52rem)").matches ? 38 : 28);

/** Builds the rows that are seen, and those just beyond. */
function paintRows() {
  const tree = byId("tree");
  const height = rowHeight();
  const first = Math.max(0, Math.floor(tree.scrollTop / height) - ROWS_BEYOND);
  const count = Math.ceil((tree.clientHeight || 600) / height) + 2 * ROWS_BEYOND;
  const sheet = make("div", "sheet");
  sheet.setAttribute("role", "presentation");
  sheet.style.height = `${rows.length * height}px`;
  for (const [offset, row] of rows.slice(first, first + count).entries()) {
    const element = paintRow(row, first + offset);
    element.style.top = `${(first + offset) * height}px`;
    sheet.append(element);
  }
  if (rows.length === 0) {
    sheet.append(cases.length === 0
      ? empty("No cases", "This run had nothing to test.")
      : make("div", "empty", make("p", "", "No case matches."), button("plain", "Show all cases", showAll)));
  }
  const { scrollTop } = tree;
  tree.replaceChildren(sheet);
  tree.scrollTop = scrollTop;
  const activeRow = rows.findIndex(({ key }) => key === active);
  if (activeRow >= first && activeRow < first + count) tree.setAttribute("aria-activedescendant", `row-${activeRow}`);
  else tree.removeAttribute("aria-activedescendant");
}

function paintRow(row, index) {
  const element = make("div", `row ${row.kind}`);
  element.id = `row-${index}`;
  element.setAttribute("role", "treeitem");
  element.setAttribute("aria-level", row.level);
  element.setAttribute("aria-posinset", row.position);
  element.setAttribute("aria-setsize", row.size);
  element.style.paddingInlineStart = `${(row.level - 1) * 0.9 + 0.5}rem`;
  const name = make("span", "name", row.label);
  const tail = make("span", "tail");
  if (row.kind === "case") {
    const { item } = row;
    add(element, [icon(item.shown, words(item.shown)), name]);
    if (item.fails) add(element, [make("span", "said", firstLine(item.message))]);
    add(tail, [duration(item.duration_us)]);
    element.setAttribute("aria-selected", String(state.case === item.key));
  } else if (row.kind === "logs") {
    add(element, [icon("lines"), name]);
    add(tail, [plural(row.suite.unattributed.length, "line")]);
    element.setAttribute("aria-selected", String(state.logs === row.suite.name));
  } else {
    element.setAttribute("aria-expanded", String(row.open));
    add(element, [icon("chevron"), name]);
    if (row.kind === "suite" && row.node.suite.kind !== "unit") add(element, [make("span", "kind", row.node.suite.kind)]);
    add(tail, [row.node.failed ? make("span", "failed", `${row.node.failed} failed`) : null, row.node.total.toLocaleString("en")]);
  }
  element.classList.toggle("active", row.key === active);
  element.title = row.kind === "case" ? row.item.name : row.label;
  element.append(tail);
  return element;
}

/** Finds the row by its place: the element may have been built anew since the button went down. */
function clickRow(event) {
  const tree = byId("tree");
  if (event.target.closest("button")) return;
  const row = rows[Math.floor((event.clientY - tree.getBoundingClientRect().top - tree.clientTop + tree.scrollTop) / rowHeight())];
  if (!row) return;
  active = row.key;
  openRow(row);
}

/** Opens a case or a log, and opens or closes a suite or a module. */
function openRow(row) {
  if (row.kind === "case") go({ case: row.item.key, attempt: 0, logs: "" }, true);
  else if (row.kind === "logs") go({ case: "", attempt: 0, logs: row.suite.name }, true);
  else {
    toggled.set(row.key, !row.open);
    flatten();
    paintRows();
  }
}

function moveTo(index) {
  const row = rows[Math.max(0, Math.min(rows.length - 1, index))];
  if (!row) return;
  active = row.key;
  reveal(rows.indexOf(row));
  paintRows();
  // On a wide screen the details follow the cursor, as in other tools with two panes.
  if (row.kind === "case" && !matchMedia("(max-width: 52rem)").matches && state.case) {
    go({ case: row.item.key, attempt: 0, logs: "" });
  }
}

function reveal(index) {
  const tree = byId("tree");
  const height = rowHeight();
  // The list may just have grown.
  if (tree.firstElementChild) tree.firstElementChild.style.height = `${rows.length * height}px`;
  const top = index * height;
  const [least, most] = [top + height - tree.clientHeight, top];
  // Far away, the row comes to the middle; a step away, it only comes into sight.
  const isFar = tree.scrollTop < least - 3 * height || tree.scrollTop > most + 3 * height;
  if (isFar) tree.scrollTop = (least + most) / 2;
  else tree.scrollTop = Math.max(least, Math.min(most, tree.scrollTop));
}

/** Makes the case's row visible, however deep it lies. */
function revealCase(item) {
  const find = () => rows.findIndex((row) => row.item === item);
  if (find() < 0 && kept.includes(item)) {
    let key = `s:${item.suite}`;
    toggled.set(key, true);
    for (const part of item.module ? item.module.split("::") : []) {
      key += `::${part}`;
      toggled.set(key, true);
    }
    flatten();
  }
  if (find() < 0) return;
  active = rows[find()].key;
  reveal(find());
}

/** Goes to the next or previous failure, from wherever the cursor is. */
function nextFailure(step) {
  const failing = kept.filter((item) => item.fails || item.shown === "flaky");
  if (failing.length === 0) return;
  const at = failing.findIndex((item) => item.key === state.case);
  const next = at < 0 ? (step > 0 ? 0 : failing.length - 1) : (at + step + failing.length) % failing.length;
  go({ tab: "cases", case: failing[next].key, attempt: 0, logs: "" }, true);
}

function showAll() {
  byId("search").value = "";
  go({ q: "", outcome: [], tag: [], not: [] });
}

const without = (list, one) => list.filter((other) => other !== one);

function paintFilters() {
  const focused = document.activeElement?.dataset.key;
  const counts = new Map();
  for (const item of cases) counts.set(item.shown, (counts.get(item.shown) || 0) + 1);
  put(byId("outcomes"), OUTCOMES.filter((name) => counts.has(name)).map((name) => {
    const on = state.outcome.includes(name);
    const chip = button(`chip ${name}`, "", () =>
      go({ outcome: on ? without(state.outcome, name) : [...state.outcome, name] }));
    add(chip, [icon(name), words(name), make("b", "", counts.get(name).toLocaleString("en"))]);
    chip.setAttribute("aria-pressed", String(on));
    chip.dataset.key = `outcome ${name}`;
    return chip;
  }));
  put(byId("tags"), allTags.map((tag) => {
    const [on, off] = [state.tag.includes(tag), state.not.includes(tag)];
    // One press chooses the tag, a second one leaves it out, a third one forgets it.
    const chip = button("chip tag", "", () => go({
      tag: on || off ? without(state.tag, tag) : [...state.tag, tag],
      not: on ? [...state.not, tag] : without(state.not, tag),
    }));
    add(chip, [off ? make("span", "not", `!${tag}`) : tag, make("b", "", String(tagCounts.get(tag)))]);
    chip.setAttribute("aria-pressed", off ? "mixed" : String(on));
    chip.title = off ? `Without ${tag}` : on ? `Only ${tag}` : `Tag ${tag}`;
    chip.dataset.key = `tag ${tag}`;
    return chip;
  }));
  if (focused) document.querySelector(`.find [data-key="${CSS.escape(focused)}"]`)?.focus();
}

function showList() {
  const filters = JSON.stringify([state.q, state.outcome, state.tag, state.not]);
  if (filters !== listed) {
    listed = filters;
    toggled = new Map();
    kept = matching();
    paintFilters();
    flatten();
    byId("tree").scrollTop = 0;
    byId("found").textContent = isFiltered() ? `${kept.length.toLocaleString("en")} of ${plural(cases.length, "case")}` : "";
    if (byId("search").value !== state.q) byId("search").value = state.q;
  }
  paintRows();
}

function listKey(key) {
  const at = rows.findIndex((row) => row.key === active);
  const row = rows[at];
  const page = Math.max(1, Math.floor(byId("tree").clientHeight / rowHeight()) - 1);
  if (key === "ArrowDown" || key === "j") moveTo(at + 1);
  else if (key === "ArrowUp" || key === "k") moveTo(at < 0 ? rows.length - 1 : at - 1);
  else if (key === "PageDown") moveTo(at + page);
  else if (key === "PageUp") moveTo(at - page);
  else if (key === "Home") moveTo(0);
  else if (key === "End") moveTo(rows.length - 1);
  else if (!row) return false;
  else if (key === "Enter") openRow(row);
  else if (key === "ArrowRight" && row.open === false) openRow(row);
  else if (key === "ArrowRight" && row.open) moveTo(at + 1);
  else if (key === "ArrowLeft" && row.open) openRow(row);
  else if (key === "ArrowLeft") {
    const parent = rows.slice(0, at).findLastIndex((other) => other.level < row.level);
    if (parent >= 0) moveTo(parent);
  } else return false;
  return true;
}
