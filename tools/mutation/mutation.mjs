// Changes the rules one at a time, and names each change that no test beside them notices. Usage: mutation.mjs [part ...]
import { fork } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join, relative, resolve } from 'node:path';
import { printable } from '@tonle/contracts';
import { PARTS } from './parts.mjs';
import { ruleChanges } from './rule-changes.mjs';
import { sqlChanges } from './sql-changes.mjs';

const ROOT = resolve(import.meta.dirname, '../..');
const WORKERS = Math.min(2, availableParallelism());
/** Modules of earlier changes stay in a process. */
const CHANGES_A_PROCESS = 200;
const PROGRESS_MS = 10_000;
const say = (text) => process.stdout.write(`${printable(text)}\n`);

function changesOf({ rules = [], sql = [] }) {
  const from = (changes) => (file) => {
    const path = join(ROOT, file);
    return changes(path, readFileSync(path, 'utf8')).filter(noticeable);
  };
  const all = [...rules.flatMap(from(ruleChanges)), ...sql.flatMap(from(sqlChanges))];
  return all.map((change, index) => ({ ...change, id: index + 1 }));
}

const lineOf = (text, offset) => text.slice(0, offset).split('\n').length;

/** A line above that says why no test can notice. */
function noticeable({ file, start }) {
  const text = readFileSync(file, 'utf8');
  return !/(\/\/|--) no test can notice:/.test(text.split('\n')[lineOf(text, start) - 2] ?? '');
}

/** One process at a time for one stream of jobs; a job that takes too long is ended with its process. */
class Judge {
  judged = 0;

  constructor(specs) {
    this.specs = specs.map((spec) => join(ROOT, spec));
  }

  async start() {
    this.close();
    this.judged = 0;
    this.child = fork(join(import.meta.dirname, 'worker.mjs'), {
      env: { ...process.env, NODE_OPTIONS: '' },
      execArgv: ['--disable-warning=ExperimentalWarning'],
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    });
    const { noticed, ms } = await this.ask({ id: 0 }, 600_000);
    if (noticed !== undefined) throw new Error(`the tests fail without a change: ${noticed}`);
    this.limitMs ??= 20_000 + 10 * ms;
  }

  async judge(change) {
    if (this.child === undefined || this.judged >= CHANGES_A_PROCESS) await this.start();
    this.judged += 1;
    return this.ask(change, this.limitMs);
  }

  /** What earlier changes have left in the process must not be what the tests notice. */
  async control(change) {
    const { noticed } = await this.judge({
      ...change,
      id: `${change.id}-undone`,
      start: 0,
      end: 0,
      text: '',
    });
    if (noticed !== undefined) throw new Error(`the tests fail without a change after others: ${noticed}`);
  }

  ask(job, limitMs) {
    const { child } = this;
    return new Promise((done) => {
      const end = (answer) => {
        clearTimeout(timer);
        child.removeAllListeners();
        if (answer.ms === undefined) this.close();
        done(answer);
      };
      const timer = setTimeout(() => end({ noticed: 'no end', timedOut: true }), limitMs);
      child.once('message', end);
      child.once('exit', () => end({ noticed: 'the process ended' }));
      child.send({ ...job, specs: this.specs });
    });
  }

  close() {
    this.child?.removeAllListeners();
    this.child?.kill('SIGKILL');
    this.child = undefined;
  }
}

async function runPart(name, part) {
  const started = performance.now();
  const changes = changesOf(part);
  const waiting = changes.values();
  const counts = { changes: changes.length, noticed: 0, timedOut: 0, survivors: [] };
  const done = () => counts.noticed + counts.survivors.length;
  const progress = setInterval(
    () => say(`${name}: ${done()} of ${counts.changes}, ${counts.survivors.length} survived`),
    PROGRESS_MS,
  );
  const stream = async () => {
    const judge = new Judge(part.specs);
    let last;
    try {
      for (const change of waiting) {
        last = change;
        const { noticed, timedOut } = await judge.judge(change);
        if (noticed !== undefined) counts.noticed += 1;
        else {
          counts.survivors.push(change);
          show(change);
        }
        if (timedOut) counts.timedOut += 1;
      }
      if (last !== undefined) await judge.control(last);
    } finally {
      judge.close();
    }
  };
  try {
    await Promise.all(Array.from({ length: WORKERS }, stream));
  } finally {
    clearInterval(progress);
  }
  return { name, ...counts, seconds: Math.round((performance.now() - started) / 1000) };
}

function show({ file, start, end, text }) {
  const whole = readFileSync(file, 'utf8');
  const short = (part) => part.replace(/\s+/g, ' ').slice(0, 100);
  say(
    `  ${relative(ROOT, file)}:${lineOf(whole, start)}  ${short(whole.slice(start, end))}  ->  ${short(text)}`,
  );
}

const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !Object.keys(PARTS).some((part) => part.startsWith(name)));
if (unknown.length > 0) {
  say(`no part ${unknown.join(', ')}; parts: ${Object.keys(PARTS).join(', ')}`);
  process.exit(2);
}
const isWanted = ([part]) => wanted.length === 0 || wanted.some((name) => part.startsWith(name));
const parts = Object.entries(PARTS).filter(isWanted);
const needsPostgres = parts.some(([, { sql }]) => sql !== undefined);
const stopPostgres = async () =>
  needsPostgres && (await (await import('../../tests/setup/postgres-stop.ts')).default());
for (const signal of ['SIGINT', 'SIGTERM'])
  process.once(signal, () => void stopPostgres().finally(() => process.exit(1)));
if (needsPostgres) await (await import('../../tests/setup/postgres.ts')).default();
const results = [];
for (const [name, part] of parts) {
  const result = await runPart(name, part);
  results.push(result);
}
for (const { name, changes, noticed, timedOut, survivors, seconds } of results)
  say(
    `${name}: ${changes} changes, ${noticed} noticed (${timedOut} by the clock), ${survivors.length} survived, ${seconds} s`,
  );
await stopPostgres();
process.exit(results.some(({ survivors }) => survivors.length > 0) ? 1 : 0);
