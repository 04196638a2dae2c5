// Earlier runs: how many cases passed and failed, how long it took, and which cases are flaky.

const pastRuns = (data.history || []).map((past) => ({ failed: [], flaky: [], ...past }));
const TREND_AT_MOST = 60;
const FLAKY_AT_MOST = 100;

function allRuns() {
  const name = (item) => `${item.suite} ${item.name}`;
  return [...pastRuns, {
    started_ms: run.started_ms,
    duration_us: run.duration_us,
    counts: run.counts,
    partial: Boolean(run.subtree),
    failed: cases.filter((item) => item.fails).map(name),
    flaky: cases.filter((item) => item.shown === "flaky").map(name),
    covered: data.coverage ? Math.floor(100 * percent(data.coverage.totals.lines)) : null,
    current: true,
  }];
}

function showHistory() {
  const panel = byId("panel-history");
  if (panel.childElementCount) return;
  if (!pastRuns.length) return put(panel, empty("No earlier runs", "From the next run on, trends and flaky cases are shown here."));
  const runs = allRuns();
  const shown = runs.slice(-TREND_AT_MOST);
  put(panel, make("div", "page",
    make("div", "charts",
      countsChart(shown),
      lineChart("Duration", shown.filter((past) => !past.partial), (past) => past.duration_us, duration, 0),
      shown.some((past) => past.covered !== null && past.covered !== undefined)
        ? lineChart("Lines covered", shown.filter((past) => past.covered !== null && past.covered !== undefined), (past) => past.covered / 100, (value) => `${value.toFixed(1)} %`, null)
        : null),
    unstable(runs),
    make("details", "block", make("summary", "", `All ${plural(runs.length, "run")}`),
      table(["Began", "Passed", "Failed", "Flaky", "Skipped", "Took", "Lines"], runs.toReversed().map((past) => [
        `${date(past.started_ms)}${past.current ? " (this run)" : past.partial ? " (a part)" : ""}`,
        past.counts.passed.toLocaleString("en"), past.counts.failed ? make("span", "failed", String(past.counts.failed)) : "0", String(past.flaky.length),
        past.counts.skipped.toLocaleString("en"), duration(past.duration_us), typeof past.covered === "number" ? `${(past.covered / 100).toFixed(1)} %` : "–"]), "numbers"))));
}

const CHART = { width: 420, height: 128, left: 50, bottom: 18, top: 8 };

function chart(title, text, ...content) {
  const picture = draw("svg", { viewBox: `0 0 ${CHART.width} ${CHART.height}`, role: "img", "aria-label": `${title}: ${text}` }, ...content);
  return make("figure", "chart", make("figcaption", "", make("b", "", title), make("span", "faint", text)), picture);
}

const axis = (labels) => labels.map(([y, text]) => [
  draw("line", { x1: CHART.left, x2: CHART.width, y1: y, y2: y, class: "grid" }),
  draw("text", { x: CHART.left - 6, y: Math.max(10, y + 4), "text-anchor": "end" }, text)]).flat();

const ends = (runs) => [
  draw("text", { x: CHART.left, y: CHART.height - 2 }, new Date(runs[0].started_ms).toLocaleDateString([], { dateStyle: "medium" })),
  draw("text", { x: CHART.width, y: CHART.height - 2, "text-anchor": "end" }, "this run")];

