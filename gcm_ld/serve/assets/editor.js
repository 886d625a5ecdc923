// The query editor: questions to start from, CodeMirror to write in, answers as table and chart.
import {
  acceptCompletion, autocompletion, bracketMatching, closeBrackets, closeBracketsKeymap, completionKeymap,
  defaultKeymap, drawSelection, EditorState, EditorView, HighlightStyle, highlightActiveLine,
  highlightSpecialChars, history, historyKeymap, keymap, lineNumbers, setDiagnostics, sparql,
  syntaxHighlighting, tags
} from "./codemirror.js";
import { draw, numeric } from "./chart.js";
import { completions } from "./complete.js";
import { parse, place, read, save, show } from "./results.js";

const root = document.documentElement.dataset.root || "";
const by = (id) => document.getElementById(id);
const TABLES = [["csv", "text/csv"], ["json", "application/sparql-results+json"]];
const GRAPHS = [["ttl", "text/turtle"], ["nt", "application/n-triples"], ["jsonld", "application/ld+json"]];
const NAMES = { csv: "CSV", json: "JSON", ttl: "Turtle", nt: "N-Triples", jsonld: "JSON-LD" };

const style = EditorView.theme({
  "&": { backgroundColor: "var(--paper)", color: "var(--text)", fontSize: "0.9375rem" },
  "&.cm-focused": { outline: "3px solid var(--focus)", outlineOffset: "1px" },
  ".cm-content": { caretColor: "var(--text)", fontFamily: "ui-monospace, SFMono-Regular, Menlo, Consolas, monospace" },
  ".cm-scroller": { minHeight: "14rem", maxHeight: "min(60vh, 34rem)", overflow: "auto", lineHeight: "1.5" },
  ".cm-gutters": { backgroundColor: "var(--panel)", color: "var(--muted)", border: "0" },
  ".cm-activeLine": { backgroundColor: "color-mix(in srgb, var(--panel) 60%, transparent)" },
  ".cm-cursor": { borderLeftColor: "var(--text)" },
  ".cm-selectionBackground, &.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground": {
    backgroundColor: "color-mix(in srgb, var(--link) 28%, transparent)"
  },
  "&.cm-focused .cm-matchingBracket": { backgroundColor: "var(--good-back)", outline: "1px solid var(--good)" },
  ".cm-tooltip": { backgroundColor: "var(--paper)", color: "var(--text)", border: "1px solid var(--muted)" },
  ".cm-tooltip.cm-tooltip-autocomplete > ul > li": { padding: ".2rem .5rem", minHeight: "1.5rem" },
  ".cm-tooltip-autocomplete ul li[aria-selected]": { backgroundColor: "var(--link)", color: "var(--paper)" },
  ".cm-completionDetail": { fontStyle: "normal", opacity: "1", marginLeft: ".75em" },
  ".cm-completionInfo": { maxWidth: "22rem", padding: ".375rem .625rem" },
  ".cm-lintRange-error": {
    backgroundImage: "none", backgroundColor: "var(--bad-back)", textDecoration: "underline wavy var(--bad) 2px"
  },
  ".cm-diagnostic-error": { borderLeftColor: "var(--bad)" }
});
const colours = HighlightStyle.define([
  { tag: tags.keyword, color: "var(--link)", fontWeight: "600" },
  { tag: tags.variableName, color: "var(--accent)" },
  { tag: [tags.string, tags.integer, tags.float, tags.bool], color: "var(--bad)" },
  { tag: [tags.comment], color: "var(--muted)", fontStyle: "italic" },
  { tag: [tags.url, tags.namespace, tags.typeName], color: "var(--warn)" }
]);

let view;
let questions = [];
let vocabulary = { prefixes: {}, terms: [], pages: [], base: "" };
let table = null;
let running = null;
let shown = "table";

// -- the address -------------------------------------------------------------------------------

function readAddress() {
  const hash = new URLSearchParams(location.hash.slice(1));
  const search = new URLSearchParams(location.search);
  return {
    query: hash.get("query") ?? search.get("query"),
    question: hash.get("question") ?? search.get("question"),
    view: hash.get("view"), label: hash.get("label"), value: hash.get("value"), kind: hash.get("kind")
  };
}

