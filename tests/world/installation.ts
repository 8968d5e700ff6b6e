import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Corridor } from '@tonle/directory';
import {
  askedAmount,
  askedPayee,
  doneByTwo,
  openPlanned,
  startCluster,
  startSingle,
  type AskedPayee,
  type NetworkFlow,
  type Running,
  type SandboxDirectory,
} from '@tonle/tool-launcher';
import { Client } from 'pg';
import { newIdempotencyKey, type ApiAnswer, type ApiClient } from '@tonle/tool-tonle';
import { controlOf, type CallControl } from './control.js';
import { declaredClient } from './declared-client.js';
import { freePortBase } from './free-ports.js';
import { until } from './until.js';

export type Mode = 'single' | 'cluster';
/** Both ways of running; TONLE_E2E_MODE=single looks at one of them. */
export const MODES = (['single', 'cluster'] as const).filter((mode) =>
  [undefined, mode].includes(process.env['TONLE_E2E_MODE'] as Mode | undefined),
);

const WAIT_MS_MAX = 90_000;

/** Each adapter waits two seconds for an answer to a payment: TONLE_<NETWORK>_SEND_MS beside what says where its network is. */
const IMPATIENT = Object.fromEntries(
  [
    ...Object.values(JSON.parse(readFileSync('deploy/sandbox/networks.json', 'utf8')) as object)
      .flatMap((settings: object) => Object.keys(settings))
      .flatMap((name) => /^(TONLE_(?!SANDBOX)[A-Z]+)_(?:[A-Z]+_)?URL$/.exec(name)?.[1] ?? []),
    ...readdirSync('deploy/networks').map((name) => `TONLE_${name.toUpperCase()}`),
  ].map((prefix) => [`${prefix}_SEND_MS`, '2000'] as const),
);

/** Unknown outcomes are resolved in seconds instead of minutes; the rules stay the same. */
function hurry(directory: SandboxDirectory): void {
  for (const entry of directory.entries) {
    if (entry.kind !== 'corridor') continue;
    const { timers } = entry.body as Corridor;
    Object.assign(timers, {
      payerLegMs: 2_000,
      beneficiaryLegMs: 2_000,
      notFoundFinalAfterMs: 1_500,
      enquiryMs: [300, 300, 500, 1_000],
      reviewAfterMs: 120_000,
    });
  }
}

export interface Money {
  readonly currency: string;
  readonly amount: string;
}

export interface InstallationPayment {
  readonly paymentId: string;
  readonly uetr: string;
  readonly state: string;
  readonly step: string;
  readonly isoStatus: string;
  readonly problem?: { readonly code: string; readonly isoReason: string };
  readonly source: Money;
  readonly target: Money;
  readonly partnerReferences: {
    readonly debit?: string;
    readonly credit?: string;
    readonly reversal?: string;
  };
  readonly history: readonly { readonly to: string; readonly event: string }[];
}

export interface AuditAnswer {
  readonly ok: boolean;
  readonly findings?: readonly {
    readonly invariant: string;
    readonly ok: boolean;
    readonly violations: readonly string[];
  }[];
}

export interface QuotedPayment {
  readonly body: { readonly lookupId: string; readonly quoteId: string; readonly debtor: object };
  readonly source: Money;
  readonly target: Money;
}

/** A whole installation of its own, in one process or as a cluster, and the hands to use it. */
export class TestInstallation {
  private constructor(
    readonly mode: Mode,
    readonly running: Running,
    private readonly home: string,
    /** What the launcher has told so far: of each process that ended, with its exit code, that it is started again. */
    readonly said: readonly string[],
  ) {}

  /** `networksDir` is a folder of networks that are added (docs/add-a-network.md). */
  static async start(
    mode: Mode,
    more: Readonly<Record<string, string>> = {},
    networksDir?: string,
    adjust: (directory: SandboxDirectory) => void = () => undefined,
  ): Promise<TestInstallation> {
    const home = mkdtempSync(join(tmpdir(), `tonle-e2e-${mode}-`));
    const start = mode === 'single' ? startSingle : startCluster;
    const said: string[] = [];
    try {
      const running = await start({
        home,
        portBase: await freePortBase(),
        say: (text) => said.push(text),
        adjustDirectory: (directory) => {
          hurry(directory);
          adjust(directory);
        },
        ...(networksDir !== undefined && { networksDir }),
        settings: { ...IMPATIENT, ...more },
      });
      return new TestInstallation(mode, running, home, said);
    } catch (error) {
      rmSync(home, { recursive: true, force: true });
      throw new Error(`${mode} did not start: ${said.join('; ')}`, { cause: error });
    }
  }

  async stop(): Promise<void> {
    await this.running.stop();
    rmSync(this.home, { recursive: true, force: true });
  }

  /** Opens what is planned, both ways. */
  openPlanned(): Promise<readonly string[]> {
    return openPlanned(this.running, this.operators());
  }

  /** A deed that lets more through than now: one operator proposes it, another approves it. */
  doneByTwo(
    path: string,
    body: { readonly reason: string; readonly [field: string]: unknown },
  ): Promise<void> {
    return doneByTwo(this.operators(), path, body, `post to ${path}`);
  }

  private operators() {
    return { maker: this.as('OPERATOR'), checker: this.as('OPERATOR2') };
  }

  as(participant: string): ApiClient {
    return declaredClient(this.running.home, this.running.gatewayUrl, participant);
  }

  /** Calls the simulators' control API. */
  get control(): CallControl {
    return controlOf(this.running.controlUrl);
  }

