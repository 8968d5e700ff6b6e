import { join, resolve } from 'node:path';
import { sandboxAhead } from './api-client.js';
import { GatewayClient, UsageError } from './gateway-client.js';
import type { Output, ShownAmount } from './output.js';

/** Options that every command takes; each has an environment variable. */
export interface GlobalOptions {
  readonly json?: boolean;
  readonly gateway?: string;
  readonly home?: string;
  readonly as?: string;
  readonly signWith?: string;
}

/** What a command works with. */
export interface CommandContext {
  readonly output: Output;
  /** The gateway as the chosen participant; `fallback` when none was chosen. */
  readonly gateway: (fallback?: string) => GatewayClient;
  /** The chosen participant. */
  readonly participant: string;
  /** Folder of a sandbox's data, keys and logs. */
  readonly home: string;
  /** Folder of the private keys. */
  readonly keysFolder: string;
  /** How to call this program again: with the home and the gateway that it was given, for whoever signs then. */
  readonly command: string;
  /** The same, signed as this call is. */
  readonly again: string;
}

const GATEWAY_URL = 'http://127.0.0.1:7400';
const PARTICIPANT = 'KHMEKONG';
const HOME = '.tonle';

/** Options first, then the environment, then the sandbox's defaults. */
export function contextOf(
  options: GlobalOptions,
  output: Output,
  environment: NodeJS.ProcessEnv,
): CommandContext {
  const home = resolve(options.home ?? environment['TONLE_HOME'] ?? HOME);
  const url = options.gateway ?? environment['TONLE_GATEWAY_URL'] ?? GATEWAY_URL;
  if (!/^https?:\/\//.test(url) || !URL.canParse(url))
    throw new UsageError(`"${url}" is not a valid gateway address; write http://host:port.`);
  const keysFolder = environment['TONLE_KEYS_DIR'] ?? join(home, 'keys');
  return {
    output: { ...output, json: options.json ?? false },
    participant: options.as ?? PARTICIPANT,
    home,
    keysFolder,
    command: commandLine(options.home, options.gateway),
    again: [commandLine(options.home, options.gateway), ...flagsOf(options, ['as', 'signWith'])].join(' '),
    gateway: (fallback = PARTICIPANT) =>
      new GatewayClient({
        ...{ url, keysFolder, ...sandboxAhead(home) },
        participant: options.as ?? fallback,
        keyId: options.signWith,
      }),
  };
}

/** The command line for an installation; its defaults are not named. */
export function commandFor(home: string, gatewayUrl: string): string {
  return commandLine(home === HOME ? undefined : home, gatewayUrl === GATEWAY_URL ? undefined : gatewayUrl);
}

const commandLine = (home: string | undefined, gateway: string | undefined): string =>
  ['./tonle', ...flagsOf({ home, gateway })].join(' ');

/** Options as they are given on a command line, `names` of them or all, without those that were not given. */
export function flagsOf(options: object, names: readonly string[] = Object.keys(options)): string[] {
  const given = options as Readonly<Record<string, string | undefined>>;
  return names.flatMap((name) => {
    const value = given[name];
    const flag = name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
    return value === undefined ? [] : [`--${flag} ${quotedForShell(value)}`];
  });
}

/** Where a list goes on: the command that gave its first part, with the place. */
export const moreText = (again: string, command: string, options: object, cursor: string): string =>
  `More: ${[again, command, ...flagsOf({ ...options, cursor })].join(' ')}`;

const quotedForShell = (text: string): string =>
  /^[\w./:@-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;

/** Commas stand between groups of three digits, nowhere else: 5,5 is not 55. */
const AMOUNT = /^(?:([A-Z]{3})\s*)?((?:\d+|\d{1,3}(?:,\d{3})+)(?:\.\d+)?)(?:\s*([A-Z]{3}))?$/;

/** `820`, `820.00 THB`, `THB 820.00`; without a currency the one given. Throws UsageError. */
export function readAmountOption(text: string, currency: string | undefined): ShownAmount {
  const match = AMOUNT.exec(text.trim());
  const named = match?.[1] ?? match?.[3] ?? currency;
  if (match === null || (match[1] !== undefined && match[3] !== undefined)) {
    throw new UsageError(`"${text}" is not a valid amount; write 820.00 or "820.00 THB".`);
  }
  if (named === undefined) throw new UsageError(`"${text}" has no currency; write "${text} THB".`);
  return { currency: named, amount: match[2]!.replaceAll(',', '') };
}

/** Whole seconds from 0 to 60. Throws UsageError. */
export function readSeconds(text: string): number {
  if (!/^\d{1,2}$/.test(text) || Number.parseInt(text, 10) > 60)
    throw new UsageError(`"${text}" is not a valid number of seconds (0 to 60).`);
  return Number.parseInt(text, 10);
}

/** What a command does with its options and arguments; resolves with the exit code. */
type Work = (
  context: CommandContext,
  options: Record<string, unknown>,
  args: readonly string[],
) => number | Promise<number>;
/** Makes an action of a command of it. */
export type Bind = (work: Work) => (...given: unknown[]) => Promise<void>;