function address() {
  const values = new URLSearchParams({ query: view.state.doc.toString() });
  if (shown !== "table") {
    values.set("view", shown);
    ["label", "value", "kind"].forEach((name) => {
      if (shown === "chart" && by(`chart-${name}`).value) { values.set(name, by(`chart-${name}`).value); }
    });
  }
  return `${location.origin}${location.pathname}#${values}`;
}

function remember() {
  window.history.replaceState(null, "", address());
}

async function share() {
  remember();
  const link = by("link");
  link.hidden = false;
  by("link-text").value = location.href;
  try {
    await navigator.clipboard.writeText(location.href);
    by("link-said").textContent = "Copied.";
  } catch {
    by("link-said").textContent = "Copy it from here.";
    by("link-text").select();
  }
}

// -- asking ------------------------------------------------------------------------------------

function ask(accept, signal) {
  return fetch(by("ask").action, {
    method: "POST",
    headers: { "Accept": accept, "Content-Type": "application/sparql-query" },
    body: view.state.doc.toString(),
    signal
  });
}

/** Return the one sentence that the endpoint refuses with. */
async function refusal(response) {
  const text = await response.text();
  if ((response.headers.get("content-type") || "").includes("json")) {
    try {
      const said = JSON.parse(text);
      return said.detail || said.error || said.title || text;
    } catch { return text; }
  }
  return text.trim() || `The endpoint answered with ${response.status}.`;
}

async function run() {
  if (running) { running.abort(); }
  const mine = running = new AbortController();
  const begun = performance.now();
  busy(true);
  say("Asking …");
  fail("");
  remember();
  try {
    const accept = "application/sparql-results+json, application/n-triples;q=0.9";
    const response = await ask(accept, mine.signal);
    if (!response.ok) {
      fail(await refusal(response), response.status);
      return;
    }
    const text = await read(response);
    table = parse(text, response.headers.get("content-type") || "");
    const seconds = (performance.now() - begun) / 1000;
    const rows = table.rows.length;
    say(table.boolean !== undefined ? (table.boolean ? "Yes." : "No.")
      : `${rows.toLocaleString("en")} ${table.graph ? "statement" : "row"}${rows === 1 ? "" : "s"} in ${seconds.toFixed(2)} s.`);
    answered();
  } catch (error) {
    if (error.name === "AbortError") { if (running === mine) { say("Stopped."); } } else {
      fail(error instanceof TypeError ? "The endpoint can't be reached: is the server running?" : error.message);
    }
  } finally {
    if (running === mine) { running = null; busy(false); }
  }
}

function busy(on) {
  by("stop").hidden = !on;
  by("answer").setAttribute("aria-busy", String(on));
}

function say(text) { by("said").textContent = text; }

/** Say what is wrong, and mark the place in the query where the endpoint names one. */
function fail(text, status) {
  const box = by("problem");
  box.hidden = !text;
  by("problem-text").textContent = text.replace(/^./, (first) => first.toUpperCase())
    .replace(/\bat (\d+):(\d+)/, "at line $1, column $2");
  view.dispatch(setDiagnostics(view.state, []));
  if (!text) { return; }
  say("");
  table = null;
  by("shown").hidden = true;
  const found = status === 400 && text.match(/(?:at|line)\s*(\d+)(?::|,? (?:column )?)(\d+)/i);
  if (found && Number(found[1]) <= view.state.doc.lines) {
    const line = view.state.doc.line(Number(found[1]));
    const from = Math.min(line.from + Math.max(0, Number(found[2]) - 1), line.to);
    const to = Math.min(line.to, from + 1);
    view.dispatch(setDiagnostics(view.state, [{ from: from === to ? line.from : from, to, severity: "error", message: text }]));
  }
}

// -- showing -----------------------------------------------------------------------------------

