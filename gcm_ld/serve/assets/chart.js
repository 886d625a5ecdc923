// A chart of a label column against a numeric one: bars, or a line where the labels are numbers too.

const SVG = "http://www.w3.org/2000/svg";
const MOST = 60;
const ROW = 26;

function node(name, attributes, text) {
  const made = document.createElementNS(SVG, name);
  Object.entries(attributes).forEach(([key, value]) => made.setAttribute(key, value));
  if (text !== undefined) { made.textContent = text; }
  return made;
}

const NUMBERS = /#(integer|decimal|double|float|int|long|short|byte|\w+Integer|unsigned\w+)$/;

/** Read a cell as a number, if it is one and no code that only looks like one. */
export function number(cell) {
  if (!cell || !NUMBERS.test(cell.datatype || "")) { return null; }
  const value = Number(cell.value);
  return Number.isFinite(value) ? value : null;
}

/** Tell which columns hold numbers, in most of the rows that have a value there. */
export function numeric(table) {
  return table.columns.filter((name) => {
    const cells = table.rows.slice(0, 500).map((row) => row[name]).filter(Boolean);
    return cells.length > 0 && cells.filter((cell) => number(cell) !== null).length >= cells.length * 0.9;
  });
}

function rounded(value) {
  return value.toLocaleString("en", { maximumFractionDigits: 2 });
}

/** Return steps of an axis that people read easily. */
function steps(low, high) {
  const rough = (high - low || Math.abs(high) || 1) / 4;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((n) => n * power).find((n) => n >= rough);
  const found = [];
  for (let at = Math.floor(low / step) * step; at < high + step / 1000; at += step) { found.push(at); }
  found.push(found[found.length - 1] + (found[found.length - 1] < high ? step : 0));
  return [...new Set(found)];
}

/** Name each row: by the label, and where several have the same by what else tells them apart. */
function names(table, options) {
  const read = (row, name) => (row[name] ? options.text(row[name]) : "–");
  const plain = table.rows.map((row) => read(row, options.label));
  if (new Set(plain).size === plain.length) { return plain; }
  const others = table.columns.filter((name) => name !== options.label &&
    table.rows.every((row) => number(row[name]) === null));
  const more = others.find((name) => {
    const both = table.rows.map((row, n) => `${plain[n]}\n${read(row, name)}`);
    return new Set(both).size === both.length;
  });
  return more ? table.rows.map((row, n) => `${plain[n]} · ${read(row, more)}`) : plain;
}

/** Shorten a label in its middle, so that what tells it apart at its end stays. */
function cut(text, width) {
  const most = Math.max(8, Math.floor(width / 7.2));
  if (text.length <= most) { return text; }
  const mark = text.lastIndexOf(" · ");
  const end = mark > 0 && text.length - mark < most - 6 ? text.slice(mark) : "";
  return `${text.slice(0, most - 1 - end.length).trimEnd()}…${end}`;
}

/** Draw a chart into a place; returns what there is to say beside it. */
export function draw(place, table, options) {
  place.replaceChildren();
  const labels = names(table, options);
  const points = table.rows
    .map((row, n) => ({ label: labels[n], value: number(row[options.value]) }))
    .filter((point) => point.value !== null);
  if (!points.length) { return `No numbers in the column ${options.value}.`; }
  const asLine = options.kind === "line" ||
    (options.kind === "auto" && points.length > 2 && points.every((p) => /^-?\d+(\.\d+)?$/.test(p.label)));
  const shown = points.slice(0, asLine ? 2000 : MOST);
  const width = Math.max(280, place.clientWidth || 640);
  const svg = asLine ? line(shown, width) : bars(shown, width);
  svg.setAttribute("role", "img");
  const summary = `${asLine ? "Line" : "Bar"} chart of ${options.value} by ${options.label}: ${shown.length} values, ` +
    `from ${rounded(Math.min(...shown.map((p) => p.value)))} to ${rounded(Math.max(...shown.map((p) => p.value)))}.`;
  svg.setAttribute("aria-label", summary);
  place.append(svg);
  const rest = points.length - shown.length;
  return summary + (rest ? ` ${rest.toLocaleString("en")} more are in the table.` : "") + " The table has every figure.";
}

function bars(points, width) {
  const left = Math.min(width * 0.42, Math.max(...points.map((p) => p.label.length)) * 7.2 + 16);
  const right = 64;
  const low = Math.min(0, ...points.map((p) => p.value));
  const high = Math.max(0, ...points.map((p) => p.value));
  const scale = (value) => left + ((value - low) / (high - low || 1)) * (width - left - right);
  const height = points.length * ROW + 8;
  const svg = node("svg", { viewBox: `0 0 ${width} ${height}`, width, height, class: "chart" });
  points.forEach((point, n) => {
    const y = n * ROW + 4;
    const start = Math.min(scale(0), scale(point.value));
    const label = node("text", { x: left - 8, y: y + 17, "text-anchor": "end" }, cut(point.label, left - 16));
    label.append(node("title", {}, point.label));
    svg.append(label);
    svg.append(node("rect", {
      x: start, y: y + 3, width: Math.max(1, Math.abs(scale(point.value) - scale(0))), height: ROW - 8, class: "mark"
    }));
    svg.append(node("text", { x: Math.max(scale(point.value), scale(0)) + 6, y: y + 17, class: "figure" }, rounded(point.value)));
  });
  svg.append(node("line", { x1: scale(0), x2: scale(0), y1: 0, y2: height, class: "axis" }));
  return svg;
}

function line(points, width) {
  const sorted = points.map((p) => ({ x: Number(p.label), y: p.value })).sort((a, b) => a.x - b.x);
  const usable = sorted.every((p) => Number.isFinite(p.x)) ? sorted : points.map((p, n) => ({ x: n, y: p.value }));
  const height = 320;
  const [left, right, top, bottom] = [64, 20, 12, 36];
  const ticks = steps(Math.min(...usable.map((p) => p.y)), Math.max(...usable.map((p) => p.y)));
  const [low, high] = [ticks[0], ticks[ticks.length - 1]];
  const [first, last] = [usable[0].x, usable[usable.length - 1].x];
  const x = (value) => left + ((value - first) / (last - first || 1)) * (width - left - right);
  const y = (value) => top + (1 - (value - low) / (high - low || 1)) * (height - top - bottom);
  const svg = node("svg", { viewBox: `0 0 ${width} ${height}`, width, height, class: "chart" });
  ticks.forEach((tick) => {
    svg.append(node("line", { x1: left, x2: width - right, y1: y(tick), y2: y(tick), class: "grid" }));
    svg.append(node("text", { x: left - 8, y: y(tick) + 5, "text-anchor": "end" }, rounded(tick)));
  });
  const name = (n) => (usable === sorted ? String(usable[n].x) : cut(points[n].label, 80));
  const every = Math.max(1, Math.ceil(usable.length / Math.max(2, Math.floor((width - left) / 90))));
  usable.forEach((point, n) => {
    if (n % every === 0) {
      svg.append(node("text", { x: x(point.x), y: height - 12, "text-anchor": "middle" }, name(n)));
    }
    if (usable.length <= 100) { svg.append(node("circle", { cx: x(point.x), cy: y(point.y), r: 3.5, class: "mark" })); }
  });
  svg.append(node("polyline", { points: usable.map((p) => `${x(p.x)},${y(p.y)}`).join(" "), class: "path" }));
  return svg;
}
