// Texts: terminal colours, the two sides of an assertion, and Rust source.

// The parts of a text: colours, other escape sequences, control characters.
const ESCAPES = /\x1b\[([0-9;:]*)m|\x1b(?:\[[0-?]*[ -/]*[@-~]?|\][^\x07\x1b]*(?:\x07|\x1b\\)?|[PX^_][^\x1b]*(?:\x1b\\)?|[ -/]*[0-~]?)|[\x00-\x08\x0b-\x1f\x7f-\x9f]/g;
const LONGEST = 200000;

/** Turns what a terminal would show into elements: colours become classes, the rest goes. */
function terminal(text) {
  const parts = document.createDocumentFragment();
  const style = { bold: false, faint: false, italic: false, underline: false, colour: "" };
  const source = text.replace(/\r\n?/g, "\n");
  let end = 0;
  const flush = (to) => {
    if (to === end) return;
    const piece = source.slice(end, to);
    const names = Object.entries(style).map(([name, on]) => (on === true ? name : on || "")).filter(Boolean);
    parts.append(names.length ? make("span", names.map((name) => `t-${name}`).join(" "), piece) : visible(piece));
  };
  for (const match of source.matchAll(ESCAPES)) {
    flush(match.index);
    end = match.index + match[0].length;
    if (match[1] !== undefined) restyle(style, match[1].split(/[;:]/).map(Number));
  }
  flush(source.length);
  return parts;
}

function restyle(style, codes) {
  for (let at = 0; at < codes.length; at += 1) {
    const code = codes[at];
    if (code === 0) Object.assign(style, { bold: false, faint: false, italic: false, underline: false, colour: "" });
    else if (code === 1) style.bold = true;
    else if (code === 2) style.faint = true;
    else if (code === 3) style.italic = true;
    else if (code === 4) style.underline = true;
    else if (code === 22) style.bold = style.faint = false;
    else if (code === 23) style.italic = false;
    else if (code === 24) style.underline = false;
    else if (code >= 30 && code <= 37) style.colour = `c${code - 30}`;
    else if (code >= 90 && code <= 97) style.colour = `c${code - 90}`;
    else if (code === 38 || code === 48) {
      // A colour of 256 is shown if it is one of the 16; its numbers are no codes of their own.
      if (codes[at + 1] === 5) {
        if (code === 38) style.colour = codes[at + 2] < 16 ? `c${codes[at + 2] % 8}` : "";
        at += 2;
      } else if (codes[at + 1] === 2) at += 4;
    } else if (code === 39) style.colour = "";
  }
}

/** Makes a block of output that can be scrolled, copied, and shown in full on demand. */
function block(title, text, className = "") {
  const clean = text.replace(/^\n+|\s+$/g, "");
  if (!clean) return null;
  const pre = make("pre", className);
  pre.tabIndex = 0;
  pre.setAttribute("aria-label", title);
  const head = make("h3", "", title, copier(clean.replace(ESCAPES, ""), title.toLowerCase()));
  if (clean.length > LONGEST) {
    const all = button("plain", `Show all ${plural(clean.length, "character")}`, () => {
      put(pre, terminal(clean));
      all.remove();
    });
    head.append(all);
    // The end of an output says more than its beginning.
    put(pre, make("span", "faint", "…\n"), terminal(clean.slice(-LONGEST)));
  } else pre.append(terminal(clean));
  return make("section", "block", head, pre);
}

/** Finds the sides of a failed `assert_eq!` in std's words, also if they have several lines. */
function sides(message) {
  const match = /^([\s\S]*?)^[ \t]*left: ([\s\S]*?)\n[ \t]*right: ([\s\S]*)$/m.exec(message || "");
  if (!match) return null;
  const undent = (text) => text.replace(/\s+$/, "");
  return { intro: match[1].trim(), left: undent(match[2]), right: undent(match[3]) };
}

/** Finds a longest common subsequence; returns [kind, item] with kind "=", "-" or "+". */
function compare(left, right) {
  let start = 0;
  while (start < left.length && start < right.length && left[start] === right[start]) start += 1;
  let same = 0;
  while (same < left.length - start && same < right.length - start
    && left[left.length - 1 - same] === right[right.length - 1 - same]) same += 1;
  const a = left.slice(start, left.length - same);
  const b = right.slice(start, right.length - same);
  const steps = left.slice(0, start).map((item) => ["=", item]);
  if (a.length * b.length > 4e6) {
    steps.push(...a.map((item) => ["-", item]), ...b.map((item) => ["+", item]));
  } else {
    const width = b.length + 1;
    const longest = new Uint32Array((a.length + 1) * width);
    for (let i = a.length - 1; i >= 0; i -= 1) {
      for (let j = b.length - 1; j >= 0; j -= 1) {
        longest[i * width + j] = a[i] === b[j]
          ? longest[(i + 1) * width + j + 1] + 1
          : Math.max(longest[(i + 1) * width + j], longest[i * width + j + 1]);
      }
    }
    let i = 0;
    let j = 0;
    while (i < a.length || j < b.length) {
      if (i < a.length && j < b.length && a[i] === b[j]) {
        steps.push(["=", a[i]]);
        i += 1;
        j += 1;
      } else if (j >= b.length || (i < a.length && longest[(i + 1) * width + j] >= longest[i * width + j + 1])) {
        steps.push(["-", a[i]]);
        i += 1;
      } else {
        steps.push(["+", b[j]]);
        j += 1;
      }
    }
  }
  steps.push(...left.slice(left.length - same).map((item) => ["=", item]));
  return steps;
}

const tokens = (text) => text.match(/[\p{L}\p{N}_]+|\s+|[^\p{L}\p{N}_\s]/gu) || [];

/** Breaks the `Debug` form of a value into lines, as `{:#?}` would. */
function pretty(text) {
  let result = "";
  let depth = 0;
  for (const [part] of text.matchAll(/"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)'|[[({]\s*[\])}]|[[({]\s*|\s*[\])}]|,\s*|[^"'[({\])},]+|./gsu)) {
    const sign = part.trim();
    const line = () => `\n${"    ".repeat(depth)}`;
    if (/^[[({]$/.test(sign)) {
      depth += 1;
      result += sign + line();
    } else if (/^[\])}]$/.test(sign)) {
      depth = Math.max(0, depth - 1);
      result = `${result.replace(/\s+$/, "")}${line()}${sign}`;
    } else if (sign === ",") result += `,${depth ? line() : " "}`;
    else result += part;
  }
  return result;
}

/** Shows a string with line breaks as its lines. */
function unquoted(text) {
  if (!/^"(?:[^"\\]|\\.)*"$/s.test(text) || !text.includes("\\n")) return null;
  const signs = { n: "\n", t: "\t", r: "\r", '"': '"', "\\": "\\", "'": "'" };
  return text.slice(1, -1).replace(/\\(.)/gs, (all, sign) => signs[sign] ?? all);
}

function difference(message) {
  const found = sides(message);
  if (!found) return null;
  let { left, right } = found;
  const texts = [unquoted(left), unquoted(right)];
  if (texts[0] !== null || texts[1] !== null) [left, right] = [texts[0] ?? left, texts[1] ?? right];
  else if (Math.max(left.length, right.length) > 76 && /[[({]/.test(left + right)
    && !left.includes("\n") && !right.includes("\n")) [left, right] = [pretty(left), pretty(right)];
  const isLong = left.includes("\n") || right.includes("\n");
  const table = make("div", isLong ? "difference" : "difference short", isLong
    ? lineDifference(left.split("\n"), right.split("\n"))
    : wordDifference(left, right, { "-": "left", "+": "right" }));
  table.setAttribute("role", "group");
  table.setAttribute("aria-label", "Difference of left and right");
  const legend = isLong ? make("p", "legend", make("span", "minus", "− left"), make("span", "plus", "+ right")) : null;
  const raw = make("details", "raw", make("summary", "", "As printed"));
  raw.addEventListener("toggle", () => {
    if (raw.open && raw.childElementCount === 1) raw.append(make("pre", "", terminal(message.trim())));
  });
  return make("section", "message", found.intro ? make("p", "intro", terminal(found.intro)) : null, legend, table, raw);
}

const diffLine = (kind, content, signs = { "-": "−", "+": "+", "=": " " }) => {
  const sign = signs[kind];
  const line = make("div", { "-": "minus", "+": "plus", "=": "same" }[kind], make("i", "", sign), make("code", "", content));
  if (kind !== "=") line.setAttribute("aria-label", kind === "-" ? "left" : "right");
  return line;
};

function wordDifference(left, right, signs) {
  const steps = compare(tokens(left), tokens(right));
  const shared = steps.filter(([kind, text]) => kind === "=" && text.trim()).length;
  // Marks help only where something is the same.
  const mark = shared > 0 && steps.length < 4000;
  const side = (sign) => steps.filter(([kind]) => kind === "=" || kind === sign)
    .map(([kind, text]) => (kind === "=" || !mark ? text : make("mark", "", text)));
  return [diffLine("-", side("-"), signs), diffLine("+", side("+"), signs)];
}

/** Shows both sides line by line, with the changed words of lines that replace each other. */
function lineDifference(left, right) {
  const CONTEXT = 3;
  const steps = compare(left, right);
  const near = steps.map(() => false);
  steps.forEach(([kind], at) => {
    if (kind === "=") return;
    for (let other = Math.max(0, at - CONTEXT); other <= at + CONTEXT && other < steps.length; other += 1) near[other] = true;
  });
  const lines = [];
  for (let at = 0; at < steps.length;) {
    if (!near[at]) {
      let end = at;
      while (end < steps.length && !near[end]) end += 1;
      const hidden = steps.slice(at, end);
      const all = () => hidden.map(([, text]) => diffLine("=", text));
      const more = button("gap", `⋯ ${plural(hidden.length, "equal line")}`, () => more.replaceWith(...all()));
      // A line or two take no more room than the words about them.
      lines.push(...(hidden.length > 2 ? [more] : all()));
      at = end;
    } else if (steps[at][0] === "=") {
      lines.push(diffLine("=", steps[at][1]));
      at += 1;
    } else {
      const minus = [];
      const plus = [];
      while (at < steps.length && steps[at][0] !== "=") {
        (steps[at][0] === "-" ? minus : plus).push(steps[at][1]);
        at += 1;
      }
      const pairs = minus.map((text, index) => (index < plus.length ? wordDifference(text, plus[index]) : [diffLine("-", text)]));
      lines.push(...pairs.map(([line]) => line), ...pairs.map(([, line]) => line).filter(Boolean),
        ...plus.slice(minus.length).map((text) => diffLine("+", text)));
    }
  }
  return lines;
}

const RUST = /(\/\/[^\n]*|\/\*[\s\S]*?(?:\*\/|$))|(b?r(#*)"[\s\S]*?(?:"\3|$)|b?"(?:[^"\\]|\\[\s\S])*(?:"|$)|b?'(?:[^'\\\n]|\\[^\n]{1,10})')|(#!?\[[^\]\n]*\])|\b(as|async|await|break|const|continue|crate|dyn|else|enum|extern|false|fn|for|if|impl|in|let|loop|match|mod|move|mut|pub|ref|return|self|Self|static|struct|super|trait|true|type|unsafe|use|where|while)\b|\b([A-Z]\w*)|\b(\w+!?)(?=\s*[(!])|\b(\d[\w.]*)/g;
const RUST_CLASSES = [[1, "comment"], [2, "string"], [4, "attribute"], [5, "keyword"], [6, "type"], [7, "call"], [8, "number"]];

/** Splits Rust source into lines of [class, text]. */
function highlighted(source) {
  const lines = [[]];
  const push = (name, text) => text.split("\n").forEach((piece, index) => {
    if (index > 0) lines.push([]);
    if (piece) lines.at(-1).push([name, piece]);
  });
  let end = 0;
  for (const match of source.matchAll(RUST)) {
    push("", source.slice(end, match.index));
    const [, name] = RUST_CLASSES.find(([group]) => match[group] !== undefined) || [0, ""];
    push(name, match[0]);
    end = match.index + match[0].length;
  }
  push("", source.slice(end));
  return lines;
}
const painted = (line) => line.map(([name, text]) => (name ? make("span", `s-${name}`, text) : text));
