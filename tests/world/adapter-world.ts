import { expect } from '@jest/globals';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DirectCalls, InProcessTransport, inboxTopic, TOPICS, type InboundRecord } from '@tonle/messaging';
import { createTestPlatform, type Platform } from '@tonle/platform';
import {
  adapterCalls,
  directoryEntry,
  legKeyOf,
  NETWORKS,
  legResult,
  routingCalls,
  uuidV4,
  uuidV7,
} from '@tonle/contracts';
import type {
  DirectoryEntry,
  LegCommand,
  LegKind,
  LegResult,
  PaymentSubmit,
  StatementLine,
} from '@tonle/contracts';
import { createTestDatabase, processTimeMs, type Database, type TestDatabase } from '@tonle/persistence';
import {
  alipayPlus,
  ekash,
  isoScheme,
  jpqrAggregator,
  startSandbox,
  schemeOf,
  type RunningSandbox,
} from '@tonle/sandbox';
import { makeAcpCertificates } from './acp-certificates.js';
import { controlOf, type CallControl } from './control.js';
import { daysSince } from './days.js';
import { until } from './until.js';
import {
  makeSandboxKeys,
  makeSandboxPki,
  makeSandboxRsaKeys,
  makeSandboxSshKeys,
  sandboxKeyId,
} from '@tonle/security';

// One adapter against the real simulators, the real database and the real transport; routing is what it hears and says.

/** Of partners that sign with RSA; those of TONLE are ours. */
const RSA_KEYS = [
  'TONLE-unionpay',
  'TONLE-alipay',
  'APLUS-RSA-1',
  'TONLE-japan',
  'JPAGGR-RSA-1',
  'TONLE-rwanda',
  'EKASH-EKASH',
  'EKASH-KIVUBANK',
  'EKASH-INZOVUPAY',
  'EKASH-UMURAGE',
  'TONLE.rsa',
  'laos.rsa',
  'vietnam.rsa',
  'TONLE-unionpay-1562032885962',
  'UPI-1560936206326',
  'UPI-1562032885963',
];
const KEYS = [
  'TONLE',
  'THSWITCH',
  'LAPNET',
  'NAPAS',
  'UPI',
  'APLUS',
  'JPAGGR',
  'EKASH',
  'FXNAGA',
  'FXGARUDA',
  'FXSINGHA',
];
/** Networks that are files, and who stands for each. */
const FILE_NETWORKS = { fiji: 'FJBANK', solomon: 'SBBANK' };
type FileNetwork = keyof typeof FILE_NETWORKS;
/** Timers of the corridor, shrunk so that a test of minutes takes seconds. */
export const TIMERS = { notFoundFinalAfterMs: 1_200, enquiryMs: [100, 100, 200], reviewAfterMs: 60_000 };

let aheadMs = 0;
/** The process's, which a test may put forward: what is too late is so by the clock, not by what a busy machine is slow in. */
export const clock = {
  now: () => Math.floor(processTimeMs()) + aheadMs,
  advance: (ms: number): void => {
    aheadMs += ms;
  },
};
/** The day of most networks is that of Phnom Penh and Bangkok. */
const NETWORK_OFFSET_MINUTES = 420;
const randomBytes = (size: number): Uint8Array => crypto.getRandomValues(new Uint8Array(size));

export interface AdapterWorld {
  readonly folder: string;
  readonly sandbox: RunningSandbox;
  readonly control: CallControl;
  readonly calls: DirectCalls;
  readonly transport: InProcessTransport;
  readonly database: TestDatabase;
  readonly settings: Record<string, string>;
  readonly entries: readonly DirectoryEntry[];
  /** What routing was told, in order. */
  readonly results: LegResult[];
  readonly submits: PaymentSubmit[];
  platform(service: string, database?: Database, more?: Partial<Platform>): Platform;
  close(): Promise<void>;
}

/** How long one side waits for the other: what a busy machine answers late is an answer. */
const PATIENCE_MS = 20_000;

/**
 * `doorUrl` is where simulators find our door; `signature` where both sides sign, `acpMethod` how at the ACP gateway of UnionPay;
 * `sendMs` our own patience; `files` names networks that are files, of which none is there by default.
 */
