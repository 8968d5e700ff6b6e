// What comments and pages point at is there: numbered sections, decisions, invariants, files and anchors.
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { BREAK_TYPES, INVARIANTS, ISO_STATUS, PAYMENT_STATES, publicState } from '@tonle/contracts';
import { ROOT, linesOf, pages, sources } from './tree.js';

const read = (file: string) => readFileSync(join(ROOT, file), 'utf8');

/** `domain 6.4`, `decisions 20-21`, `domain 6.6, 6.7 and 6.12`: numbers of sections of docs/<page>.md. */
const CITATION = /\b(domain|decisions|architecture) (\d+(?:\.\d+)?(?:(?:, | and |-)\d+(?:\.\d+)?)*)/g;
const INVARIANT = /\bI\d{1,2}[a-z]?\b/g;
/** Pages that were never in this tree. */
const ELSEWHERE =
  /\((?:partners|iso20022|platform|reliability|style|console|stack|network) \d|\brule \d+\.\d/;
/** A path of the tree in a page. */
const PATH = /`((?:libs|services|tools|tests|deploy|docs)\/[\w./-]+)`/g;
const LINK = /\[[^\]]*\]\(([^)\s]+)\)/g;

function anchorsOf(page: string): Set<string> {
  const text = read(page);
  const explicit = [...text.matchAll(/<a id="([^"]+)">/g)].map(([, id]) => id!);
  const headings = [...text.matchAll(/^#+ (.+)$/gm)].map(([, title]) => slugOf(title!));
  return new Set([...explicit, ...headings]);
}

/** How GitHub makes an anchor of a heading. */
function slugOf(title: string): string {
  return title
    .toLowerCase()
    .replace(/[^\p{L}\p{N} _-]/gu, '')
    .replaceAll(' ', '-');
}

const cited = (line: string): string[] =>
  [...line.matchAll(CITATION)].flatMap(([, page, numbers]) =>
    numbers!.split(/, | and |-/).map((number) => `docs/${page}.md#${number}`),
  );

const anchors = new Map<string, Set<string>>();
function resolves(target: string): boolean {
  const [page = '', anchor = ''] = target.split('#');
  if (!existsSync(join(ROOT, page))) return false;
  if (anchor === '') return true;
  if (!anchors.has(page)) anchors.set(page, anchorsOf(page));
  return anchors.get(page)!.has(anchor);
}

const wrongIn = (files: readonly string[], targets: (line: string, file: string) => string[]): string[] =>
  files.flatMap((file) =>
    linesOf(file).flatMap((line, index) =>
      targets(line, file)
        .filter((target) => !resolves(target))
        .map((target) => `${file}:${index + 1} ${target}`),
    ),
  );

describe('what is cited', () => {
  it('knows the way citations are written', () => {
    expect(cited('(domain 6.6, 6.7 and 6.12, decisions 20-21)')).toEqual([
      'docs/domain.md#6.6',
      'docs/domain.md#6.7',
      'docs/domain.md#6.12',
      'docs/decisions.md#20',
      'docs/decisions.md#21',
    ]);
    expect(resolves('docs/domain.md#6.4')).toBe(true);
    expect(resolves('docs/domain.md#6.99')).toBe(false);
  });

  it('is a section or a decision of our pages', () => {
    expect(wrongIn([...sources, ...pages], cited)).toEqual([]);
  });

  it('is an invariant of our page', () => {
    const named = (line: string) => (line.match(INVARIANT) ?? []).map((name) => `docs/domain.md#${name}`);
    expect(wrongIn([...sources, ...pages], named)).toEqual([]);
  });

  it('is no page from elsewhere', () => {
    const found = sources.flatMap((file) => linesOf(file).filter((line) => ELSEWHERE.test(line)));
    expect(found).toEqual([]);
  });

  it('is a file or folder where a page names a path', () => {
    const named = (line: string) => [...line.matchAll(PATH)].map(([, path]) => path!);
    expect(wrongIn(pages, named)).toEqual([]);
  });

  it('is a file, and an anchor in it, where a page links', () => {
    const linked = (line: string, page: string) =>
      [...line.matchAll(LINK)]
        .map(([, target]) => target!)
        .filter((target) => !/^(https?|mailto):/.test(target))
        .map((target) =>
          target.startsWith('#') ? page + target : relative('.', join(dirname(page), target)),
        );
    expect(wrongIn(pages, linked)).toEqual([]);
  });
});

describe('docs/domain.md', () => {
  const text = read('docs/domain.md');

  it('shows every state as the code does', () => {
    const rows = PAYMENT_STATES.map(
      (state) => `| \`${state}\` | ${publicState(state)} | ${ISO_STATUS[state]} |`,
    );
    expect(rows.filter((row) => !text.includes(row))).toEqual([]);
  });

  it('tells every kind of account and of transfer', () => {
    const namesIn = (file: string, name: RegExp) => [...read(file).matchAll(name)].map(([, kind]) => kind!);
    const kinds = [
      ...namesIn('libs/ledger/src/account.ts', /^ {2}\| '([A-Z_]+)'/gm),
      ...namesIn('libs/ledger/src/transfer.ts', /^ {2}\| '([a-z_]+)'/gm),
    ];
    expect(kinds.length).toBeGreaterThan(10);
    expect(kinds.filter((kind) => !text.includes(`\`${kind}`))).toEqual([]);
  });

  it('tells every audited invariant and type of break', () => {
    const names = [
      ...Object.keys(INVARIANTS)
        .filter((name) => /^I\d/.test(name))
        .map((name) => `<a id="${name}">`),
      ...BREAK_TYPES.filter((type) => type !== 'OTHER').map((type) => `\`${type}\``),
    ];
    expect(names.filter((name) => !text.includes(name))).toEqual([]);
  });
});

describe('docs/adr', () => {
  it('lists every record in its order, once, under its title', () => {
    const records = pages.map((page) => /^docs\/adr\/((\d{4})-.+)$/.exec(page)).filter((one) => one !== null);
    const rows = records.map(([page, file, number]) => {
      const [, title] = /^# \d+\. (.+)$/.exec(linesOf(page)[0]!)!;
      return `| ${Number(number)} | [${title}](${file}) |`;
    });
    expect(linesOf('docs/adr/README.md').filter((line) => /^\| \d/.test(line))).toEqual(rows);
    expect(records.map(([, , number]) => Number(number))).toEqual(rows.map((_, index) => index + 1));
  });
});

it('docs/operate.md tells how many approve each kind of deed', () => {
  const text = read('docs/operate.md');
  const kinds = [
    ...read('libs/approval/src/approval-policies.table.ts').matchAll(/^ {2}'([a-z]+\.[a-z]+)':/gm),
  ];
  expect(kinds.length).toBeGreaterThan(10);
  expect(kinds.map(([, kind]) => `\`${kind}\``).filter((kind) => !text.includes(kind))).toEqual([]);
});
