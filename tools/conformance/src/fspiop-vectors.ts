import { createPublicKey } from 'node:crypto';
import {
  conditionOf,
  fulfilmentOf,
  isFulfilledBy,
  negotiate,
  quotesPut,
  readFspiop,
  readIlpPacket,
  writeIlpPacket,
  writeMoney,
  type FspiopResource,
} from '@tonle/network-fspiop';
import { verifyFspiop } from '@tonle/security';
import { compare, readData, type CaseResult } from './suite.js';

// Mojaloop's FSPIOP: signatures of requests, packets with their conditions, amounts, and the version of a request.

const FILE = 'partners/fspiop.json';

interface SignedRequest {
  readonly id: string;
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** `verified`, or why not. */
  readonly expect: string;
}

interface PacketCase {
  readonly id: string;
  readonly packet: string;
  readonly form?: string;
  readonly amount?: string;
  readonly destination?: string;
  readonly transaction?: string;
  readonly expiresAt?: string;
  readonly condition?: string;
  /** False: we write it in another form. */
  readonly writes?: boolean;
  /** A part of the words that say why. */
  readonly refused?: string;
}

interface ConditionCase {
  readonly id: string;
  readonly fulfilment: string;
  readonly condition: string;
  readonly secretHex?: string;
  readonly transaction?: string;
}

interface AmountCase {
  readonly currency: string;
  readonly amount: string;
  /** `null`: no amount of the API. */
  readonly minor: string | null;
}

interface VersionCase {
  readonly id: string;
  readonly resource: FspiopResource;
  readonly headers: Readonly<Record<string, string>>;
  /** The version of the body, which is answered in 1.1; or the code of the refusal. */
  readonly expect: string;
}

interface FspiopData {
  readonly keys?: Readonly<Record<string, string>>;
  readonly signatures?: readonly SignedRequest[];
  readonly packets?: readonly PacketCase[];
  readonly conditions?: readonly ConditionCase[];
  readonly amounts?: readonly AmountCase[];
  readonly versions?: readonly VersionCase[];
}

export function* runFspiop(folder: string): Iterable<CaseResult> {
  const data = (readData(folder, FILE) ?? {}) as FspiopData;
  const { keys = {}, signatures = [], packets = [], conditions = [], amounts = [], versions = [] } = data;
  for (const each of signatures) yield result(`signature: ${each.id}`, each.expect, verdictOf(each, keys));
  for (const each of packets) yield runPacket(each);
  for (const each of conditions) yield runCondition(each);
  for (const each of amounts) yield runAmount(each);
  for (const { id, resource, headers, expect } of versions) {
    const said = negotiate(resource, headers, false);
    const got = said.kind === 'ok' ? said.version : said.code;
    yield result(`version: ${id}`, expect, got);
  }
}

function verdictOf(
  { method, url, headers, body }: SignedRequest,
  keys: Readonly<Record<string, string>>,
): string {
  const find = (source: string) => {
    const pem = keys[source];
    return pem === undefined ? undefined : createPublicKey(pem);
  };
  const verdict = verifyFspiop({ method, url, headers, body: Buffer.from(body) }, find);
  return verdict.kind === 'verified' ? 'verified' : verdict.reason;
}

/** Read, and written again to the same characters. */
function runPacket({ id, packet, refused, writes = true, ...told }: PacketCase): CaseResult {
  const read = readIlpPacket(packet);
  if (refused !== undefined || read.kind === 'refused') {
    const detail = read.kind === 'refused' ? read.detail : 'it was read';
    const isSaid = refused !== undefined && detail.includes(refused);
    return result(`packet: ${id}`, refused, isSaid ? refused : detail);
  }
  const { form, amount, destination, transaction } = read.packet;
  const terms =
    read.packet.form === 'prepare'
      ? { expiresAt: read.packet.expiresAt, condition: read.packet.condition }
      : undefined;
  const got = {
    form,
    amount: amount.toString(),
    destination,
    transaction,
    expiresAt: terms && new Date(terms.expiresAt).toISOString(),
    condition: terms?.condition,
    packet: writes ? writeIlpPacket({ amount, destination, transaction }, terms) : packet,
  };
  return result(`packet: ${id}`, { ...told, packet }, got);
}

function runCondition({ id, fulfilment, condition, secretHex, transaction }: ConditionCase): CaseResult {
  const made =
    secretHex === undefined || transaction === undefined
      ? fulfilment
      : fulfilmentOf(transaction, Buffer.from(secretHex, 'hex'));
  const got = {
    fulfilment: made,
    condition: conditionOf(fulfilment),
    opens: isFulfilledBy(condition, fulfilment),
  };
  return result(`condition: ${id}`, { fulfilment, condition, opens: true }, got);
}

/** As the transfer amount of a quote. */
function runAmount({ currency, amount, minor }: AmountCase): CaseResult {
  const transferAmount = { currency, amount };
  const quote = {
    transferAmount,
    expiration: '2026-11-29T10:15:30.123Z',
    ilpPacket: 'AQ',
    condition: 'A'.repeat(43),
  };
  const read = readFspiop(quotesPut, Buffer.from(JSON.stringify(quote)));
  const got = read.kind === 'ok' ? read.body.transferAmount.minor : null;
  const written = read.kind === 'ok' ? writeMoney(read.body.transferAmount) : transferAmount;
  return result(`amount: ${currency} ${amount}`, { minor, written: transferAmount }, { minor: got, written });
}

function result(id: string, expected: unknown, got: unknown): CaseResult {
  return { file: FILE, id, disagreements: compare(FILE, id, expected, got) };
}