  fault(fault: Record<string, unknown>): Promise<unknown> {
    return this.control('POST', '/control/faults', { count: 1, ...fault });
  }

  async thaiCode(more: Record<string, unknown> = {}): Promise<string> {
    const code = { billerId: '010500000000123', reference: 'REF1', amount: '820.00', ...more };
    return (await this.control<{ qrText: string }>('POST', '/control/qr/thai', code)).qrText;
  }

  /** A code of the network's own, of the shop that everybody pays there. */
  async codeOf({ network, outbound }: NetworkFlow): Promise<string> {
    return (await this.control<{ qrText: string }>('POST', `/control/${network}/qr`, outbound.code)).qrText;
  }

  /** Who everybody pays there, as a lookup names it. */
  payeeOf(flow: NetworkFlow): Promise<AskedPayee> {
    return askedPayee(flow.outbound, () => this.codeOf(flow));
  }

  async khqrCode(more: Record<string, unknown> = {}): Promise<string> {
    const code = { account: 'shop00042@angkor', currency: 'KHR', amount: '41000', name: 'Silk', ...more };
    return (await this.control<{ qrText: string }>('POST', '/control/qr/khqr', code)).qrText;
  }

  /** Looks a Thai code up and takes a quote. */
  prepare(
    bank = 'KHMEKONG',
    account = 'u0000123@mekong',
    qr: Record<string, unknown> = {},
  ): Promise<QuotedPayment> {
    return this.quoted(async () => ({ qrText: await this.thaiCode(qr) }), account, bank);
  }

  /** The same of what is paid at any network. */
  prepareAt(
    flow: NetworkFlow,
    { account = flow.outbound.payer, sourceCurrency = 'KHR' } = {},
  ): Promise<QuotedPayment> {
    return this.quoted(() => this.payeeOf(flow), account, 'KHMEKONG', {
      sourceCurrency,
      ...askedAmount(flow.outbound),
    });
  }

  /** Waits until the payee can be looked up and a provider has rates. */
  private async quoted(
    payee: () => Promise<AskedPayee>,
    account: string,
    bank = 'KHMEKONG',
    priced: object = { sourceCurrency: 'KHR' },
  ): Promise<QuotedPayment> {
    const client = this.as(bank);
    const lookup = await this.until('a lookup', async () => {
      const answer = await client.post<{ lookupId: string }>('/v1/lookups', await payee());
      return answer.ok ? answer.body : undefined;
    });
    const quote = await this.until('a quote', async () => {
      const body = { lookupId: lookup.lookupId, ...priced };
      const answer = await client.post<{ quoteId: string; source: Money; target: Money }>('/v1/quotes', body);
      return answer.ok ? answer.body : undefined;
    });
    const debtor = { name: 'Sok Dara', account };
    return {
      body: { lookupId: lookup.lookupId, quoteId: quote.quoteId, debtor },
      source: quote.source,
      target: quote.target,
    };
  }

  pay(
    prepared: QuotedPayment,
    options: { bank?: string; wait?: number; key?: string } = {},
  ): Promise<ApiAnswer<InstallationPayment>> {
    const { bank = 'KHMEKONG', wait = 20, key = newIdempotencyKey() } = options;
    return this.as(bank).post<InstallationPayment>('/v1/payments', prepared.body, {
      'idempotency-key': key,
      ...(wait === 0 ? {} : { prefer: `wait=${wait}` }),
    });
  }

  /** Asks the tables of a service: for what no call does, such as a message that nobody can handle. */
  async query(service: string, text: string, parameters: readonly unknown[] = []): Promise<unknown[]> {
    const client = new Client({ connectionString: this.running.databaseUrl(service) });
    await client.connect();
    try {
      await client.query(`SET search_path TO "${service}"`);
      return (await client.query(text, [...parameters])).rows as unknown[];
    } finally {
      await client.end();
    }
  }

  /** Waits until a payment has ended. */
  ended(paymentId: string, bank = 'KHMEKONG'): Promise<InstallationPayment> {
    return this.until(`payment ${paymentId} to end`, async () => {
      const { ok, body } = await this.as(bank).get<InstallationPayment>(`/v1/payments/${paymentId}`);
      return ok && body.state !== 'processing' ? body : undefined;
    });
  }

  /** The switch's own word that every invariant holds, here and between services. */
  async violations(): Promise<string[]> {
    const { ok, status, body } = await this.as('OPERATOR').get<unknown>('/v1/ops/audit');
    if (!ok) return [`the audit answered ${status}: ${JSON.stringify(body)}`];
    return findViolations(body);
  }

  /** Waits until the switch finds its books sound: what is on its way between two services when it is asked is no violation. */
  async sound(): Promise<void> {
    await this.until('the audit to be clean', async () => {
      const found = await this.violations();
      return found.length === 0 ? true : Promise.reject(new Error(found.join('\n')));
    });
  }

  until<T>(what: string, look: () => Promise<T | undefined>): Promise<T> {
    return until(what, look, WAIT_MS_MAX);
  }
}

/** Every finding that is not ok, wherever it stands in the report. */
function findViolations(node: unknown): string[] {
  if (Array.isArray(node)) return node.flatMap(findViolations);
  if (node === null || typeof node !== 'object') return [];
  const { ok, invariant, violations } = node as { ok?: unknown; invariant?: unknown; violations?: unknown };
  const own =
    ok === false && invariant !== undefined ? [`${String(invariant)}: ${JSON.stringify(violations)}`] : [];
  return [...own, ...Object.values(node).flatMap(findViolations)];
}