function countsChart(runs) {
  const most = Math.max(1, ...runs.map(({ counts }) => counts.passed + counts.failed + counts.skipped));
  const floor = CHART.height - CHART.bottom;
  const high = floor - CHART.top;
  const slot = (CHART.width - CHART.left) / runs.length;
  const wide = Math.min(22, slot * 0.78);
  const bars = runs.map((past, index) => {
    const group = draw("g", { class: past.partial ? "partial" : "" });
    const label = `${date(past.started_ms)}: ${past.counts.passed} passed, ${past.counts.failed} failed, ${past.flaky.length} flaky, ${past.counts.skipped} skipped${past.partial ? " (only a part was run)" : ""}`;
    group.append(draw("title", {}, label));
    let y = floor;
    for (const [name, count] of [["passed", past.counts.passed - past.flaky.length], ["flaky", past.flaky.length], ["skipped", past.counts.skipped], ["failed", past.counts.failed]]) {
      if (count <= 0) continue;
      // What went wrong is to be seen, even where it is one of thousands.
      const tall = Math.max((high * count) / most, name === "failed" || name === "flaky" ? 3 : 0.5);
      y -= tall;
      group.append(draw("rect", { x: CHART.left + index * slot + (slot - wide) / 2, y: Math.max(0, y), width: wide, height: tall, class: name }));
    }
    return group;
  });
  const red = runs.filter(({ counts }) => counts.failed).length;
  return chart("Cases", `${red} of the last ${plural(runs.length, "run")} failed`,
    ...axis([[floor, "0"], [CHART.top, most.toLocaleString("en")]]), ...bars, ...ends(runs));
}

/** Draws a line from `least`, or from where the values begin if there is no natural start. */
function lineChart(title, runs, value, show, least) {
  if (runs.length < 2) return null;
  const values = runs.map(value);
  let [low, high] = [least ?? Math.min(...values), Math.max(...values)];
  if (least === null) [low, high] = [Math.max(0, low - 1), Math.min(100, high + 1)];
  if (high === low) high = low + 1;
  const floor = CHART.height - CHART.bottom;
  const x = (index) => CHART.left + 6 + (index * (CHART.width - CHART.left - 12)) / (runs.length - 1);
  const y = (one) => floor - ((floor - CHART.top) * (one - low)) / (high - low);
  const points = values.map((one, index) => `${x(index).toFixed(1)},${y(one).toFixed(1)}`);
  const dots = values.map((one, index) => draw("circle", { cx: x(index), cy: y(one), r: 2.5, class: "dot" },
    draw("title", {}, `${date(runs[index].started_ms)}: ${show(one)}`)));
  const last = values.at(-1);
  const usual = [...values.slice(0, -1)].sort((a, b) => a - b)[Math.floor((values.length - 1) / 2)];
  return chart(title, `${show(last)} now, ${show(usual)} usually`,
    ...axis([[floor, low ? show(low) : "0"], [CHART.top, show(high)]]),
    draw("polygon", { points: `${x(0)},${floor} ${points.join(" ")} ${x(values.length - 1)},${floor}`, class: "area" }),
    draw("polyline", { points: points.join(" "), class: "trend" }), ...dots, ...ends(runs));
}

/** Lists the cases that failed or were flaky in some run, the least trustworthy first. */
function unstable(runs) {
  const marks = new Map();
  runs.forEach((past, index) => {
    for (const [mark, names] of [["failed", past.failed], ["flaky", past.flaky]]) {
      for (const name of names) {
        if (!marks.has(name)) marks.set(name, runs.map(() => ""));
        marks.get(name)[index] = mark;
      }
    }
  });
  const count = (list, mark) => list.filter((one) => one === mark).length;
  // A case that fails since it was broken is not flaky; one that changes its mind is.
  const changes = (list) => list.filter((mark, at) => at > 0 && mark !== list[at - 1]).length + count(list, "flaky");
  const found = [...marks].sort(([, a], [, b]) => changes(b) - changes(a) || count(b, "failed") - count(a, "failed"));
  if (!found.length) return make("section", "block", make("h2", "", "Failed or flaky"), make("p", "faint", "No case failed in any of these runs."));
  const known = new Map(cases.map((item) => [`${item.suite} ${item.name}`, item]));
  const shown = found.slice(0, FLAKY_AT_MOST);
  return make("section", "block", make("h2", "", "Failed or flaky", make("b", "", String(found.length))),
    table(["Case", "Last runs", "Failed", "Flaky"], shown.map(([name, list]) => {
      const item = known.get(name);
      return [item ? make("span", "what", caseLink(item), make("span", "faint", item.suite)) : make("span", "name", name),
        strip(list.slice(-30)), String(count(list, "failed")), String(count(list, "flaky"))];
    }), "unstable"),
    found.length > FLAKY_AT_MOST ? make("p", "faint", `${plural(found.length - FLAKY_AT_MOST, "more case")} not shown.`) : null);
}
