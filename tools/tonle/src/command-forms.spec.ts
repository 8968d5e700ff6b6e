// Every command of finance: its help says how it is called, and what is written wrongly is told before anything is asked.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { makeSandboxKeys } from '@tonle/security';
import type { Command } from 'commander';
import { EXAMPLES } from './command-examples.table.js';
import { CHOICES, FORMS } from './command-forms.table.js';
import { FINANCE_ROOTS, leavesOf } from './command-forms.js';
import { commandTree, runTonle } from './program.js';

const LEAVES = commandTree()
  .commands.filter((each) => FINANCE_ROOTS.includes(each.name()))
  .flatMap((each) => leavesOf(each));

/** Words of a line as a shell has them. */
const wordsOf = (line: string): string[] =>
  (line.match(/"[^"]*"|'[^']*'|\S+/g) ?? []).map((word) => word.replaceAll(/^["']|["']$/g, ''));

/** Reads a command line as the program does, and does nothing; rejects with what is wrong. */
async function read(line: string): Promise<void> {
  const silent = { writeOut: () => undefined, writeErr: () => undefined };
  const program = commandTree();
  const quieten = (command: Command): void => {
    command.configureOutput(silent).exitOverride();
    command.commands.forEach(quieten);
  };
  quieten(program);
  await program.parseAsync(wordsOf(line), { from: 'user' });
}

