import { Migration } from '@tonle/persistence';
import type { QueryRunner } from 'typeorm';

interface OldSide {
  readonly adapter: string;
  readonly network: string;
  readonly country: string;
  readonly currencies: readonly string[];
  readonly settlementMode: string;
  readonly rail?: string;
  readonly calendar: string;
}

interface Row {
  readonly id: string;
  readonly version: number;
  readonly body: Record<string, unknown>;
}

const BY = 'upgrade';
const REASON = 'networks are entries of their own';

// What the code knew of the networks that existed, before it was data.
const KNOWN: Readonly<Record<string, { schemes: string[]; accounts: { kinds: string[]; default: string } }>> =
  {
    'adapter-bakong': { schemes: ['KHQR'], accounts: { kinds: ['bakong'], default: 'bakong' } },
    'adapter-thailand': {
      schemes: ['THAI_CREDIT_TRANSFER', 'THAI_BILL_PAYMENT', 'THAI_PAYMENT_INNOVATION'],
      accounts: { kinds: ['MBNO', 'BIID', 'NIDN', 'EWLT', 'bank_account'], default: 'bank_account' },
    },
  };
const UNKNOWN = { schemes: [], accounts: { kinds: ['bank_account'], default: 'bank_account' } };

/**
 * Corridors held their two sides; now they name networks. Each side becomes a network, each corridor and each bank
 * that a corridor served gets its next version. Earlier versions stay as they were.
 */
export class Networks1764000300000 extends Migration {
  async up(runner: QueryRunner): Promise<void> {
    const corridors = (await newest(runner, 'corridor')).filter(({ body }) => isOld(body['home']));
    const participants = await newest(runner, 'participant');
    const nameOf = (id: string) => participants.find((each) => each.id === id)?.body['name'] ?? id;
    const networks = new Map<string, Record<string, unknown>>();
    const homeOf = new Map<string, string>();
    for (const { body } of corridors) {
      const [home, partner] = [body['home'] as OldSide, body['partner'] as OldSide];
      for (const [side, of] of [
        ['home', home],
        ['partner', partner],
      ] as const)
        networks.set(networkId(of), networkOf(side, of, nameOf(of.network), networks.get(networkId(of))));
      homeOf.set(home.country, networkId(home));
    }
    for (const [id, body] of networks) await append(runner, 'network', { id, version: 1, body });
    for (const { id, version, body } of corridors) {
      const [home, partner] = [body['home'] as OldSide, body['partner'] as OldSide];
      const next = { ...body, home: networkId(home), partner: networkId(partner) };
      await append(runner, 'corridor', { id, version: version + 1, body: next });
    }
    for (const { id, version, body } of participants) {
      const home = homeOf.get(body['country'] as string);
      if (body['kind'] !== 'bank' || home === undefined) continue;
      await append(runner, 'participant', { id, version: version + 1, body: { ...body, memberOf: [home] } });
    }
  }
}

const isOld = (side: unknown): boolean => typeof side === 'object' && side !== null;

const networkId = ({ adapter }: OldSide): string => adapter.replace(/^adapter-/, '');

function networkOf(
  side: 'home' | 'partner',
  of: OldSide,
  name: unknown,
  known: Record<string, unknown> | undefined,
): Record<string, unknown> {
  const { adapter, network, country, currencies, settlementMode, rail, calendar } = of;
  const { schemes, accounts } = KNOWN[adapter] ?? UNKNOWN;
  const before = (known?.['currencies'] as string[] | undefined) ?? [];
  return {
    networkId: networkId(of),
    name,
    side,
    participant: network,
    adapter,
    countries: [country],
    schemes,
    accounts,
    strongKey: side === 'home' ? 'partnerRef' : 'uetr',
    settlementMode,
    ...(rail !== undefined && { rail }),
    currencies: [...before, ...currencies.filter((each) => !before.includes(each))],
    calendar,
    state: 'active',
  };
}

function newest(runner: QueryRunner, kind: string): Promise<Row[]> {
  return runner.query(
    'SELECT DISTINCT ON (id) id, version, body FROM directory_entry WHERE kind = $1 ORDER BY id, version DESC',
    [kind],
  ) as Promise<Row[]>;
}

async function append(runner: QueryRunner, kind: string, { id, version, body }: Row): Promise<void> {
  await runner.query(
    `INSERT INTO directory_entry (kind, id, version, body, source, changed_at, changed_by, change_reason)
     VALUES ($1, $2, $3, $4, 'upgrade', now(), $5, $6)`,
    [kind, id, version, JSON.stringify(body), BY, REASON],
  );
}