function answered() {
  by("shown").hidden = table.boolean !== undefined;
  if (table.boolean !== undefined) { return; }
  show(by("table"), table, vocabulary, root);
  const numbers = numeric(table);
  const labels = table.columns.filter((name) => !numbers.includes(name));
  const readable = labels.filter((name) => table.rows.some((row) => row[name] && row[name].type !== "uri"));
  choose("chart-label", table.columns, wish.label, readable[0] || labels[0] || table.columns[0]);
  choose("chart-value", numbers, wish.value, numbers.find((name) => name !== by("chart-label").value) || numbers[0]);
  by("no-chart").hidden = numbers.length > 0;
  by("chart-form").hidden = numbers.length === 0;
  if (wish.kind) { by("chart-kind").value = wish.kind; }
  by("downloads").replaceChildren(...(table.graph ? GRAPHS : TABLES).map(([ending, type]) => {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = NAMES[ending];
    button.addEventListener("click", () => download(ending, type, button));
    return button;
  }));
  display(wish.view || shown);
  wish = {};
}

function choose(id, names, wished, otherwise) {
  const select = by(id);
  const before = select.value;
  select.replaceChildren(...names.map((name) => new Option(name, name)));
  select.value = [wished, before, otherwise].find((name) => names.includes(name)) ?? "";
}

function display(name) {
  shown = name === "chart" ? "chart" : "table";
  ["table", "chart"].forEach((one) => {
    by(`tab-${one}`).setAttribute("aria-selected", String(one === shown));
    by(`tab-${one}`).tabIndex = one === shown ? 0 : -1;
    by(`panel-${one}`).hidden = one !== shown;
  });
  if (shown === "chart") { chart(); }
  remember();
}

function text(cell) {
  return cell.type === "uri" ? place(cell.value, vocabulary, root).short : cell.value;
}

function chart() {
  const value = by("chart-value").value;
  if (!table || !value) { by("chart").replaceChildren(); by("chart-said").textContent = ""; return; }
  by("chart-said").textContent = draw(by("chart"), table, {
    label: by("chart-label").value, value, kind: by("chart-kind").value, text
  });
}

async function download(ending, type, button) {
  button.disabled = true;
  try {
    const response = await ask(type);
    if (!response.ok) { fail(await refusal(response), response.status); return; }
    save(await response.blob(), `answer.${ending}`);
  } catch (error) { fail(error.message); } finally { button.disabled = false; }
}

// -- questions ---------------------------------------------------------------------------------

function setText(query) {
  view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: query }, scrollIntoView: true });
}

function pick(name) {
  const question = questions.find((one) => one.name === name);
  if (!question) { return; }
  document.querySelectorAll("#question-list button").forEach((button) => {
    button.setAttribute("aria-pressed", String(button.value === name));
  });
  setText(question.text);
  fail("");
  by("about").hidden = false;
  by("about-title").textContent = question.summary;
  by("about-text").textContent = question.description;
  const form = by("parameters");
  form.hidden = question.parameters.length === 0;
  form.dataset.question = name;
  by("fields").replaceChildren(...question.parameters.map((parameter) => {
    const p = document.createElement("p");
    const label = document.createElement("label");
    const input = document.createElement("input");
    input.id = label.htmlFor = `parameter-${parameter.name}`;
    input.name = parameter.name;
    input.required = parameter.required;
    input.autocomplete = "off";
    input.spellcheck = false;
    label.textContent = `${parameter.name}${parameter.required ? " (required)" : ""}`;
    const help = document.createElement("span");
    help.className = "fine";
    help.id = `${input.id}-help`;
    help.textContent = parameter.description;
    input.setAttribute("aria-describedby", help.id);
    p.append(label, input, help);
    return p;
  }));
}

async function fillIn(event) {
  event.preventDefault();
  const form = by("parameters");
  const values = new URLSearchParams([...new FormData(form)].filter(([, value]) => value.trim()));
  const name = form.dataset.question;
  if (!values.size) { setText(questions.find((one) => one.name === name).text); run(); return; }
  const response = await fetch(`${root}query/${encodeURIComponent(name)}.rq?${values}`);
  if (!response.ok) { fail(await refusal(response)); return; }
  setText(await response.text());
  run();
}