let home: string;
let server: Server;
let asked: string[];
beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), 'tonle-forms-'));
  makeSandboxKeys(join(home, 'keys'), ['OPERATOR', 'KHMEKONG']);
  server = createServer((request, response) => {
    asked.push(request.url!);
    response.writeHead(404, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ title: 'Not found', code: 'not_found', remedy: 'Check the id.' }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterAll(() => {
  server.close();
  rmSync(home, { recursive: true });
});
beforeEach(() => {
  asked = [];
});

async function tonle(words: readonly string[]): Promise<{ code: number; out: string; err: string }> {
  const [out, err]: string[][] = [[], []];
  const terminal = {
    json: false,
    out: (text: string) => void out!.push(text),
    err: (text: string) => void err!.push(text),
  };
  const { port } = server.address() as AddressInfo;
  const code = await runTonle(words, terminal, {
    TONLE_HOME: home,
    TONLE_GATEWAY_URL: `http://127.0.0.1:${port}`,
  });
  return { code, out: out!.join('\n'), err: err!.join('\n') };
}

/** The first example of a command, as words. */
const exampleOf = (path: string): string[] => wordsOf(`${path} ${EXAMPLES[path]![0]!}`);

describe('the help', () => {
  it('has an example of every command, and of no other', () => {
    expect(Object.keys(EXAMPLES).sort()).toEqual(LEAVES.map(([path]) => path).sort());
  });

  it.each(LEAVES)(
    'of %s says what it does, what each option is, and how it is called',
    async (path, command) => {
      const { code, out } = await tonle([...wordsOf(path), '--help']);
      expect(code).toBe(0);
      expect(command.description()).toMatch(/\.$/);
      expect(
        command.options.filter(({ description }) => description === '').map(({ flags }) => flags),
      ).toEqual([]);
      for (const words of EXAMPLES[path]!) expect(out).toContain(`  ./tonle ${path} ${words}`.trimEnd());
    },
  );

  it.each(Object.entries(EXAMPLES).flatMap(([path, lines]) => lines.map((words) => `${path} ${words}`)))(
    'has an example that is understood: %s',
    async (line) => {
      await expect(read(line)).resolves.toBeUndefined();
    },
  );

  it('reads every form and choice that there is', () => {
    const names = LEAVES.flatMap(([, { registeredArguments, options }]) => [
      ...registeredArguments.map((argument) => argument.name()),
      ...options.map(({ flags }) => /<(\w+)/.exec(flags)?.[1]),
    ]);
    expect(Object.keys(FORMS).filter((name) => !names.includes(name))).toEqual([]);
    const options = LEAVES.flatMap(([path, command]) => command.options.map(({ long }) => `${path} ${long}`));
    expect(Object.keys(CHOICES).filter((name) => !options.includes(name))).toEqual([]);
  });
});

const WRONG: Readonly<Record<string, readonly string[]>> = {
  day: ['yesterday', '2026-02-30', '28.11.2026', '2026-11'],
  month: ['2026-13', 'november', '2026-11-28'],
  period: ['2026', '2026-11-31'],
  instant: ['2026-11-28', '2026-11-28T00:00:00', 'now'],
  n: ['0', '-1', 'all', '1.5'],
  currency: ['baht', 'thb', 'TH'],
  sha256: ['abc', 'A'.repeat(64)],
  report: ['1', 'r1', 'R100'],
  number: ['17', 'INV-17'],
  rate: ['122,35', '-1', '1e3'],
};
/** Whatever is no id. */
const NO_ID = ['no-such-thing', '../windows', 'a b'];

const placesOf = ([path, command]: (typeof LEAVES)[number]) => [
  ...command.registeredArguments.flatMap((argument, index) =>
    (FORMS[argument.name()] === undefined ? [] : (WRONG[argument.name()] ?? NO_ID)).map((value) => {
      const words = exampleOf(path);
      words[wordsOf(path).length + index] = value;
      return words;
    }),
  ),
  ...command.options.flatMap(({ flags, long }) => {
    const name = /<(\w+)/.exec(flags)?.[1] ?? '';
    const isChosen = CHOICES[`${path} ${long}`] !== undefined;
    const values = isChosen ? ['SOMETHING'] : FORMS[name] === undefined ? [] : (WRONG[name] ?? NO_ID);
    return values.map((value) => [...exampleOf(path), long!, value]);
  }),
];

describe('what is written wrongly', () => {
  it.each(LEAVES.flatMap(placesOf).map((words) => [words.join(' '), words] as const))(
    'is told by its name, with how it is written: %s',
    async (_, words) => {
      const { code, err } = await tonle(words);
      expect(code).toBe(2);
      expect(err).toMatch(/^error: (option '--[\w-]+ <\w+(\.\.\.)?>'|command-argument value) .+ invalid/);
      expect(err).toMatch(/(Write .+|Allowed choices are .+)\.\nFor example:\n {2}\.\/tonle /);
      expect(asked).toEqual([]);
    },
  );

  it.each(
    LEAVES.filter(([, { registeredArguments }]) => registeredArguments.some(({ required }) => required)),
  )('is told when nothing is given to %s', async (path) => {
    const { code, err } = await tonle(wordsOf(path));
    expect(code).toBe(2);
    expect(err).toMatch(
      /^error: (missing required argument|required option) .+\nFor example:\n {2}\.\/tonle /,
    );
    expect(asked).toEqual([]);
  });

  it.each(LEAVES)('is told of an option that %s does not have', async (path) => {
    const { code, err } = await tonle([...exampleOf(path), '--no-such-option']);
    expect([code, asked]).toEqual([2, []]);
    expect(err).toMatch(/^error: unknown option '--no-such-option'/);
  });

  it.each([
    ['settlement', 'cure', '--action', 'write-off', '--amount', '5 baht'],
    ['settlement', 'cure', '--action', 'write-off', '--amount', '5,5 THB'],
    ['settlement', 'cure', '--action', 'write-off', '--amount', '5'],
    ['liquidity', 'cap', '5,5 THB'],
  ])('is told of an amount: %s %s %s %s', async (...words) => {
    const id = words[0] === 'settlement' ? '0193f5d2-1111-7000-8000-000000000001' : 'FXNAGA';
    const { code, err } = await tonle([...words.slice(0, 2), id, ...words.slice(2), '--reason', 'to see']);
    expect([code, asked]).toEqual([2, []]);
    expect(err).toMatch(/^"[^"]+" (is not a valid amount; write|has no currency; write) .+\.$/);
  });
});

it.each(LEAVES.filter(([, { registeredArguments }]) => registeredArguments.length > 0))(
  'what is given to %s stays in its part of the path',
  async (path, { registeredArguments }) => {
    const words = exampleOf(path);
    const at = wordsOf(path).length;
    registeredArguments.forEach((argument, index) => {
      if (['bank', 'participant', 'account', 'entry', 'step'].includes(argument.name()))
        words[at + index] = '../windows?state=OPEN';
      if (argument.name() === 'file') words[at + index] = join(home, 'keys', 'OPERATOR.pub.pem');
    });
    await tonle(words);
    for (const url of asked) expect(url).not.toContain('windows?state');
  },
);

it.each(['settlement window', 'recon show', 'approvals show', 'invoices show', 'ledger statement'])(
  '%s says where it is listed when it is not there',
  async (path) => {
    const { code, err } = await tonle(exampleOf(path));
    expect(code).toBe(1);
    expect(err).toMatch(/^Not found \(not_found\)\n.+\n {2}See \.\/tonle \w+ \w+$/s);
  },
);

describe('the guides', () => {
  const lines = ['docs/finance.md', 'docs/operate.md'].flatMap((file) =>
    readFileSync(file, 'utf8')
      .replaceAll(/ \\\n\s*/g, ' ')
      .split('\n')
      .filter((line) => line.startsWith('./tonle '))
      .map((line) => line.slice('./tonle '.length).split(/\s+#|\s>/, 1)[0]!)
      .map((line) => [line.trim()] as const),
  );

  it('have commands', () => {
    expect(lines.length).toBeGreaterThan(60);
  });

  it.each(lines)('have a command that is understood: %s', async (line) => {
    const id = '0193f5d2-1111-7000-8000-000000000001';
    const written = line
      .replaceAll(/(?<=(settlement|routing|gateway)\.)<[^>]+>/g, id)
      .replaceAll(/<(approval )?id>(?= --|$)/g, `settlement.${id}`)
      .replaceAll(/<[^>]+>/g, id);
    await expect(read(written)).resolves.toBeUndefined();
  });
});
