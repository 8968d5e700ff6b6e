// Reads the tree: what review would say again and again, said once.
import { statSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { isTest } from './exports.testing.js';
import { files, linesOf, pages, ROOT, sources, textOf } from './tree.js';

const FILE_LINES_MAX = 300;
/** A test is a list of cases: who reads one need not know the others. */
const TEST_LINES_MAX = 400;
const COLUMNS_MAX = 160;
const BLOB_BYTES_MAX = 150_000;
/** Generated: read by machines, or looked up in. */
const LONG_BY_NATURE = ['package-lock.json', 'docs/reference/openapi.json', 'docs/reference/events.md'];

const product = sources.filter((file) => /^(libs|services)\//.test(file) && !file.endsWith('.spec.ts'));

function findings(where: readonly string[], rule: RegExp): string[] {
  return where.flatMap((file) =>
    linesOf(file).flatMap((line, index) => (rule.test(line) ? [`${file}:${index + 1} ${line.trim()}`] : [])),
  );
}

const words = (...parts: string[][]) => parts.map((part) => part.join(''));

describe('the tree', () => {
  it('says no command that asks a registry for a name that anybody may take', () => {
    const said = [...pages, ...sources].filter((file) => !/CHANGELOG|npx\.spec|\/tidy\.spec/.test(file));
    expect(findings(said, /npx tonle/)).toEqual([]);
  });

  it('has no work left behind', () => {
    const marks = words(['TO', 'DO'], ['FIX', 'ME'], ['XX', 'X:'], ['HA', 'CK']);
    expect(findings(sources, new RegExp(`\\b(${marks.join('|')})\\b`))).toEqual([]);
  });

  it('takes time from the clock and randomness from the platform', () => {
    // The clock itself, what serves tests only, and the one file that looks at a clock of kafkajs. Durations are measured
    // by performance.now(), which is nobody's time of day.
    const allowed = /(clock|random)[^/]*\.ts$|\/testing\/|\.testing\.ts$|\/kafka-idle\.ts$/;
    const banned = words(['Date\\.', 'now\\('], ['Math\\.', 'random\\(']);
    expect(
      findings(
        product.filter((file) => !allowed.test(file)),
        new RegExp(banned.join('|')),
      ),
    ).toEqual([]);
  });

  it('lets nobody ask for a day or an instant that no calendar or database has', () => {
    const asked = product.filter((file) => /^services\/gateway\/.*\.schema\.ts$/.test(file));
    expect(findings(asked, /\bz\.iso\b/)).toEqual([]);
  });

  it('runs by the clock in Schedule alone', () => {
    const elsewhere = new Set([
      'libs/platform/src/schedule.ts',
      // Below the platform: the lease of an outbox lane, what memory forgets, the rhythm of a Kafka consumer.
      'libs/messaging/src/lane.ts',
      'libs/messaging/src/memory-state.ts',
      'libs/messaging/src/kafka-subscription.ts',
      // The limit of one request.
      'libs/network/src/exchange.ts',
    ]);
    // A timer that is kept in an object is one that is set again.
    const rule = /\bsetInterval\(|\b(this|job)\.\S+ = setTimeout\(/;
    expect(
      findings(
        product.filter((file) => !elsewhere.has(file)),
        rule,
      ),
    ).toEqual([]);
    for (const file of elsewhere) expect([file, findings([file], rule).length > 0]).toEqual([file, true]);
  });

  it('writes to a terminal by `printable` alone', () => {
    // Before anything is built there is none; what they write are words of theirs.
    const beforeTheBuild = ['tools/build/build.mjs', 'tools/run/run.mjs', 'tools/tonle/bin/tonle.mjs'];
    const writers = sources.filter(
      (file) => /^(libs|services|tools)\//.test(file) && !/\.(spec|testing)\.ts$/.test(file),
    );
    const raw = writers.flatMap((file) => {
      const writes = textOf(file)
        .split(/process\.std(?:out|err)\.write\(|console\.(?:log|error|warn)\(/)
        .slice(1);
      return writes.filter((rest) => !/^\s*`\$\{printable\(/.test(rest)).map(() => file);
    });
    expect([...new Set(raw)].sort()).toEqual(beforeTheBuild);
  });

  it('makes ids by Random', () => {
    const makers = /^libs\/(contracts\/src\/identifiers|platform\/src\/random)\.ts$|testing/;
    expect(
      findings(
        product.filter((file) => !makers.test(file)),
        /\buuidV[47]\(/,
      ),
    ).toEqual([]);
  });

  it('takes the magnitude of minor units by `magnitude`', () => {
    const own = /(?<size>\b[\w.!]+(\(\w*\))?) < 0n \? -\k<size> : \k<size>/;
    const made = findings(sources, own);
    expect(made.map((each) => each.split(':')[0])).toEqual(['libs/money/src/amount.ts']);
  });

  it('tells people amounts with their currency, never minor units alone', () => {
    // Not told to people: names and versions, SQL, what is broken. Or of a field that is in minor units, for who writes it.
    const others = new Set([
      ...[
        'libs/door/src/request-list.store.ts',
        'services/settlement/src/instruction/instruction-death.kind.ts',
      ],
      'services/settlement/src/report/definitions/large-value-screening.view.ts',
      ...['libs/ledger/src/transfer.ts', 'libs/network-aplus/src/amounts.ts', 'libs/money/src/amount.ts'],
      'services/settlement/src/instruction/instruction.decide.ts',
      ...['libs/contracts/src/reconciliation-rules.ts', 'libs/network/src/files/file-values.ts'],
      ...['libs/directory/src/check/check-participants.ts', 'libs/directory/src/check/check-corridors.ts'],
      'services/routing/src/directory/directory-file.decide.ts',
      ...['services/gateway/src/reference/glossary-breaks.ts', 'services/sandbox/src/kit/fault.ts'],
      'services/sandbox/src/kit/fault-check.ts',
    ]);
    const bare = /\$\{[^{}()`]*\b\w*[mM]inor\}|^(?!\s*(\/\/|\/?\*)).*['"`].*\bminor units\b/;
    const told = product.filter((file) => !/\.testing\.ts$|\/migrations\//.test(file));
    expect(
      findings(
        told.filter((file) => !others.has(file)),
        bare,
      ),
    ).toEqual([]);
    for (const file of others) expect([file, findings([file], bare).length > 0]).toEqual([file, true]);
  });

  it('skips no test', () => {
    const specs = sources.filter((file) => file.endsWith('.spec.ts'));
    const skip = new RegExp(words(['\\b(it|test|describe)\\.', '(skip|only|todo)\\b'])[0]!);
    expect(findings(specs, skip)).toEqual([]);
  });

  it('removes the folders that its tests make', () => {
    const make = /\bmkdtemp(Sync)?\(/;
    const makers = sources.filter((file) => /\.(spec|testing)\.ts$|^tests\/world\/|\/testing\//.test(file));
    const kept = makers.filter((file) => make.test(textOf(file)) && !/\brm(Sync)?\(/.test(textOf(file)));
    expect(kept).toEqual([]);
  });

  it('waits in tests for conditions, each with a bound and a name, and measures no time there', () => {
    const specs = sources.filter((file) => /\.spec\.ts$|\.testing\.ts$|^tests\/world\//.test(file));
    const poll = words(['while \\(.*', 'set(Timeout|Immediate)\\('], ['set', 'Timeout\\(']).join('|');
    const allowed = new Set([
      // What the others wait with.
      'tests/world/until.ts',
      // Loads that go on for as long as a test does.
      'libs/messaging/src/database-crash.medium.spec.ts',
    ]);
    const clock = words(['toBeLess', 'Than(OrEqual)?\\('])[0]!;
    expect(
      findings(
        specs.filter((file) => !allowed.has(file)),
        new RegExp(`(?<!jest\\.)\\b(${poll})`),
      ),
    ).toEqual([]);
    expect(findings(specs, new RegExp(`${words(['performance\\.', 'now\\('])[0]}.*${clock}`))).toEqual([]);
  });

  it('keeps files short enough to read', () => {
    const long = sources.flatMap((file) => {
      const lines = linesOf(file).length;
      const most = isTest(file) ? TEST_LINES_MAX : FILE_LINES_MAX;
      return lines > most ? [`${file}: ${lines} lines`] : [];
    });
    expect(long).toEqual([]);
  });

  it('keeps lines short enough to read', () => {
    expect(findings(sources, new RegExp(`^.{${COLUMNS_MAX + 1},}$`))).toEqual([]);
  });

  it('holds no big blobs, keys or certificates', () => {
    const large = files.filter(
      (file) => !LONG_BY_NATURE.includes(file) && statSync(ROOT + file).size > BLOB_BYTES_MAX,
    );
    expect(large).toEqual([]);
    expect(files.filter((file) => /\.(pem|key|crt|p12)$/.test(file))).toEqual([]);
  });

  it('names files for what they hold', () => {
    expect(
      files.filter((file) => /(^|\/)(utils?|helpers?|common|shared|manager)(\.|\/|$)/.test(file)),
    ).toEqual([]);
  });

  it('has one first heading a page', () => {
    const wrong = pages.filter((file) => {
      const outsideCode = textOf(file).replace(/```[\s\S]*?```/g, '');
      return (outsideCode.match(/^# /gm) ?? []).length !== 1;
    });
    expect(wrong).toEqual([]);
  });
});