export async function openAdapterWorld(
  name: string,
  doorUrl = 'https://127.0.0.1:1',
  signature: 'http' | 'xml' = 'http',
  sendMs = PATIENCE_MS,
  acpMethod: '01' | '11' | '12' = '11',
  files: readonly FileNetwork[] = [],
): Promise<AdapterWorld> {
  const folder = mkdtempSync(join(tmpdir(), `tonle-${name}-`));
  const keysDir = join(folder, 'keys');
  const pkiDir = join(folder, 'pki');
  const publicKeys = makeSandboxKeys(keysDir, [...KEYS, ...files.map((name) => FILE_NETWORKS[name])]);
  const rsaKeys = makeSandboxRsaKeys(keysDir, RSA_KEYS);
  makeSandboxSshKeys(keysDir, ['TONLE-alipay-sftp', 'APLUS-sftp']);
  await makeSandboxPki(pkiDir, [...NETWORKS, ...files]);
  const certificates = acpMethod === '01' ? await makeAcpCertificates(keysDir) : undefined;
  const acpSigning =
    acpMethod === '01' ? certificates!.simulator : ({ method: acpMethod, secret: 'sandbox' } as const);
  const sandbox = await startSandbox({
    booksDir: join(folder, 'books'),
    controlPort: 0,
    bakongPort: 0,
    keysDir,
    pkiDir,
    gatewayUrl: 'http://127.0.0.1:1',
    bakong: { user: 'tonle', password: 'sandbox', email: 'switch@tonle.example', ledgerDelayMs: 20 },
    networks: [
      schemeOf('thailand', { doorUrl, signature, answerMs: PATIENCE_MS, enquiryMs: [200, 300] }),
      schemeOf('laos', { signature }),
      schemeOf('vietnam', { signature }),
      ...files.map((name) =>
        isoScheme.parse({
          ...readJson<object>(`deploy/networks/${name}/simulator.json`),
          doorUrl,
          answerMs: PATIENCE_MS,
          enquiryMs: [200, 300],
        }),
      ),
    ],
    unionpay: {
      port: 0,
      doorUrl,
      institution: '39990116',
      keyIds: ['1560936206326', '1562032885963'],
      partnerKeyId: '1555570302',
      partnerEncryptionId: '1562032885962',
      acp: { merchant: '777290058110048', signing: acpSigning },
    },
    alipay: alipayPlus({
      doorUrl,
      answerMs: PATIENCE_MS,
      inquiryMs: [200, 300],
      tillInquiryMs: [200, 200, 200],
      notFoundFinalMs: 60_000,
    }),
    japan: jpqrAggregator({ doorUrl, answerMs: PATIENCE_MS, enquiryMs: [200, 300] }),
    rwanda: ekash({ version: '2.0', doorUrl, lookupMs: PATIENCE_MS, enquiryMs: [200, 300] }),
    ratesMs: 0,
    seed: 1,
  });
  const transport = new InProcessTransport({ lingerMs: 0 });
  const calls = new DirectCalls();
  const database = await createTestDatabase(name);
  const entries = directoryOf(publicKeys, rsaKeys, files);
  calls.serve(routingCalls.directory, () => Promise.resolve({ entries: [...entries] }));
  const results: LegResult[] = [];
  const submits: PaymentSubmit[] = [];
  const hear = async (records: readonly InboundRecord[]): Promise<void> => {
    for (const { type, body } of records)
      if (type === 'leg.result') results.push(legResult.parse(JSON.parse(body)));
      else if (type === 'payment.submit') submits.push(JSON.parse(body) as PaymentSubmit);
  };
  await transport.subscribe(TOPICS.routing, hear, { group: 'routing' });
  const known = (ids: readonly string[]) => submits.filter(({ paymentId }) => ids.includes(paymentId));
  calls.serve(routingCalls.known, async ({ paymentIds }) => ({ payments: known(paymentIds) }));
  const settings = {
    TONLE_SANDBOX: 'true',
    TONLE_KEYS_DIR: keysDir,
    TONLE_PKI_DIR: pkiDir,
    TONLE_BAKONG_SOAP_URL: `${sandbox.addresses['bakong']}/cb`,
    TONLE_BAKONG_API_URL: sandbox.addresses['bakong']!,
    TONLE_BAKONG_SEND_MS: String(sendMs),
    TONLE_THAI_URL: sandbox.addresses['thailand']!,
    TONLE_THAI_SEND_MS: String(sendMs),
    TONLE_THAI_SIGNATURE: signature,
    TONLE_LAOS_URL: sandbox.addresses['laos']!,
    TONLE_LAOS_SEND_MS: String(sendMs),
    TONLE_LAOS_SIGNATURE: signature,
    TONLE_LAOS_DOOR_PORT: '0',
    TONLE_VIETNAM_URL: sandbox.addresses['vietnam']!,
    TONLE_VIETNAM_SEND_MS: String(sendMs),
    TONLE_VIETNAM_SIGNATURE: signature,
    TONLE_VIETNAM_DOOR_PORT: '0',
    TONLE_UNIONPAY_ACP_URL: `${sandbox.addresses['unionpay']}/acp/files`,
    TONLE_UNIONPAY_ACP_GATEWAY_URL: `${sandbox.addresses['unionpay']}/gateway/api`,
    TONLE_UNIONPAY_ACP_BACK_URL: `${doorUrl}/unionpay/acp/notify`,
    TONLE_UNIONPAY_ACP_METHOD: acpMethod,
    ...certificates?.settings,
    TONLE_UNIONPAY_URL: sandbox.addresses['unionpay']!,
    TONLE_UNIONPAY_SEND_MS: String(sendMs),
    TONLE_UNIONPAY_DOOR_PORT: doorUrl.split(':').at(-1)!,
    TONLE_ALIPAY_URL: sandbox.addresses['alipay']!,
    TONLE_ALIPAY_FILES_URL: sandbox.addresses['alipay-files']!,
    TONLE_ALIPAY_SEND_MS: String(sendMs),
    TONLE_ALIPAY_DOOR_PORT: doorUrl.split(':').at(-1)!,
    TONLE_JAPAN_URL: sandbox.addresses['japan']!,
    TONLE_JAPAN_SEND_MS: String(sendMs),
    TONLE_JAPAN_DOOR_PORT: doorUrl.split(':').at(-1)!,
    TONLE_RWANDA_API_VERSION: '2.0',
    TONLE_RWANDA_URL: sandbox.addresses['rwanda']!,
    TONLE_RWANDA_SEND_MS: String(sendMs),
    TONLE_RWANDA_QUOTE_MS: String(sendMs),
    TONLE_RWANDA_DOOR_PORT: doorUrl.split(':').at(-1)!,
    TONLE_THAI_DOOR_PORT: doorUrl.split(':').at(-1)!,
    ...Object.fromEntries(
      files.flatMap((name) => [
        [`TONLE_${name.toUpperCase()}_URL`, sandbox.addresses[name]!],
        [`TONLE_${name.toUpperCase()}_SEND_MS`, String(sendMs)],
        [`TONLE_${name.toUpperCase()}_DOOR_PORT`, doorUrl.split(':').at(-1)!],
      ]),
    ),
  };
  return {
    folder,
    sandbox,
    control: controlOf(sandbox.addresses.control),
    calls,
    transport,
    database,
    settings,
    entries,
    results,
    submits,
    platform: (service, own = database.database, more = {}) =>
      createTestPlatform(service, own, {
        clock,
        settings,
        transport,
        calls,
        ...more,
      } as Partial<Platform>) as Platform,
    close: async () => {
      await transport.close();
      await sandbox.close();
      await database.drop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

type Pems = Readonly<Record<string, string>>;
function readJson<Content>(file: string): Content {
  return JSON.parse(readFileSync(join(process.cwd(), file), 'utf8')) as Content;
}

function directoryOf(publicKeys: Pems, rsaKeys: Pems, files: readonly FileNetwork[]): DirectoryEntry[] {
  const folders = ['deploy/sandbox', ...files.map((name) => `deploy/networks/${name}`)];
  const written = folders.flatMap(
    (folder) => readJson<{ entries: unknown[] }>(`${folder}/directory.json`).entries,
  );
  return written.map((each) => {
    const entry = directoryEntry.parse(each);
    const body = entry.body as Record<string, unknown>;
    const [publicKeyPem, timers] = [publicKeys[entry.id], { ...(body['timers'] as object), ...TIMERS }];
    // Planned ones too: a door keeps out what is closed.
    if (entry.kind === 'corridor') Object.assign(body, { timers, open: { outbound: true, inbound: true } });
    if (entry.kind === 'participant' && publicKeyPem !== undefined) {
      const keyOf = (keyId: string, algorithm: string, pem: string) => ({
        keyId,
        algorithm,
        publicKeyPem: pem,
        validFrom: '2020-01-01T00:00:00Z',
        validTo: '2099-01-01T00:00:00Z',
      });
      const rsa = Object.entries(rsaKeys).filter(([name]) => name.startsWith(`${entry.id}-`));
      body['keys'] = [
        keyOf(sandboxKeyId(entry.id), 'ecdsa-p256-sha256', publicKeyPem),
        ...rsa.map(([name, pem]) => keyOf(name, 'rsa-v1_5-sha256', pem)),
      ];
    }
    return entry;
  });
}

/** A leg command of a fresh payment; 100,240 riel against 820.00 baht. */
export function legCommandOf(leg: LegKind, more: Partial<LegCommand> = {}): LegCommand {
  const now = clock.now();
  const paymentId = more.paymentId ?? uuidV7(now, randomBytes);
  const outbound = more.direction !== 'inbound';
  const riel = { currency: 'KHR', minor: '10024000' };
  const baht = { currency: 'THB', minor: '82000' };
  const khmer = { name: 'Sok Dara', account: 'u0000001@mekong', accountType: 'bakong' };
  const thai = { name: 'Somchai', account: '010555500000012', accountType: 'BIID' };
  return {
    legKey: legKeyOf(paymentId, leg),
    paymentId,
    uetr: uuidV4(randomBytes),
    leg,
    attempt: 1,
    corridor: 'KH-TH',
    direction: 'outbound',
    amount: outbound && leg === 'credit' ? baht : riel,
    otherAmount: outbound && leg === 'credit' ? riel : baht,
    rate: '0.00818040',
    quoteId: uuidV4(randomBytes),
    fxProvider: 'FXNAGA',
    debtor: outbound ? khmer : thai,
    debtorAgent: outbound ? 'KHMEKONG' : 'THSWITCH',
    creditor: outbound ? thai : { ...khmer, name: 'Phsar Thmey Shop', account: 'shop00001@angkor' },
    creditorAgent: outbound ? 'THSWITCH' : 'KHANGKOR',
    endToEndId: 'E2E-1',
    acceptedAt: new Date(now).toISOString(),
    sendBefore: new Date(now + 30_000).toISOString(),
    ...more,
  };
}

/** Publishes commands as routing does. */
export function command(world: AdapterWorld, service: string, ...commands: LegCommand[]): Promise<void> {
  return world.transport.publish(
    commands.map((body) => ({
      topic: inboxTopic(service),
      key: body.paymentId,
      type: 'leg.command',
      messageId: `${body.legKey}:${body.attempt}`,
      body: JSON.stringify(body),
    })),
  );
}

/** Sets a fault at the simulators; cleared by `clearFaults`. */
export function fault({ control }: AdapterWorld, body: object): Promise<void> {
  return control('POST', '/control/faults', body);
}

export function clearFaults({ control }: AdapterWorld): Promise<void> {
  return control('DELETE', '/control/faults');
}

/** The outcomes reported for a leg, in order, once the wanted one is among them. */
export async function outcomes(
  world: AdapterWorld,
  legKey: string,
  wanted: LegResult['outcome'],
): Promise<LegResult[]> {
  const of = (): LegResult[] => world.results.filter((each) => each.legKey === legKey);
  await until(`${wanted} of ${legKey}`, () => {
    const seen = of().map((each) => each.outcome);
    if (!seen.includes(wanted)) throw new Error(`was: ${seen.join()}`);
    return true;
  });
  return of();
}

/** The statement lines of every day since an instant of the simulators' clock, by page; each day's totals are those of its lines. */
export async function linesSince(
  world: AdapterWorld,
  service: string,
  fromMs: number,
  asked: { readonly currency: string; readonly pageMax: number },
  utcOffsetMinutes = NETWORK_OFFSET_MINUTES,
): Promise<StatementLine[]> {
  const { statement } = adapterCalls(service);
  const all: StatementLine[] = [];
  for (const day of daysSince(fromMs, utcOffsetMinutes)) {
    const lines: StatementLine[] = [];
    let page = await world.calls.call(statement, { day, ...asked });
    lines.push(...page.lines);
    while (page.nextCursor !== undefined) {
      page = await world.calls.call(statement, { day, ...asked, cursor: page.nextCursor });
      lines.push(...page.lines);
    }
    const amountMinor = lines.reduce((sum, { amount }) => sum + BigInt(amount.minor), 0n).toString();
    expect(page.totals).toEqual({ count: lines.length, amountMinor });
    all.push(...lines);
  }
  return all;
}
