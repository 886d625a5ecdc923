// Answers of the endpoint: read into a table, shown row by row, and handed out as files.

const PAGE = 200;
/** The largest answer that the page shows; whatever is larger is for the disk. */
const LARGEST = 20_000_000;

/** Read a response as text, but no more than fits a page. */
export async function read(response) {
  const reader = response.body.getReader();
  const pieces = [];
  let size = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) { break; }
    size += value.length;
    if (size > LARGEST) {
      await reader.cancel();
      throw new Error("The answer is larger than this page shows (20 MB): add a LIMIT, or download it.");
    }
    pieces.push(value);
  }
  return new Blob(pieces).text();
}

/** Turn an answer into columns and rows of cells, or into yes or no. */
export function parse(text, type) {
  if (!type.includes("json")) { return triples(text); }
  const found = JSON.parse(text);
  if (typeof found.boolean === "boolean") { return { boolean: found.boolean, columns: [], rows: [] }; }
  return { columns: found.head.vars || [], rows: found.results.bindings };
}

const ESCAPES = { t: "\t", b: "\b", n: "\n", r: "\r", f: "\f", '"': '"', "'": "'", "\\": "\\" };

function unescape(text) {
  return text.replace(/\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|(.))/g, (all, four, eight, one) =>
    one ? ESCAPES[one] ?? one : String.fromCodePoint(parseInt(four || eight, 16)));
}

/** Read N-Triples, which is what the endpoint answers a CONSTRUCT with here. */
function triples(text) {
  const term = '(<[^>]*>|_:\\S+|"(?:[^"\\\\]|\\\\.)*"(?:@[\\w-]+|\\^\\^<[^>]*>)?)';
  const pattern = new RegExp(`^\\s*${term}\\s+${term}\\s+${term}\\s*\\.`);
  const rows = [];
  text.split("\n").forEach((row) => {
    const match = row.match(pattern);
    if (match) { rows.push({ subject: cell(match[1]), predicate: cell(match[2]), object: cell(match[3]) }); }
  });
  return { graph: true, columns: ["subject", "predicate", "object"], rows };
}

function cell(text) {
  if (text[0] === "<") { return { type: "uri", value: unescape(text.slice(1, -1)) }; }
  if (text[0] !== '"') { return { type: "bnode", value: text }; }
  const [, value, language, datatype] = text.match(/^"((?:[^"\\]|\\.)*)"(?:@([\w-]+)|\^\^<([^>]*)>)?$/);
  return { type: "literal", value: unescape(value), "xml:lang": language, datatype };
}

/** Shorten an IRI for people, and say where it leads. */
export function place(iri, vocabulary, root) {
  const page = vocabulary.pages.find(([start]) =>
    iri.startsWith(start) && iri !== start && (start.endsWith("#") || !iri.includes("#")));
  const prefixed = Object.entries(vocabulary.prefixes)
    .filter(([, space]) => iri.startsWith(space) && iri !== space)
    .sort((one, other) => other[1].length - one[1].length)[0];
  const short = iri.startsWith(vocabulary.base) ? iri.slice(vocabulary.base.length)
    : prefixed ? `${prefixed[0]}:${iri.slice(prefixed[1].length)}` : iri;
  const url = page ? root + page[1] + iri.slice(page[0].length) : /^https?:/.test(iri) ? iri : "";
  return { short, url, local: Boolean(page) };
}

/** Show rows in a table, the first of them at once and more when asked for. */
export function show(target, table, vocabulary, root) {
  target.replaceChildren();
  const grid = document.createElement("table");
  const caption = grid.createCaption();
  caption.className = "aside";
  caption.textContent = "The answer";
  const head = grid.createTHead().insertRow();
  table.columns.forEach((name) => {
    const th = document.createElement("th");
    th.scope = "col";
    th.textContent = name;
    head.append(th);
  });
  const body = grid.createTBody();
  let shown = 0;
  const more = document.createElement("button");
  more.type = "button";
  function add() {
    table.rows.slice(shown, shown + PAGE).forEach((row) => {
      const tr = body.insertRow();
      table.columns.forEach((name) => fill(tr.insertCell(), row[name], vocabulary, root));
    });
    shown = Math.min(shown + PAGE, table.rows.length);
    more.hidden = shown >= table.rows.length;
    more.textContent = `Show more (${shown.toLocaleString("en")} of ${table.rows.length.toLocaleString("en")} shown)`;
  }
  more.addEventListener("click", add);
  add();
  const scroll = document.createElement("div");
  scroll.className = "scroll";
  scroll.tabIndex = 0;
  scroll.setAttribute("role", "region");
  scroll.setAttribute("aria-label", "Table of the answer");
  scroll.append(grid);
  target.append(scroll, more);
}

function fill(td, value, vocabulary, root) {
  if (!value) { return; }
  if (value.type === "uri") {
    const { short, url, local } = place(value.value, vocabulary, root);
    if (!url) { td.textContent = value.value; return; }
    const link = document.createElement("a");
    link.href = url;
    link.title = value.value;
    link.textContent = short;
    if (!local) { link.rel = "external noreferrer"; }
    td.append(link);
    return;
  }
  td.textContent = value.value;
  const language = value["xml:lang"];
  if (language) { td.lang = language; }
  if (!language && value.datatype && /#(integer|decimal|double|float|int|long)$/.test(value.datatype)) {
    td.className = "num";
  }
}

/** Hand out a file. */
export function save(blob, name) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}
