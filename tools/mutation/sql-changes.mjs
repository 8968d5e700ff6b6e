// Plausible slips in SQL: an arm of a condition or of a union that is missing, a comparison that is off by one or the other
// way round, rows that a join loses.
import ts from 'typescript';

const OTHER = {
  '<>': '=',
  '=': '<>',
  '<': '<=',
  '<=': '<',
  '>': '>=',
  '>=': '>',
  'IS NULL': 'IS NOT NULL',
  'IS NOT NULL': 'IS NULL',
  'NOT IN': 'IN',
  'IS DISTINCT FROM': 'IS NOT DISTINCT FROM',
};
const COMPARISONS = / (<>|<=|>=|<|>|=|IS NULL|IS NOT NULL|NOT IN|IS DISTINCT FROM)(?=\s|$)/g;
const ENDS = /^(GROUP BY|ORDER BY|LIMIT|UNION|HAVING|WHERE|LEFT JOIN|FULL JOIN|JOIN|CROSS JOIN)\b/;
const JOINS = { 'LEFT JOIN': ['JOIN'], 'FULL JOIN': ['LEFT JOIN', 'RIGHT JOIN'] };

/** Every change to the SQL in a source text, as where and what to write instead. What a violation says is left as it is. */
export function sqlChanges(file, text) {
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
  const changes = [];
  const visit = (node) => {
    const isText = ts.isTemplateExpression(node) || ts.isStringLiteralLike(node);
    if (!isText) return ts.forEachChild(node, visit);
    const start = node.getStart(source) + 1;
    const sql = text.slice(start, node.getEnd() - 1);
    if (!/\bSELECT\b/.test(sql)) return;
    for (const change of changesOf(sql))
      changes.push({ file, start: start + change.start, end: start + change.end, text: change.text });
  };
  visit(source);
  return changes;
}

function changesOf(sql) {
  const masked = mask(sql);
  const changes = [];
  const replace = (start, end, text) => changes.push({ start, end, text });
  for (const { index, 0: join } of masked.matchAll(/\b(LEFT|FULL) JOIN\b/g))
    for (const other of JOINS[join]) replace(index, index + join.length, other);
  for (const { index, 0: keyword } of masked.matchAll(/(?<!DISTINCT )\b(WHERE|HAVING|ON)\b/g))
    condition(sql, masked, index + keyword.length, keyword !== 'ON', replace);
  for (const { start, end } of branches(masked))
    replace(start, end, `SELECT * FROM (${sql.slice(start, end)}) AS off WHERE false`);
  return changes;
}

/** The same length, with texts, insertions and comments blank: what is left is structure. */
function mask(sql) {
  return sql.replace(/'(?:[^']|'')*'|\$\{[^}]*\}|--[^\n]*/g, (part) => '_'.repeat(part.length));
}

/** Where a phrase ends that begins at `from`: at a keyword or a parenthesis of what is around it. */
function endOf(masked, from, isEnd) {
  let depth = 0;
  for (let at = from; at < masked.length; at += 1) {
    if (masked[at] === '(') depth += 1;
    else if (masked[at] === ')' && --depth < 0) return at;
    else if (depth === 0 && /\s/.test(masked[at - 1]) && isEnd.test(masked.slice(at))) return at;
  }
  return masked.length;
}

function condition(sql, masked, from, mayGo, replace) {
  const end = endOf(masked, from + 1, ENDS);
  const whole = trimmed(masked, from, end);
  if (mayGo && split(masked, whole, /^(OR|AND)\b/).length === 1) replace(whole.start, whole.end, 'true');
  terms(sql, masked, whole, replace);
}

/** Takes each arm away alone: of several that are joined by OR it becomes false, by AND true. */
function terms(sql, masked, span, replace) {
  for (const [word, without] of [
    [/^OR\b/, 'false'],
    [/^AND\b/, 'true'],
  ]) {
    const parts = split(masked, span, word);
    if (parts.length === 1) continue;
    for (const part of parts) {
      replace(part.start, part.end, without);
      terms(sql, masked, part, replace);
    }
    return;
  }
  const inner = /^(?:NOT )?\((?!\s*SELECT)/.exec(masked.slice(span.start, span.end));
  const start = span.start + (inner?.[0].length ?? 0);
  if (inner !== null && endOf(masked, start, /^$/) === span.end - 1)
    terms(sql, masked, trimmed(masked, start, span.end - 1), replace);
  else leaf(sql, masked, span, replace);
}

function leaf(sql, masked, { start, end }, replace) {
  const text = masked.slice(start, end);
  if (/\bSELECT\b/.test(text)) {
    if (/^NOT EXISTS/.test(text)) replace(start, end, sql.slice(start + 4, end));
    return;
  }
  for (const { index, 1: operator } of text.matchAll(COMPARISONS)) {
    const at = start + index + 1;
    replace(at, at + operator.length, OTHER[operator]);
  }
  for (const { index, 0: list } of text.matchAll(/(?<=\bIN\s+\()[^()]+(?=\))/g)) {
    const items = sql.slice(start + index, start + index + list.length).split(',');
    for (const left of items.keys())
      replace(
        start + index,
        start + index + list.length,
        items
          .filter((_item, at) => at !== left)
          .join(',')
          .trim() || 'NULL',
      );
  }
  for (const { index, 0: call, 1: value } of text.matchAll(/coalesce\(([^(),]+), [^()]*\)/g)) {
    const at = start + index;
    replace(at, at + call.length, sql.slice(at + 9, at + 9 + value.length));
  }
}

function split(masked, { start, end }, word) {
  const parts = [];
  let from = start;
  for (;;) {
    const to = Math.min(end, endOf(masked, from, word));
    parts.push(trimmed(masked, from, to));
    if (to >= end) return parts;
    from = to + /^\w+/.exec(masked.slice(to))[0].length;
  }
}

function trimmed(masked, start, end) {
  const text = masked.slice(start, end);
  return {
    start: start + text.length - text.trimStart().length,
    end: end - text.length + text.trimEnd().length,
  };
}

/** The arms of each UNION ALL. */
function branches(masked) {
  const found = new Map();
  for (const { index } of masked.matchAll(/\bUNION ALL\b/g)) {
    const after = trimmed(masked, index + 'UNION ALL'.length, masked.length).start;
    const end = endOf(masked, after, /^(UNION ALL|LIMIT|ORDER BY)\b/);
    found.set(after, trimmed(masked, after, end));
    const first = trimmed(masked, startOf(masked, index), index);
    if (!/\bUNION ALL\b/.test(masked.slice(first.start, first.end).replace(/\([^]*\)/g, '')))
      found.set(first.start, first);
  }
  return found.values();
}

/** The SELECT of the same depth that comes first before an offset. */
function startOf(masked, offset) {
  let depth = 0;
  let select = offset;
  for (let at = offset - 1; at >= 0; at -= 1) {
    if (masked[at] === ')') depth += 1;
    else if (masked[at] === '(' && --depth < 0) return select;
    else if (depth === 0 && /^SELECT\b/.test(masked.slice(at))) select = at;
  }
  return select;
}
