// What the comments in libs/contracts say about schemas and fields: schemas carry no texts at run time.
import ts from 'typescript';

/** Pointers to design pages mean nothing to who reads the reference. */
const INTERNAL = / ?\((?:I\d+|(?:decisions|domain) [\d., ]+)(?:, (?:I\d+|(?:decisions|domain) [\d.]+))*\)/g;

/** Paths such as `paymentSubmit`, `paymentSubmit.deadline` or `fx.quote.request.items`, each with its comment's text. */
export function descriptionsOf(sources) {
  const found = new Map();
  for (const text of sources) {
    const file = ts.createSourceFile('source.ts', text, ts.ScriptTarget.Latest, true);
    ts.forEachChild(file, (node) => {
      if (ts.isVariableStatement(node)) readConstants(node, found);
      else if (ts.isFunctionDeclaration(node)) visitContracts(node, found);
    });
  }
  return found;
}

function readConstants(statement, found) {
  for (const { name, initializer } of statement.declarationList.declarations) {
    if (initializer === undefined) continue;
    keep(found, name.getText(), statement);
    inherit(initializer, name.getText(), found);
    readSchema(initializer, name.getText(), found);
    visitContracts(initializer, found);
  }
}

/** `other.extend({...})` has the fields of the other with their meaning. */
function inherit(expression, path, found) {
  const other = /^(\w+)\s*\.extend\(/.exec(expression.getText())?.[1];
  for (const [known, text] of [...found]) {
    if (known.startsWith(`${other}.`)) found.set(`${path}${known.slice(other.length)}`, text);
  }
}

/** Fields of the object schemas in an expression; inline objects are followed with their path. */
function readSchema(expression, path, found) {
  if (ts.isCallExpression(expression)) {
    readSchema(expression.expression, path, found);
    for (const argument of expression.arguments) readSchema(argument, path, found);
  } else if (ts.isPropertyAccessExpression(expression)) {
    readSchema(expression.expression, path, found);
  } else if (ts.isArrayLiteralExpression(expression)) {
    for (const element of expression.elements) readSchema(element, path, found);
  } else if (ts.isObjectLiteralExpression(expression)) {
    for (const property of expression.properties) {
      if (!ts.isPropertyAssignment(property) && !ts.isShorthandPropertyAssignment(property)) continue;
      const own = `${path}.${property.name.getText()}`;
      keep(found, own, property);
      if (ts.isPropertyAssignment(property)) readSchema(property.initializer, own, found);
    }
  }
}

/** `contract(service, name, timeout, request, response)` wherever it stands. */
function visitContracts(node, found) {
  if (ts.isCallExpression(node) && node.expression.getText() === 'contract') {
    const [, name, , request, response] = node.arguments;
    const call = name.getText().slice(1, -1);
    keep(found, call, ts.isPropertyAssignment(node.parent) ? node.parent : enclosingFunction(node));
    readSchema(request, `${call}.request`, found);
    readSchema(response, `${call}.response`, found);
    return;
  }
  ts.forEachChild(node, (child) => visitContracts(child, found));
}

function enclosingFunction(node) {
  let at = node;
  while (at !== undefined && !ts.isFunctionDeclaration(at)) at = at.parent;
  return at;
}

function keep(found, path, node) {
  const comments = node === undefined ? [] : ts.getJSDocCommentsAndTags(node).filter(ts.isJSDoc);
  const text = ts.getTextOfJSDocComment(comments.at(-1)?.comment);
  if (text !== undefined && !found.has(path)) found.set(path, text.replace(INTERNAL, ''));
}
