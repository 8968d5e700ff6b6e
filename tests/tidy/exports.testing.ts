// Who imports what: every export of the tree with the files that name it, by the syntax alone.
import { existsSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import ts from 'typescript';
import { files, ROOT, sources, textOf } from './tree.js';

/** A name that a file declares and exports. */
export interface Export {
  readonly file: string;
  readonly name: string;
  /** An interface or a type alias. */
  readonly isType: boolean;
  /** Its own file uses it besides. */
  readonly usedInside: boolean;
  readonly importers: ReadonlySet<string>;
}

interface Module {
  /** Exported name to whether it is a type. */
  readonly declared: ReadonlyMap<string, boolean>;
  /** Exported name to where it is from. */
  readonly passedOn: ReadonlyMap<string, { readonly from: string; readonly name: string }>;
  readonly passedOnWhole: readonly string[];
  readonly imports: readonly { readonly from: string; readonly name: string }[];
  readonly identifiers: ReadonlyMap<string, number>;
}

const ALL = '*';

/** Tests, and what is there for tests only. */
export const isTest = (file: string) =>
  /\.(spec|testing)\.ts$|\/testing\/|\/test-[^/]*\.ts$|^tests\//.test(file);

/** Every export of the tree's own sources. What an index of `published` passes on has an importer outside. */
export function exportsOfTree(published: RegExp): Export[] {
  const modules = new Map(sources.map((file) => [file, readModule(file)]));
  const importers = new Map<string, Set<string>>();
  const note = (file: string, from: string, name: string): void => {
    for (const origin of originsOf(modules, from, name))
      importers.set(origin, (importers.get(origin) ?? new Set()).add(file));
  };
  for (const [file, { imports }] of modules) {
    for (const { from, name } of imports) note(file, from, name);
    if (published.test(file)) note('outside', file, ALL);
  }
  return [...modules].flatMap(([file, { declared, identifiers }]) =>
    [...declared].map(([name, isType]) => ({
      file,
      name,
      isType,
      usedInside: (identifiers.get(name) ?? 0) > 1,
      importers: importers.get(`${file}#${name}`) ?? new Set<string>(),
    })),
  );
}

/** Where a name that is imported from a module was declared; every name of it for a whole import. */
function originsOf(
  modules: ReadonlyMap<string, Module>,
  file: string,
  name: string,
  seen: ReadonlySet<string> = new Set(),
): string[] {
  const module = modules.get(file);
  if (module === undefined || seen.has(file)) return [];
  const inside = new Set([...seen, file]);
  if (name === ALL) {
    const named = [...module.passedOn.values()].flatMap((one) =>
      originsOf(modules, one.from, one.name, inside),
    );
    const whole = module.passedOnWhole.flatMap((from) => originsOf(modules, from, ALL, inside));
    return [...[...module.declared.keys()].map((each) => `${file}#${each}`), ...named, ...whole];
  }
  if (module.declared.has(name)) return [`${file}#${name}`];
  const passed = module.passedOn.get(name);
  if (passed !== undefined) return originsOf(modules, passed.from, passed.name, inside);
  return module.passedOnWhole.flatMap((from) => originsOf(modules, from, name, inside));
}

function readModule(file: string): Module {
  const source = ts.createSourceFile(file, textOf(file), ts.ScriptTarget.Latest, true);
  const declared = new Map<string, boolean>();
  const passedOn = new Map<string, { from: string; name: string }>();
  const passedOnWhole: string[] = [];
  const imports: { from: string; name: string }[] = [];
  const identifiers = new Map<string, number>();
  const visit = (node: ts.Node): void => {
    if (ts.isIdentifier(node)) identifiers.set(node.text, (identifiers.get(node.text) ?? 0) + 1);
    else if (ts.isImportDeclaration(node)) imports.push(...importsOf(file, node));
    else if (ts.isExportDeclaration(node)) readExport(file, node, { declared, passedOn, passedOnWhole });
    else if (isExported(node)) {
      const isType = ts.isInterfaceDeclaration(node) || ts.isTypeAliasDeclaration(node);
      for (const name of namesOf(node)) declared.set(name, isType);
    }
    const loaded = loadedWhole(node);
    if (loaded !== undefined) imports.push({ from: resolve(file, loaded), name: ALL });
    ts.forEachChild(node, visit);
  };
  visit(source);
  return { declared, passedOn, passedOnWhole, imports, identifiers };
}

function importsOf(file: string, { moduleSpecifier, importClause }: ts.ImportDeclaration) {
  const from = resolve(file, (moduleSpecifier as ts.StringLiteral).text);
  const bindings = importClause?.namedBindings;
  const standard = importClause?.name === undefined ? [] : [{ from, name: 'default' }];
  if (bindings === undefined) return standard;
  if (ts.isNamespaceImport(bindings)) return [...standard, { from, name: ALL }];
  return [
    ...standard,
    ...bindings.elements.map(({ propertyName, name }) => ({ from, name: (propertyName ?? name).text })),
  ];
}

function readExport(
  file: string,
  { moduleSpecifier, exportClause }: ts.ExportDeclaration,
  into: {
    readonly declared: Map<string, boolean>;
    readonly passedOn: Map<string, { from: string; name: string }>;
    readonly passedOnWhole: string[];
  },
): void {
  const from =
    moduleSpecifier === undefined ? undefined : resolve(file, (moduleSpecifier as ts.StringLiteral).text);
  if (exportClause === undefined || !ts.isNamedExports(exportClause)) {
    if (from !== undefined) into.passedOnWhole.push(from);
    return;
  }
  for (const { propertyName, name } of exportClause.elements) {
    if (from === undefined) into.declared.set(name.text, false);
    else into.passedOn.set(name.text, { from, name: (propertyName ?? name).text });
  }
}

function isExported(node: ts.Node): boolean {
  return (
    ts.canHaveModifiers(node) &&
    (ts.getModifiers(node) ?? []).some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword)
  );
}

