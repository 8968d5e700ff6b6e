// Functions as their reader meets them: what a lib exports is documented where it is declared, and none is long.
import { describe, expect, it } from '@jest/globals';
import ts from 'typescript';
import { isTest } from './exports.testing.js';
import { sources, textOf } from './tree.js';

/** An error whose message is all that there is to say. */
const NAMED_BY_ITS_MESSAGE = ['libs/messaging/src/gatherer.ts: GathererFull'];

const LINES_MAX = 60;
/** Long, but only a list of declarations. */
const DECLARATIONS = [
  'libs/contracts/src/calls-adapter.ts: adapterCalls',
  'libs/contracts/src/calls-dead-letters.ts: deadLetterCalls',
  'services/routing/src/routing.module.ts: RoutingModule',
  'tools/tonle/src/operator-commands.ts: addOpsCommands',
];

const exporting = sources.filter(
  (file) => /^libs\/[^/]+\/src\//.test(file) && !/\/migrations\//.test(file) && !isTest(file),
);

const parse = (file: string, text = textOf(file)) =>
  ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);

/** Names of the exported classes and functions of a file that have no docstring. */
function undocumented(source: ts.SourceFile): string[] {
  return source.statements
    .filter((each) => isExportedCallable(each) && ts.getJSDocCommentsAndTags(each).length === 0)
    .flatMap(namesOf);
}

function isExportedCallable(node: ts.Statement): boolean {
  const modifiers = ts.canHaveModifiers(node) ? (ts.getModifiers(node) ?? []) : [];
  if (!modifiers.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword)) return false;
  if (ts.isFunctionDeclaration(node) || ts.isClassDeclaration(node)) return true;
  return ts.isVariableStatement(node) && node.declarationList.declarations.some(isFunction);
}

function isFunction({ initializer }: ts.VariableDeclaration): boolean {
  return (
    initializer !== undefined && (ts.isArrowFunction(initializer) || ts.isFunctionExpression(initializer))
  );
}

function namesOf(node: ts.Statement): string[] {
  if (ts.isVariableStatement(node))
    return node.declarationList.declarations.map(({ name }) => name.getText());
  return [(node as ts.ClassDeclaration | ts.FunctionDeclaration).name?.text ?? 'default'];
}

/** Functions of a file with more lines than may be, by their name, or that of the class of a constructor. */
function longIn(source: ts.SourceFile): string[] {
  const found: string[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isFunctionLike(node) && 'body' in node && linesOf(source, node) > LINES_MAX)
      found.push((node.name ?? (node.parent as ts.NamedDeclaration).name)?.getText(source) ?? 'a function');
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

function linesOf(source: ts.SourceFile, node: ts.Node): number {
  const lineAt = (position: number) => source.getLineAndCharacterOfPosition(position).line;
  return lineAt(node.end) - lineAt(node.getStart(source)) + 1;
}

describe('a function', () => {
  it('is read as it is written', () => {
    const body = 'work();\n'.repeat(LINES_MAX);
    const texts = [
      `function long() {\n${body}}`,
      `class Long {\nconstructor() {\n${body}}\n}`,
      `const arrow = () => {\n${body}};`,
      'function short() {}',
    ];
    expect(longIn(parse('a.ts', texts.join('\n')))).toEqual(['long', 'Long', 'arrow']);
  });

  it('fits on a screen', () => {
    const product = sources.filter((file) => /^(libs|services|tools)\//.test(file) && !isTest(file));
    const found = product.flatMap((file) => longIn(parse(file)).map((name) => `${file}: ${name}`));
    expect(found).toEqual(DECLARATIONS);
  });
});

describe('a class or function that a lib exports', () => {
  it('is read as it is written', () => {
    const lines = [
      '/** Documented. */',
      'export function documented() {}',
      '// No docstring.',
      'export function undocumented() {}',
      'function inside() {}',
      'export const arrow = () => 1;',
      'export const VALUE = 1;',
      'export class Class {}',
    ];
    expect(undocumented(parse('a.ts', lines.join('\n')))).toEqual(['undocumented', 'arrow', 'Class']);
  });

  it('has a docstring', () => {
    expect(exporting.length).toBeGreaterThan(200);
    const found = exporting.flatMap((file) => undocumented(parse(file)).map((name) => `${file}: ${name}`));
    expect(found).toEqual(NAMED_BY_ITS_MESSAGE);
  });
});
