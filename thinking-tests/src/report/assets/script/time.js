// Where the time goes: the slowest cases, and what each worker did when.

const SLOWEST = 100;

function showSlowest() {
  const panel = byId("panel-slowest");
  if (panel.childElementCount) return;
  const timed = cases.filter((item) => item.duration_us).sort((a, b) => b.duration_us - a.duration_us);
  if (!timed.length) return put(panel, empty("No times", "The backend does not say how long each case took."));
  const sum = timed.reduce((total, item) => total + item.duration_us, 0);
  const top = timed.slice(0, SLOWEST);
  const longest = top[0].duration_us;
  const share = top.slice(0, 10).reduce((total, item) => total + item.duration_us, 0) / sum;
  put(panel, make("div", "page",
    make("p", "lead line", make("span", "", `${plural(timed.length, "case")} took ${duration(sum)} together`,
      timed.length > 10 ? `; the ten slowest ${Math.round(share * 100)} % of it.` : "."),
    top.some((item) => item.stages.length) ? make("span", "legend tail", ["setup", "run", "teardown"].map((stage) => make("span", stage, make("i", "swatch"), stage))) : null),
    make("ol", "bars", top.map((item) => {
      const bar = make("span", "bar", item.stages.length
        ? item.stages.map(({ stage, duration_us: us }) => {
          const part = make("i", stage);
          part.style.width = `${(100 * us) / longest}%`;
          return part;
        })
        : make("i", "run"));
      if (!item.stages.length) bar.firstChild.style.width = `${(100 * item.duration_us) / longest}%`;
      return make("li", "", icon(item.shown, words(item.shown)), make("span", "what", caseLink(item), make("span", "faint", item.suite)), bar, make("b", "", duration(item.duration_us)));
    })),
    timed.length > SLOWEST ? make("p", "faint", `${plural(timed.length - SLOWEST, "faster case")} not shown.`) : null));
}

const LANE = 26;
const lanes = { bars: [], names: [], from: 0, to: 1, first: 0, last: 1, current: -1 };

/** Sorts the cases into lanes: those of their workers, or as few as hold them without overlap. */
function fillLanes() {
  const timed = cases.filter((item) => item.started_us !== undefined && item.duration_us !== undefined)
    .sort((a, b) => a.started_us - b.started_us || a.index - b.index);
  // Before the first case the tests were built, which would leave little room for the cases.
  const begun = timed[0]?.started_us ?? 0;
  const byWorker = new Map();
  const ends = [];
  for (const item of timed) {
    let name = item.worker;
    if (name === undefined) {
      let free = ends.findIndex((end) => end <= item.started_us);
      if (free < 0) free = ends.push(0) - 1;
      ends[free] = item.started_us + item.duration_us;
      name = `#${free + 1}`;
    }
    if (!byWorker.has(name)) byWorker.set(name, []);
    byWorker.get(name).push(item);
  }
  lanes.names = [...byWorker.keys()].sort((a, b) => a.localeCompare(b, "en", { numeric: true }));
  lanes.bars = lanes.names.flatMap((name, lane) => byWorker.get(name).map((item) => ({ item, lane, start: item.started_us - begun, end: item.started_us - begun + item.duration_us })))
    .sort((a, b) => a.start - b.start);
  lanes.busy = lanes.names.map((name) => byWorker.get(name).reduce((sum, item) => sum + item.duration_us, 0));
  lanes.first = 0;
  lanes.last = lanes.bars.reduce((last, { end }) => Math.max(last, end), 1);
  [lanes.from, lanes.to] = [lanes.first, lanes.last];
}

