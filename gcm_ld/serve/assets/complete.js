// Completion for the query editor: terms of the vocabularies in use, prefixes, variables, keywords.

const KEYWORDS = (
  "ASK BASE BIND CONSTRUCT DESCRIBE DISTINCT FILTER FROM GRAPH LIMIT MINUS NAMED OFFSET OPTIONAL PREFIX " +
  "REDUCED SELECT UNION VALUES WHERE AVG BOUND COALESCE CONCAT CONTAINS COUNT DATATYPE EXISTS " +
  "GROUP_CONCAT IF IRI ISIRI ISLITERAL LANG LANGMATCHES LCASE MAX MIN REGEX REPLACE SAMPLE STR STRAFTER " +
  "STRBEFORE STRENDS STRLEN STRSTARTS SUBSTR SUM UCASE"
).split(" ").concat("GROUP BY", "ORDER BY", "HAVING", "NOT EXISTS");
const MOST = 60;

function fold(text) {
  return text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
}

/** Rank a term for what was typed: the lower the better, null where it does not fit. */
function rank(term, typed) {
  const name = fold(term.curie);
  const local = name.slice(name.indexOf(":") + 1);
  const label = fold(term.label);
  if (name.startsWith(typed)) { return 0; }
  if (local.startsWith(typed)) { return 1; }
  if (label.startsWith(typed)) { return 2; }
  if (name.includes(typed) || label.includes(typed)) { return 3; }
  return null;
}

/** Write a term, with its prefix declared at the top where it is not yet. */
function write(vocabulary, term) {
  return (view, completion, from, to) => {
    const prefix = term.curie.slice(0, term.curie.indexOf(":"));
    const text = view.state.doc.toString();
    const changes = [{ from, to, insert: term.insert || term.curie }];
    let moved = 0;
    if (!term.insert && !new RegExp(`\\bPREFIX\\s+${prefix}:`, "i").test(text)) {
      const line = `PREFIX ${prefix}: <${vocabulary.prefixes[prefix]}>\n`;
      const last = [...text.matchAll(/^\s*PREFIX\s.*$\n?/gim)].pop();
      const place = last ? last.index + last[0].length : 0;
      changes.unshift({ from: Math.min(place, from), insert: line });
      moved = line.length;
    }
    view.dispatch({
      changes, selection: { anchor: from + moved + (term.insert || term.curie).length },
      userEvent: "input.complete"
    });
  };
}

/** Return a source of completions, for CodeMirror's autocompletion. */
export function completions(vocabulary) {
  return (context) => {
    const variable = context.matchBefore(/[?$]\w*/);
    if (variable) {
      const names = new Set(context.state.doc.toString().match(/[?$]\w+/g) || []);
      names.delete(variable.text);
      return { from: variable.from, options: [...names].sort().map((label) => ({ label, type: "variable" })) };
    }
    const line = context.state.doc.lineAt(context.pos);
    const before = line.text.slice(0, context.pos - line.from);
    if (/(^|\s)#|<[^>\s]*$/.test(before)) { return null; }
    const declared = before.match(/\bPREFIX\s+([\w-]*)$/i);
    if (declared) {
      const options = Object.keys(vocabulary.prefixes).map((prefix) => ({
        label: `${prefix}: <${vocabulary.prefixes[prefix]}>`, type: "namespace"
      }));
      return { from: context.pos - declared[1].length, options };
    }
    const word = context.matchBefore(/[\w-]+:?[\w-]*/);
    if (!word && !context.explicit) { return null; }
    const typed = fold(word ? word.text : "");
    if (typed.length < 2 && !context.explicit) { return null; }
    const terms = vocabulary.terms
      .map((term) => [rank(term, typed), term])
      .filter(([place]) => place !== null)
      .sort((one, other) => one[0] - other[0])
      .slice(0, MOST)
      .map(([, term]) => ({
        label: term.curie,
        detail: term.label,
        info: term.note || undefined,
        type: term.kind,
        apply: write(vocabulary, term)
      }));
    const keywords = typed.includes(":") ? [] : KEYWORDS
      .filter((name) => fold(name).startsWith(typed))
      .map((label) => ({ label, type: "keyword" }));
    return { from: word ? word.from : context.pos, options: [...keywords, ...terms], filter: false };
  };
}
