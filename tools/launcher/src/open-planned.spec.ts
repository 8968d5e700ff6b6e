import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { ApiAnswer } from '@tonle/tool-tonle';
import { openPlanned } from './open-planned.js';

const CORRIDOR = {
  home: 'bakong',
  requiredPurposes: { outbound: [], inbound: [] },
  limits: { perPayment: {}, perDebtorDay: {} },
  schemeFee: { outbound: {}, inbound: {} },
  open: { outbound: false, inbound: false },
  timers: {
    paymentMs: 60_000,
    payerLegMs: 10_000,
    beneficiaryLegMs: 20_000,
    creditGuardMs: 5_000,
    screeningHoldMs: 3_600_000,
    notFoundFinalAfterMs: 60_000,
    enquiryMs: [4_000],
    reviewAfterMs: 1_800_000,
    quoteMs: 600_000,
  },
};
const corridor = (id: string, more: object) => ({
  kind: 'corridor',
  id,
  version: 1,
  body: { ...CORRIDOR, corridorId: id, partner: id, ...more },
});

let home: string;
beforeAll(() => {
  home = mkdtempSync(join(tmpdir(), 'tonle-planned-'));
  const planned = { status: 'planned', note: 'Nothing is signed yet.' };
  const entries = [
    { kind: 'participant', id: 'BANK', version: 1, body: {} },
    corridor('KH-TH', {}),
    corridor('KH-SB', planned),
    { ...corridor('KH-XX', planned), ended: true },
    corridor('KH-FJ', planned),
  ];
  writeFileSync(join(home, 'directory.json'), JSON.stringify({ entries }));
});
afterAll(() => rmSync(home, { recursive: true }));

interface Opening {
  readonly direction: 'outbound' | 'inbound';
  readonly open: boolean;
  readonly reason: string;
}

/** A gateway that opens what another approves, and lists it only when it is asked again; it refuses as often as it is told to. */
class Operator {
  readonly asked: string[] = [];
  readonly open: Record<string, { outbound: boolean; inbound: boolean }> = {};
  private shown = JSON.stringify({ corridors: [] });
  private readonly proposed = new Map<string, () => void>();
  constructor(
    private readonly refusal = 200,
    private refusals = Infinity,
  ) {}

  post<T>(path: string, body: unknown): Promise<ApiAnswer<T>> {
    if (this.refusal !== 200 && this.refusals-- > 0)
      return Promise.resolve(answer<T>(this.refusal, { code: 'corridor_unknown' }));
    const { direction, open } = body as Opening;
    this.asked.push(`${path} ${direction} ${open}`);
    const id = path.split('/').at(-1)!;
    const approvalId = `routing.${this.asked.length}`;
    this.proposed.set(`/v1/ops/approvals/${approvalId}/decision`, () => {
      this.open[id] = { outbound: false, inbound: false, ...this.open[id], [direction]: open };
    });
    return Promise.resolve(answer<T>(200, { done: false, approvalId }));
  }

  readonly checker = {
    post: <T>(path: string, body: unknown): Promise<ApiAnswer<T>> => {
      if ((body as { verdict: string }).verdict === 'approve') this.proposed.get(path)!();
      return Promise.resolve(answer<T>(200, {}));
    },
  };

  two() {
    return { maker: this, checker: this.checker };
  }

  get<T>(): Promise<ApiAnswer<T>> {
    const before = this.shown;
    const corridors = Object.entries(this.open).map(([id, open]) => ({
      corridor: id,
      open,
      closedBecause: {},
    }));
    this.shown = JSON.stringify({ corridors });
    return Promise.resolve(answer<T>(200, JSON.parse(before)));
  }
}

const answer = <T>(status: number, body: unknown): ApiAnswer<T> => ({
  status,
  ok: status < 300,
  headers: new Headers(),
  body: body as T,
});

it('opens what is planned both ways, and waits until the gateway has heard of it', async () => {
  const operator = new Operator();
  expect(await openPlanned({ home }, operator.two())).toEqual(['KH-SB', 'KH-FJ']);
  expect(operator.asked).toEqual([
    '/v1/ops/corridors/KH-SB outbound true',
    '/v1/ops/corridors/KH-SB inbound true',
    '/v1/ops/corridors/KH-FJ outbound true',
    '/v1/ops/corridors/KH-FJ inbound true',
  ]);
  expect((await operator.get<{ corridors: unknown[] }>()).body.corridors).toHaveLength(2);
});

it('waits for those that the gateway asks', async () => {
  expect(await openPlanned({ home }, new Operator(503, 2).two())).toEqual(['KH-SB', 'KH-FJ']);
});

it('says what it could not open', async () => {
  await expect(openPlanned({ home }, new Operator(404).two())).rejects.toThrow(
    /^opening of corridor KH-SB for outbound payments was refused \(404\): .*corridor_unknown/,
  );
});