function showTimeline() {
  const panel = byId("panel-timeline");
  if (panel.childElementCount) return drawTimeline();
  fillLanes();
  if (!lanes.bars.length) return put(panel, empty("No timeline", "The backend does not say when each case began."));
  const canvas = make("canvas");
  canvas.id = "timeline";
  canvas.tabIndex = 0;
  canvas.setAttribute("role", "img");
  canvas.setAttribute("aria-label", `${plural(lanes.bars.length, "case")} on ${plural(lanes.names.length, "worker")} in ${duration(lanes.last - lanes.first)}. Left and right go from case to case, Enter opens one.`);
  const tip = make("div", "tip");
  tip.id = "tip";
  tip.hidden = true;
  const span = lanes.last - lanes.first;
  const share = lanes.busy.reduce((sum, us) => sum + us, 0) / (span * lanes.names.length);
  put(panel, make("div", "page",
    make("div", "line", make("p", "lead", `${plural(lanes.bars.length, "case")} on ${plural(lanes.names.length, "worker")}, busy ${Math.round(100 * Math.min(1, share))} % of the time.`,
      lanes.bars.length < cases.length ? ` ${plural(cases.length - lanes.bars.length, "case")} without times not shown.` : ""),
      make("span", "tail zoom", button("plain", "−", () => zoom(2)), button("plain", "+", () => zoom(0.5)), button("plain", "All", () => zoom(Infinity)))),
    make("div", "lanes", make("div", "lane-names", lanes.names.map((name) => make("span", "", name))), make("div", "canvas", canvas, tip)),
    make("p", "faint quiet", "Drag to move, hold Ctrl and turn the wheel to zoom; + and − work, too."),
    table(["Worker", "Cases", "Busy", "Share", "Longest case"], lanes.names.map((name, lane) => {
      const own = lanes.bars.filter((bar) => bar.lane === lane);
      const longest = own.reduce((most, bar) => (bar.end - bar.start > most.end - most.start ? bar : most));
      return [name, own.length.toLocaleString("en"), duration(lanes.busy[lane]), `${Math.round((100 * lanes.busy[lane]) / span)} %`, caseLink(longest.item)];
    }), "workers")));
  ["Zoom out", "Zoom in", "Show all"].forEach((label, index) => panel.querySelectorAll(".zoom button")[index].setAttribute("aria-label", label));
  listen(canvas, tip);
  new ResizeObserver(drawTimeline).observe(canvas.parentElement);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", drawTimeline);
  drawTimeline();
}

function listen(canvas, tip) {
  let dragged = null;
  canvas.addEventListener("pointerdown", (event) => { dragged = { x: event.offsetX, from: lanes.from, to: lanes.to, moved: false }; });
  canvas.addEventListener("pointermove", (event) => {
    if (dragged && event.buttons) {
      const shift = ((dragged.x - event.offsetX) / canvas.clientWidth) * (dragged.to - dragged.from);
      dragged.moved ||= Math.abs(dragged.x - event.offsetX) > 3;
      if (dragged.moved) {
        setView(dragged.from + shift, dragged.to + shift);
        return;
      }
    }
    const bar = barAt(event.offsetX, event.offsetY);
    canvas.style.cursor = bar ? "pointer" : "default";
    showTip(tip, bar, event.offsetX, event.offsetY);
  });
  canvas.addEventListener("pointerleave", () => { tip.hidden = true; });
  canvas.addEventListener("click", (event) => {
    const bar = dragged?.moved ? null : barAt(event.offsetX, event.offsetY);
    dragged = null;
    if (bar) go({ tab: "cases", case: bar.item.key, attempt: 0, logs: "" }, true);
  });
  canvas.addEventListener("wheel", (event) => {
    if (!event.ctrlKey && !event.metaKey) return;
    event.preventDefault();
    zoom(event.deltaY > 0 ? 1.25 : 0.8, event.offsetX / canvas.clientWidth);
  }, { passive: false });
  canvas.addEventListener("keydown", (event) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (step) {
      lanes.current = Math.max(0, Math.min(lanes.bars.length - 1, lanes.current + step));
      const bar = lanes.bars[lanes.current];
      if (bar.start < lanes.from || bar.end > lanes.to) {
        const half = Math.max(lanes.to - lanes.from, (bar.end - bar.start) * 1.2) / 2;
        setView((bar.start + bar.end) / 2 - half, (bar.start + bar.end) / 2 + half);
      }
      say(`${bar.item.name}, ${words(bar.item.shown)}, ${duration(bar.item.duration_us)}`);
      drawTimeline();
      const scale = canvas.clientWidth / (lanes.to - lanes.from);
      showTip(tip, bar, (bar.start - lanes.from) * scale, bar.lane * LANE + LANE);
    } else if (event.key === "Enter" && lanes.bars[lanes.current]) {
      go({ tab: "cases", case: lanes.bars[lanes.current].item.key, attempt: 0, logs: "" }, true);
    } else if (event.key === "+") zoom(0.5);
    else if (event.key === "-") zoom(2);
    else return;
    event.preventDefault();
    event.stopPropagation();
  });
}

function showTip(tip, bar, x, y) {
  tip.hidden = !bar;
  if (!bar) return;
  put(tip, make("b", "name", bar.item.name), make("span", "", icon(bar.item.shown), `${words(bar.item.shown)} · ${duration(bar.item.duration_us)} · from ${duration(bar.start)}`));
  const width = tip.parentElement.clientWidth;
  tip.style.left = `${Math.max(0, Math.min(x + 12, width - tip.offsetWidth))}px`;
  tip.style.top = `${y + 14}px`;
}

