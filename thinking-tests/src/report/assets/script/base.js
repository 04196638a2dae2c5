// The data, and how elements come of it. Texts reach the page only as text, never as markup.

const data = JSON.parse(document.getElementById("data").textContent);
const { run } = data;
const FAILURES = new Set(["failed", "error", "aborted", "timed-out"]);
/** Outcomes in the order in which they are shown; a flaky case has also passed. */
const OUTCOMES = ["failed", "error", "aborted", "timed-out", "flaky", "skipped", "passed"];
const ROOT_MODULE = "(crate root)";

/** Every case once, with what is asked of it often. */
const cases = [];
const suites = data.suites.map((suite, suiteIndex) => ({
  ...suite,
  index: suiteIndex,
  unattributed: suite.unattributed || [],
  cases: suite.cases.map((raw) => {
    const split = raw.name.lastIndexOf("::");
    const module = raw.module ?? (split < 0 ? "" : raw.name.slice(0, split));
    const short = module && raw.name.startsWith(`${module}::`) ? raw.name.slice(module.length + 2) : raw.name;
    const flaky = raw.outcome === "passed" && Boolean(raw.earlier);
    const item = {
      message: "", stdout: "", stderr: "", tags: [], details: [], stages: [], logs: [], earlier: [],
      ...raw,
      index: cases.length,
      suite: suite.name,
      suiteIndex,
      package: suite.package,
      kind: suite.kind,
      module,
      short,
      shown: flaky ? "flaky" : raw.outcome,
      fails: FAILURES.has(raw.outcome),
      key: `${suite.name}/${raw.name}`,
    };
    cases.push(item);
    return item;
  }),
}));
const caseByKey = new Map();
for (const item of cases) if (!caseByKey.has(item.key)) caseByKey.set(item.key, item);

const byId = (id) => document.getElementById(id);
/** Shows the characters that turn the direction of a text, which could make one look like another. */
const visible = (text) => text.replace(/[\u202a-\u202e\u2066-\u2069]/g, (sign) => `\\u{${sign.charCodeAt(0).toString(16)}}`);
const add = (element, content) => {
  element.append(...content.flat(Infinity).filter((part) => part !== null && part !== undefined && part !== false && part !== "")
    .map((part) => (typeof part === "string" ? visible(part) : part)));
  return element;
};
const make = (tag, className, ...content) => {
  const element = document.createElement(tag);
  if (className) element.className = className;
  return add(element, content);
};
const put = (element, ...content) => {
  element.replaceChildren();
  return add(element, content);
};
const SVG = byId("symbols").namespaceURI;
const draw = (tag, attributes, ...content) => {
  const element = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  return add(element, content);
};
const icon = (name, label) => {
  const shape = draw("svg", { class: `icon ${name}`, viewBox: "0 0 16 16" }, draw("use", { href: `#i-${name}` }));
  if (label) {
    shape.setAttribute("role", "img");
    shape.setAttribute("aria-label", label);
  } else shape.setAttribute("aria-hidden", "true");
  return shape;
};
const button = (className, label, act) => {
  const element = make("button", className, label);
  element.type = "button";
  element.addEventListener("click", act);
  return element;
};
const words = (outcome) => outcome.replace("-", " ");
const plural = (count, one, many = `${one}s`) => `${count.toLocaleString("en")} ${count === 1 ? one : many}`;
const firstLine = (text) => {
  const line = (text || "").split("\n").find((part) => part.trim()) || "";
  return line.length > 300 ? `${line.slice(0, 300)}…` : line;
};
const duration = (us) => {
  if (us === null || us === undefined) return "";
  if (us < 1e3) return `${us} µs`;
  if (us < 1e6) return `${(us / 1e3).toFixed(us < 1e4 ? 1 : 0)} ms`;
  if (us < 6e7) return `${(us / 1e6).toFixed(us < 1e7 ? 2 : 1)} s`;
  return `${Math.floor(us / 6e7)} min ${Math.round((us % 6e7) / 1e6)} s`;
};
const percent = ({ covered, total }) => (total ? (100 * covered) / total : 100);
/** Rounds down, so that only all of it is 100 %. */
const percentText = (part) => `${(Math.floor(percent(part) * 10) / 10).toFixed(1)} %`;
const date = (ms) => new Date(ms).toLocaleString([], { dateStyle: "medium", timeStyle: "short" });

const say = (text) => { byId("live").textContent = text; };

/** Makes a button that copies `text`; a page from disk has no clipboard interface in some browsers. */
const copier = (text, what) => {
  const element = button("copy", icon("copy"), async () => {
    try {
      await navigator.clipboard.writeText(text);
    } catch {
      const area = make("textarea", "unseen", text);
      document.body.append(area);
      area.select();
      document.execCommand("copy");
      area.remove();
      element.focus();
    }
    element.classList.add("done");
    setTimeout(() => element.classList.remove("done"), 1200);
    say(`${what} copied`);
  });
  element.title = `Copy ${what}`;
  element.setAttribute("aria-label", element.title);
  return element;
};

/** Makes a link to another place of this page. */
const link = (className, target, ...content) => {
  const element = make("a", className, ...content);
  element.href = hashOf(target);
  return element;
};
const caseLink = (item, ...content) =>
  link("to-case", { tab: "cases", case: item.key }, ...(content.length ? content : [nameOf(item)]));
const nameOf = (item) => make("span", "name",
  item.short === item.name ? null : make("span", "faint", breakable(item.name.slice(0, item.name.length - item.short.length))),
  breakable(item.short));
/** Lets a name go on in the next line where it has a joint. */
const breakable = (name) => name.split(/(?<=::|_)(?=[^_])/).flatMap((part, index) => (index ? [make("wbr"), part] : [part]));
const empty = (title, text) => make("div", "empty", make("h2", "", title), make("p", "", text));
