import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { corridorBody } from '@tonle/directory';
import { z } from 'zod';
import { ROOT } from './layout.js';
import type { SandboxDirectory } from './world.js';

// What is paid at each network of the sandbox, each way. The demonstration, the end-to-end tests and the load take their
// payments from here, so that a further network is a row.

const money = z.string().regex(/^\d{1,13}(\.\d{1,2})?$/);
const currency = z.string().regex(/^[A-Z]{3}$/);

/** A code of the network, which its simulator makes, or an account or proxy there. */
const payee = {
  /** What `POST /control/<network>/qr` takes for the code of a shop. */
  code: z.record(z.string(), z.unknown()).optional(),
  /** What `POST /v1/lookups` takes. */
  account: z
    .strictObject({ account: z.string(), accountType: z.string(), country: z.string().length(2) })
    .optional(),
};
const isOne = ({ code, account }: { code?: unknown; account?: unknown }): boolean =>
  (code === undefined) !== (account === undefined);
const ONE = { error: 'either a code or an account is paid' };

const networkFlow = z.strictObject({
  /** As a sentence has it: somebody pays a shop in this place. */
  place: z.string(),
  /** Who pays at home: "a Thai visitor". */
  visitor: z.string(),
  /** A Bakong account pays a code of the network, which carries the amount, or an account. */
  outbound: z
    .strictObject({
      ...payee,
      /** What the network is to pay, as our API writes it; without an amount where its rates decide. */
      target: z.strictObject({ currency, amount: money.optional() }),
      payer: z.string(),
      /** Operation of the simulator that pays, by which faults name it. */
      operation: z.string(),
      /** A reason with which it refuses a payment, as it writes it, and as ISO 20022 does when that differs. */
      refusal: z.string(),
      isoRefusal: z.string().optional(),
    })
    .refine(isOne, ONE),
  /** Somebody of the network pays a KHQR code. */
  inbound: z.strictObject({
    /** What `POST /control/qr/khqr` takes; each network pays a shop of its own. */
    code: z.strictObject({
      account: z.string(),
      name: z.string(),
      unionPayAccount: z.string().optional(),
      amount: money,
    }),
    /** Currency in which the network pays us. */
    source: currency,
    /** Operation of the simulator that sends us a payment. */
    operation: z.string(),
    /** A reason of ISO 20022 as the network tells it, where it has words of its own. */
    refusals: z.record(z.string(), z.string()).default({}),
  }),
  /** What is given back of a payment, each way, before the rest: of a network whose books name our payments by the UETR. */
  refunds: z.strictObject({ outbound: money, inbound: money }).optional(),
  load: z
    .strictObject({
      /** Share of the payments, by the sum of all weights. */
      weight: z.number().min(0),
      /** As in `outbound`, without an amount; `{n:5}` is the shop's number in five digits. */
      ...payee,
      /** Target amounts, decimal text. */
      least: money,
      most: money,
      /** Share of the payers that have dollars. */
      dollars: z.number().min(0).max(1),
      /** True: who looks a code up begins an order, which is paid once. */
      begunByLookup: z.boolean().optional(),
    })
    .refine(isOne, ONE),
});
export interface NetworkFlow extends z.infer<typeof networkFlow> {
  /** By its folder, e.g. `thailand`. */
  readonly network: string;
}

/** What `POST /v1/lookups` takes. */
export type AskedPayee =
  | { readonly qrText: string }
  | { readonly account: string; readonly accountType: string; readonly country: string };

/** In the order of the list. Each has what its networks are (directory.json) and what is paid there (flows.json). */
const FOLDERS = ['deploy/sandbox', ...foldersIn('deploy/networks')];

/**
 * What is paid at every partner network of the repository that has a corridor in service, or, with `planned`, at those whose
 * corridor is planned: the directory says which.
 */
export function networkFlows({ planned = false } = {}): readonly NetworkFlow[] {
  const corridors = FOLDERS.flatMap(
    (folder) => readJson<SandboxDirectory>(folder, 'directory.json').entries,
  ).flatMap(({ kind, body }) => (kind === 'corridor' ? [corridorBody.parse(body)] : []));
  const isPlanned = (network: string) =>
    corridors.some(({ partner, status }) => partner === network && status === 'planned');
  return FOLDERS.flatMap((folder) => Object.entries(readJson<Record<string, unknown>>(folder, 'flows.json')))
    .filter(([network]) => isPlanned(network) === planned)
    .map(([network, row]) => ({ network, ...networkFlow.parse(row) }));
}

/** What is looked up for a flow: its account, or the code that is made of `code`. */
export async function askedPayee(
  { code, account }: NetworkFlow['outbound'] | NetworkFlow['load'],
  makeCode: (code: object) => Promise<string>,
): Promise<AskedPayee> {
  return account ?? { qrText: await makeCode(code!) };
}

/** What `POST /v1/quotes` needs beside the lookup: a code carries its amount. */
export function askedAmount({ account, target }: NetworkFlow['outbound']): { amount?: object } {
  return account === undefined ? {} : { amount: target };
}

function foldersIn(folder: string): string[] {
  return readdirSync(join(ROOT, folder))
    .sort()
    .map((name) => join(folder, name));
}

function readJson<Content>(folder: string, file: string): Content {
  return JSON.parse(readFileSync(join(ROOT, folder, file), 'utf8')) as Content;
}