function barAt(x, y) {
  const lane = Math.floor(y / LANE);
  const unit = (lanes.to - lanes.from) / byId("timeline").clientWidth;
  const time = lanes.from + x * unit;
  let best = null;
  for (const bar of lanes.bars) {
    if (bar.start > time + 3 * unit) break;
    if (bar.lane === lane && bar.end >= time - 3 * unit) best = bar;
  }
  return best;
}

function setView(from, to) {
  const width = Math.min(Math.max(to - from, 10), lanes.last - lanes.first);
  lanes.from = Math.max(lanes.first, Math.min(from, lanes.last - width));
  lanes.to = lanes.from + width;
  drawTimeline();
}

function zoom(factor, at = 0.5) {
  const width = lanes.to - lanes.from;
  const centre = lanes.from + at * width;
  setView(centre - at * width * factor, centre + (1 - at) * width * factor);
}

/** Returns a round step, so that `span` has at most `count` of them. */
function niceStep(span, count) {
  const raw = span / Math.max(1, count);
  const power = 10 ** Math.floor(Math.log10(raw));
  return [1, 2, 5, 10].map((factor) => factor * power).find((step) => step >= raw);
}

function drawTimeline() {
  const canvas = byId("timeline");
  if (!canvas || !canvas.offsetParent) return;
  const width = canvas.parentElement.clientWidth;
  const height = lanes.names.length * LANE + 24;
  const ratio = devicePixelRatio || 1;
  canvas.style.height = `${height}px`;
  canvas.width = width * ratio;
  canvas.height = height * ratio;
  const pen = canvas.getContext("2d");
  pen.scale(ratio, ratio);
  const colours = {};
  for (const name of ["line", "faint", "text", "bar", "bar-failed", "bar-flaky", "bar-skipped"]) colours[name] = colourOf(name);
  const scale = width / (lanes.to - lanes.from);
  pen.font = `11px ${getComputedStyle(document.body).fontFamily}`;
  const step = niceStep(lanes.to - lanes.from, width / 90);
  for (let time = Math.ceil(lanes.from / step) * step; time <= lanes.to; time += step) {
    const x = Math.round((time - lanes.from) * scale) + 0.5;
    pen.strokeStyle = colours.line;
    pen.beginPath();
    pen.moveTo(x, 0);
    pen.lineTo(x, height - 18);
    pen.stroke();
    pen.fillStyle = colours.faint;
    pen.textAlign = x < 20 ? "left" : x > width - 24 ? "right" : "center";
    pen.fillText(tick(time, step), x, height - 5);
  }
  const seen = lanes.bars.filter(({ start, end }) => end >= lanes.from && start <= lanes.to);
  // What went wrong lies on top, and is wide enough to be found.
  const stands = (bar) => bar.item.fails || bar.item.shown === "flaky";
  for (const bar of [...seen.filter((one) => !stands(one)), ...seen.filter(stands)]) {
    const x = (bar.start - lanes.from) * scale;
    const long = Math.max(stands(bar) ? 3 : 1, (bar.end - bar.start) * scale - 0.6);
    pen.fillStyle = colours[bar.item.fails ? "bar-failed" : bar.item.shown === "passed" ? "bar" : `bar-${bar.item.shown}`];
    pen.fillRect(x, bar.lane * LANE + 3, long, LANE - 6);
    if (long > 60) {
      pen.save();
      pen.beginPath();
      pen.rect(x, bar.lane * LANE, long - 3, LANE);
      pen.clip();
      pen.fillStyle = colours.text;
      pen.textAlign = "left";
      pen.fillText(bar.item.short, Math.max(x, 0) + 5, bar.lane * LANE + LANE / 2 + 4);
      pen.restore();
    }
  }
  const current = lanes.bars[lanes.current];
  if (current && document.activeElement === canvas) {
    pen.strokeStyle = colours.text;
    pen.lineWidth = 2;
    pen.strokeRect((current.start - lanes.from) * scale, current.lane * LANE + 2, Math.max(2, (current.end - current.start) * scale), LANE - 4);
  }
}
const tick = (us, step) => (step >= 1e6 ? `${us / 1e6} s` : step >= 1e3 ? (us < 1e6 ? `${us / 1e3} ms` : `${+(us / 1e6).toFixed(3)} s`) : `${us} µs`);
/** A canvas knows no variables of the style sheet, so an element is asked. */
function colourOf(name) {
  const probe = byId("live");
  probe.style.color = `var(--${name})`;
  const { color } = getComputedStyle(probe);
  probe.style.color = "";
  return color;
}
