// What the comments in libs/contracts say about schemas and fields: schemas carry no texts at run time.
import ts from 'typescript';

/** Pointers to design pages mean nothing to who reads the reference. */
const INTERNAL = / ?\((?:I\d+|(?:decisions|domain) [\d., ]+)(?:, (?:I\d+|(?:decisions|domain) [\d.]+))*\)/g;

/** Texts by path, such as `paymentSubmit`, `paymentSubmit.deadline` or `fx.quote.request.items`. */
export type Descriptions = Map<string, string>;

/** What the comments of these sources say, by path. */
export function descriptionsOf(sources: readonly string[]): Descriptions {
  const found: Descriptions = new Map();
  for (const text of sources) {
    const file = ts.createSourceFile('source.ts', text, ts.ScriptTarget.Latest, true);
    ts.forEachChild(file, (node) => {
      if (ts.isVariableStatement(node)) readConstants(node, found);
      else if (ts.isFunctionDeclaration(node)) visitContracts(node, found);
    });
  }
  return found;
}

function readConstants(statement: ts.VariableStatement, found: Descriptions): void {
  for (const { name, initializer } of statement.declarationList.declarations) {
    if (initializer === undefined) continue;
    keep(found, name.getText(), statement);
    inherit(initializer, name.getText(), found);
    readSchema(initializer, name.getText(), found);
    visitContracts(initializer, found);
  }
}

/** `other.extend({...})` has the fields of the other with their meaning. */
function inherit(expression: ts.Expression, path: string, found: Descriptions): void {
  const other = /^(\w+)\s*\.extend\(/.exec(expression.getText())?.[1];
  if (other === undefined) return;
  for (const [known, text] of [...found]) {
    if (known.startsWith(`${other}.`)) found.set(`${path}${known.slice(other.length)}`, text);
  }
}

/** Fields of the object schemas in an expression; inline objects are followed with their path. */
function readSchema(expression: ts.Expression, path: string, found: Descriptions): void {
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
function visitContracts(node: ts.Node, found: Descriptions): void {
  if (ts.isCallExpression(node) && node.expression.getText() === 'contract') {
    const [, name, , request, response] = node.arguments;
    if (name === undefined || request === undefined || response === undefined) return;
    const call = name.getText().slice(1, -1);
    keep(found, call, ts.isPropertyAssignment(node.parent) ? node.parent : enclosingFunction(node));
    readSchema(request, `${call}.request`, found);
    readSchema(response, `${call}.response`, found);
    return;
  }
  ts.forEachChild(node, (child) => visitContracts(child, found));
}

function enclosingFunction(node: ts.Node): ts.Node | undefined {
  let at: ts.Node | undefined = node;
  while (at !== undefined && !ts.isFunctionDeclaration(at)) at = at.parent;
  return at;
}

function keep(found: Descriptions, path: string, node: ts.Node | undefined): void {
  const comments = node === undefined ? [] : ts.getJSDocCommentsAndTags(node).filter(ts.isJSDoc);
  const text = ts.getTextOfJSDocComment(comments.at(-1)?.comment);
  if (text !== undefined && !found.has(path)) found.set(path, text.replace(INTERNAL, ''));
}