function listQuestions() {
  const groups = new Map();
  questions.forEach((question) => {
    groups.set(question.group, [...(groups.get(question.group) || []), question]);
  });
  by("question-list").replaceChildren(...[...groups].map(([title, found]) => {
    const section = document.createElement("div");
    section.className = "group";
    const heading = document.createElement("h2");
    heading.textContent = title;
    const list = document.createElement("ul");
    list.append(...found.map((question) => {
      const item = document.createElement("li");
      const button = document.createElement("button");
      button.type = "button";
      button.value = question.name;
      button.textContent = question.summary;
      button.setAttribute("aria-pressed", "false");
      button.addEventListener("click", () => {
        pick(question.name);
        if (matchMedia("(max-width: 60rem)").matches) {
          by("questions").open = false;
          by("about").scrollIntoView({ block: "start" });
        }
      });
      item.append(button);
      return item;
    }));
    section.append(heading, list);
    return section;
  }));
}

function filterQuestions() {
  const words = by("question-find").value.toLowerCase().split(/\s+/).filter(Boolean);
  let count = 0;
  document.querySelectorAll("#question-list .group").forEach((group) => {
    let any = false;
    group.querySelectorAll("li").forEach((item) => {
      const button = item.firstElementChild;
      const said = `${button.textContent} ${button.value}`.toLowerCase();
      item.hidden = !words.every((word) => said.includes(word));
      any = any || !item.hidden;
      count += item.hidden ? 0 : 1;
    });
    group.hidden = !any;
  });
  by("question-found").textContent = `${count} question${count === 1 ? "" : "s"}`;
}

// -- beginning ---------------------------------------------------------------------------------

function makeEditor(query) {
  const host = by("editor");
  // Within a shadow root its styles are constructed sheets, so that no style stands in the page.
  const shadow = host.attachShadow({ mode: "open" });
  view = new EditorView({
    root: shadow,
    parent: shadow,
    state: EditorState.create({
      doc: query,
      extensions: [
        keymap.of([{ key: "Mod-Enter", run: () => { run(); return true; } }]),
        lineNumbers(), history(), drawSelection(), highlightActiveLine(), highlightSpecialChars(),
        bracketMatching(), closeBrackets(), EditorView.lineWrapping,
        sparql(), syntaxHighlighting(colours), style,
        autocompletion({ override: [completions(vocabulary)], icons: false }),
        keymap.of([...completionKeymap, ...closeBracketsKeymap, ...historyKeymap, ...defaultKeymap]),
        EditorView.contentAttributes.of({ "aria-label": "Query in SPARQL", spellcheck: "false", tabindex: "0" })
      ]
    })
  });
  by("plain").hidden = true;
  by("query").disabled = true;
  host.hidden = false;
  // Others, such as tests, may read and set the query.
  Object.defineProperty(host, "value", { get: () => view.state.doc.toString(), set: setText });
}

let wish = readAddress();

async function begin() {
  try {
    [questions, vocabulary] = await Promise.all(
      ["questions.json", "terms.json"].map((name) => fetch(root + name).then((answer) => answer.json()))
    );
  } catch { /* the editor is of use without them */ }
  makeEditor(wish.query ?? by("query").value);
  listQuestions();
  filterQuestions();
  by("question-find").addEventListener("input", filterQuestions);
  by("parameters").addEventListener("submit", fillIn);
  by("ask").addEventListener("submit", (event) => { event.preventDefault(); run(); });
  by("stop").addEventListener("click", () => running && running.abort());
  by("share").hidden = false;
  by("share").addEventListener("click", share);
  ["table", "chart"].forEach((name, n, all) => {
    by(`tab-${name}`).addEventListener("click", () => display(name));
    by(`tab-${name}`).addEventListener("keydown", (event) => {
      if (event.key !== "ArrowLeft" && event.key !== "ArrowRight") { return; }
      display(all[1 - n]);
      by(`tab-${all[1 - n]}`).focus();
    });
  });
  ["label", "value", "kind"].forEach((name) => {
    by(`chart-${name}`).addEventListener("change", () => { chart(); remember(); });
  });
  let waiting = 0;
  addEventListener("resize", () => {
    clearTimeout(waiting);
    waiting = setTimeout(() => { if (shown === "chart") { chart(); } }, 150);
  });
  if (matchMedia("(max-width: 60rem)").matches) { by("questions").open = false; }
  document.documentElement.dataset.ready = "yes";
  if (wish.query) { run(); } else if (wish.question) { pick(wish.question); }
}

begin();
