import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeSandboxKeys, makeSandboxPki } from '@tonle/security';
import { expect } from '@jest/globals';
import { request } from 'undici';
import { until } from '../../../../tests/world/until.js';
import { ScriptedDoor } from './scripted-door.js';
import { startSandbox, schemeOf, type RunningSandbox, type SandboxSettings } from '../index.js';

/** Short, so that tests see a not-found become final. */
export const NOT_FOUND_FINAL_MS = 200;

export interface TestSandbox {
  readonly folder: string;
  readonly settings: SandboxSettings;
  readonly errors: unknown[];
  /** The other end of the Thai wire. */
  readonly door: ScriptedDoor;
  running: RunningSandbox;
  /** Stops it and starts it again on the same books. */
  restart(): Promise<void>;
  close(): Promise<void>;
}

/** A bound for what hangs: what a busy machine answers late is an answer. */
const ANSWER_MS = 20_000;

/**
 * A sandbox with books, keys and certificates of its own, on free ports; `answerMs` is the patience of its payers. Settings may
 * need its folder, where keys are.
 */
export async function runSandbox(
  over: Partial<SandboxSettings> | ((folder: string) => Promise<Partial<SandboxSettings>>) = {},
  answerMs = ANSWER_MS,
): Promise<TestSandbox> {
  const folder = await mkdtemp(join(tmpdir(), 'sandbox-'));
  const participants = ['THSWITCH', 'FXNAGA', 'FXGARUDA', 'FXSINGHA', 'KHMEKONG', 'THSETTLE', 'LASETTLE'];
  makeSandboxKeys(join(folder, 'keys'), ['TONLE', ...participants]);
  await makeSandboxPki(join(folder, 'pki'), ['rwanda', 'banks']);
  const door = new ScriptedDoor(folder);
  const settings: SandboxSettings = {
    booksDir: join(folder, 'books'),
    controlPort: 0,
    bakongPort: 0,
    keysDir: join(folder, 'keys'),
    pkiDir: join(folder, 'pki'),
    gatewayUrl: 'http://127.0.0.1:9',
    bakong: { user: 'TONLE', password: 'secret & <more>', email: 'switch@tonle.example', ledgerDelayMs: 0 },
    networks: [
      schemeOf('thailand', {
        doorUrl: await door.open(),
        answerMs,
        enquiryMs: [30],
        notFoundFinalMs: NOT_FOUND_FINAL_MS,
      }),
    ],
    ratesMs: 0,
    seed: 1,
    ...(typeof over === 'function' ? await over(folder) : over),
  };
  const errors: unknown[] = [];
  const start = (): Promise<RunningSandbox> => startSandbox(settings, (error) => errors.push(error));
  const sandbox: TestSandbox = {
    folder,
    settings,
    errors,
    door,
    running: await start(),
    restart: async () => {
      await sandbox.running.close();
      sandbox.running = await start();
    },
    close: async () => {
      await sandbox.running.close();
      await door.close();
      await rm(folder, { recursive: true });
    },
  };
  return sandbox;
}

export interface ControlAnswer {
  readonly status: number;
  // What the control API answers is asserted on field by field.
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  readonly body: any;
}

/** One call of the control API. */
export async function control(
  sandbox: TestSandbox,
  method: 'GET' | 'POST' | 'DELETE',
  path: string,
  body?: unknown,
): Promise<ControlAnswer> {
  const answer = await request(`${sandbox.running.addresses.control}/control/${path}`, {
    method,
    ...(body === undefined
      ? {}
      : {
          headers: { 'content-type': 'application/json' },
          body: typeof body === 'string' ? body : JSON.stringify(body),
        }),
  });
  const text = await answer.body.text();
  return { status: answer.statusCode, body: text === '' ? undefined : (JSON.parse(text) as unknown) };
}

/** Waits until a call has met every fault that is set with a count. */
export async function untilHit(sandbox: TestSandbox): Promise<void> {
  await until(
    'the faults to strike',
    async () => (await control(sandbox, 'GET', 'faults')).body.faults.length === 0,
  );
}

/** Sends what nobody may answer; the function that it gives back gives up, and fails when there was an answer. */
export function unanswered(send: (signal: AbortSignal) => Promise<unknown>): () => Promise<void> {
  const caller = new AbortController();
  const silence = expect(send(caller.signal)).rejects.toThrow();
  return () => {
    caller.abort();
    return silence;
  };
}