function namesOf(node: ts.Node): string[] {
  if (ts.isVariableStatement(node))
    return node.declarationList.declarations.flatMap(({ name }) => boundNames(name));
  const name = (node as ts.DeclarationStatement).name;
  return name !== undefined && ts.isIdentifier(name) ? [name.text] : [];
}

function boundNames(name: ts.BindingName): string[] {
  if (ts.isIdentifier(name)) return [name.text];
  return name.elements.flatMap((element) => (ts.isBindingElement(element) ? boundNames(element.name) : []));
}

/** A module that is loaded as a whole: `import('x')`, as a call or in a type. */
function loadedWhole(node: ts.Node): string | undefined {
  if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) {
    const [argument] = node.arguments;
    return argument !== undefined && ts.isStringLiteralLike(argument) ? argument.text : undefined;
  }
  if (
    ts.isImportTypeNode(node) &&
    ts.isLiteralTypeNode(node.argument) &&
    ts.isStringLiteral(node.argument.literal)
  )
    return node.argument.literal.text;
  return undefined;
}

/** The source of a module: of this tree by its path, of others by their names. */
function resolve(file: string, specifier: string): string {
  if (specifier.startsWith('@tonle/')) return packages.get(specifier) ?? specifier;
  if (!specifier.startsWith('.')) return specifier;
  const path = normalize(join(dirname(file), specifier)).replace('/dist/', '/src/');
  const source = path.replace(/\.js$/, '.ts');
  return existsSync(ROOT + source) ? source : path;
}

const packages: ReadonlyMap<string, string> = new Map(
  files
    .filter((file) => file.endsWith('/package.json'))
    .map((file) => {
      const { name } = JSON.parse(textOf(file)) as { name: string };
      return [name, join(dirname(file), 'src/index.ts')];
    }),
);
