// Plausible slips in TypeScript: a comparison that is off by one, an arm that is missing, the other case of two.
import ts from 'typescript';

const K = ts.SyntaxKind;
const OPERATORS = {
  '<': ['<=', '>='],
  '<=': ['<', '>'],
  '>': ['>=', '<='],
  '>=': ['>', '<'],
  '===': ['!=='],
  '!==': ['==='],
  '+': ['-'],
  '-': ['+'],
  '*': ['/'],
  '/': ['*'],
  '%': ['*'],
  '**': ['*'],
  '+=': ['-='],
  '-=': ['+='],
  '&&': ['||'],
  '||': ['&&'],
};
const TWO_SIDED = new Set(['&&', '||', '??']);
const OTHER_CALL = {
  some: 'every',
  every: 'some',
  min: 'max',
  max: 'min',
  startsWith: 'endsWith',
  endsWith: 'startsWith',
};
const LEFT_OUT = new Set([
  'filter',
  'sort',
  'toSorted',
  'slice',
  'reverse',
  'trim',
  'replace',
  'padStart',
  'padEnd',
]);
const NOT_A_RULE = new Set([
  K.ImportDeclaration,
  K.ExportDeclaration,
  K.InterfaceDeclaration,
  K.TypeAliasDeclaration,
  K.ThrowStatement,
]);
const isText = (node) =>
  ts.isStringLiteral(node) || ts.isTemplateExpression(node) || ts.isNoSubstitutionTemplateLiteral(node);
const isCondition = (node) =>
  (ts.isIfStatement(node.parent) && node.parent.expression === node) ||
  (ts.isConditionalExpression(node.parent) && node.parent.condition === node);

/** A comparator's figures count by their sign, and what it compares differs. */
const isInComparator = (node) =>
  ts.isArrowFunction(node)
    ? ts.isCallExpression(node.parent) && /\.(toS|s)ort$/.test(node.parent.expression.getText())
    : node.parent !== undefined && isInComparator(node.parent);

/** Every change to a source text, as where and what to write instead. Texts for people (of errors) are left as they are. */
export function ruleChanges(file, text) {
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
  const names = namesBySlot(source);
  const changes = [];
  const replace = (node, written) =>
    changes.push({ file, start: node.getStart(source), end: node.getEnd(), text: written });
  const visit = (node) => {
    if (ts.isTypeNode(node) || NOT_A_RULE.has(node.kind)) return;
    for (const written of alternatives(node, source, names)) replace(node, written);
    ts.forEachChild(node, visit);
  };
  ts.forEachChild(source, visit);
  return changes;
}

function alternatives(node, source, names) {
  const of = (part) => part.getText(source);
  const found = isCondition(node) ? ['true', 'false'] : [];
  if (isInComparator(node)) return found;
  if (ts.isBinaryExpression(node)) found.push(...otherOperation(node, of));
  else if (ts.isPrefixUnaryExpression(node) && '!-'.includes(of(node)[0])) found.push(of(node.operand));
  else if (node.kind === K.TrueKeyword) found.push('false');
  else if (node.kind === K.FalseKeyword) found.push('true');
  else if (ts.isNumericLiteral(node)) found.push(`(${of(node)} + 1)`);
  else if (ts.isBigIntLiteral(node)) found.push(`(${of(node)} + 1n)`);
  else if (ts.isRegularExpressionLiteral(node)) found.push(...otherExpressions(of(node)));
  else if (ts.isBlock(node) && node.statements.length > 0 && !endsInThrow(node)) found.push('{}');
  else if (ts.isExpressionStatement(node)) found.push(';');
  else if (ts.isArrayLiteralExpression(node))
    found.push(...without(node.elements, of).map((list) => `[${list}]`));
  else if (ts.isCaseClause(node)) found.push(`case Symbol() as never: ${node.statements.map(of).join('\n')}`);
  else if (ts.isCallExpression(node)) found.push(...otherCalls(node, of));
  else if (ts.isStringLiteral(node)) found.push(...otherName(node, names));
  return found;
}

function otherOperation({ left, right, operatorToken }, of) {
  const operator = of(operatorToken);
  if (operator === '+' && (isText(left) || isText(right))) return [];
  const others = (OPERATORS[operator] ?? []).map((other) => `${of(left)} ${other} ${of(right)}`);
  return TWO_SIDED.has(operator) ? [...others, of(left), of(right)].map((one) => `(${one})`) : others;
}

function otherCalls(node, of) {
  if (!ts.isPropertyAccessExpression(node.expression)) return [];
  const { expression, name } = node.expression;
  const other = OTHER_CALL[of(name)];
  if (other !== undefined) return [`${of(expression)}.${other}(${node.arguments.map(of).join(', ')})`];
  return LEFT_OUT.has(of(name)) ? [of(expression)] : [];
}

const without = (parts, of) =>
  parts.map((_part, left) =>
    parts
      .filter((_other, index) => index !== left)
      .map(of)
      .join(', '),
  );

const endsInThrow = (block) => ts.isThrowStatement(block.statements.at(-1));

function otherExpressions(written) {
  const found = [];
  for (const { index, 0: part } of written.matchAll(/\^(?!\])|\$(?=\/)|\\d|\{\d+(?:,\d+)?\}|[+*](?!\?)/g)) {
    const other = /^\{/.test(part)
      ? part.replace(/\d+\}$/, (digits) => `${Number.parseInt(digits, 10) + 1}}`)
      : { '^': '', $: '', '\\d': '\\D', '+': '', '*': '+' }[part];
    if (written[index - 1] === '[' || written[index - 1] === '\\') continue;
    found.push(written.slice(0, index) + other + written.slice(index + part.length));
  }
  return found;
}

/** Names such as states and reasons, by where they stand: what a property may be, what a function may return. */
function namesBySlot(source) {
  const names = new Map();
  const visit = (node) => {
    if (ts.isStringLiteral(node)) {
      const slot = slotOf(node);
      if (slot !== undefined) names.set(slot, (names.get(slot) ?? new Set()).add(node.text));
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return names;
}

function slotOf(node) {
  let at = node.parent;
  while (ts.isArrayLiteralExpression(at) || ts.isConditionalExpression(at) || ts.isAsExpression(at))
    at = at.parent;
  if (ts.isPropertyAssignment(at) && at.initializer !== undefined) return `property ${at.name.getText()}`;
  return ts.isReturnStatement(at) ? 'return' : undefined;
}

function otherName(node, names) {
  const all = [...(names.get(slotOf(node)) ?? [])];
  if (all.length < 2) return [];
  return [`'${all[(all.indexOf(node.text) + 1) % all.length]}'`];
}
