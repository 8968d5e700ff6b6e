import { SPEED_EDGES_MS, type FactBody } from '@tonle/contracts';
import { sidesOf, type Directory } from '@tonle/directory';
import type { PaymentFigure } from './payment-hour.store.js';

type PaymentHour = FactBody<'routing.payment-hour'>;
type Stage = PaymentHour['stages'][number];
type Reject = PaymentHour['rejects'][number];
type Draft = Omit<PaymentHour, 'stages' | 'rejects'> & {
  readonly stages: Map<string, Stage>;
  readonly rejects: Map<string, Reject>;
};

const STAGES = ['debit', 'credit', 'switch', 'total'] as const;
const ENDS: Readonly<Record<string, 'completed' | 'rejected' | 'expired' | 'blocked'>> = {
  COMPLETED: 'completed',
  REJECTED: 'rejected',
  EXPIRED: 'expired',
  BLOCKED: 'blocked',
};
const COUNTS = {
  asked: 'asked',
  answered: 'answered',
  doubtful: 'doubtful',
  silent: 'silentMinutes',
} as const;

/** Figures of the spans of an hour, added up by corridor and direction. */
export function paymentHours(
  directory: Directory,
  hour: string,
  figures: readonly PaymentFigure[],
): { key: string; body: PaymentHour }[] {
  const drafts = new Map<string, Draft>();
  for (const figure of figures) {
    const key = `${figure.corridor}|${figure.direction}`;
    const draft = drafts.get(key) ?? emptyHour(directory, hour, figure);
    drafts.set(key, draft);
    add(draft, figure);
  }
  return [...drafts].map(([key, { stages, rejects, ...counts }]) => ({
    key,
    body: {
      ...counts,
      stages: [...stages.values()],
      rejects: [...rejects].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, reject]) => reject),
    },
  }));
}

function emptyHour(
  directory: Directory,
  hour: string,
  { corridor, direction }: Pick<PaymentFigure, 'corridor' | 'direction'>,
): Draft {
  const known = directory.corridorIncludingEnded(corridor);
  const sides = known && sidesOf(known, direction);
  const partners: Readonly<Record<string, string | undefined>> = {
    debit: sides?.source.participant,
    credit: sides?.target.participant,
  };
  const stages = STAGES.map((stage): [string, Stage] => [
    stage,
    {
      ...{ stage, partner: partners[stage] ?? null },
      ...{ asked: 0, answered: 0, doubtful: 0, silentMinutes: 0 },
      bands: Array.from({ length: SPEED_EDGES_MS.length + 1 }, () => 0),
    },
  ]);
  return {
    ...{ hour, corridor, direction, received: 0, open: 0, completed: 0, rejected: 0, expired: 0, blocked: 0 },
    ...{ unknown: 0, stages: new Map(stages), rejects: new Map() },
  };
}

function add(draft: Draft, figure: PaymentFigure): void {
  const { kind, name, detail, n } = figure;
  const stage = draft.stages.get(name ?? '');
  switch (kind) {
    case 'state':
      draft.received += n;
      draft[ENDS[name!] ?? 'open'] += n;
      return;
    case 'unknown':
      draft.unknown += n;
      return;
    case 'band':
      stage!.bands[Number(detail)]! += n;
      return;
    case 'reject':
      addReject(draft, figure);
      return;
    default:
      stage![COUNTS[kind]] += n;
  }
}

function addReject(
  { stages, rejects }: Draft,
  { name, detail, by, currency, n, minor }: PaymentFigure,
): void {
  const who = stages.get(by!)?.partner ?? by!;
  const key = JSON.stringify([name, detail, who, currency]);
  const before = rejects.get(key);
  rejects.set(key, {
    ...{ reason: name!, isoReason: detail, by: who, currency: currency! },
    count: (before?.count ?? 0) + n,
    minor: (BigInt(before?.minor ?? 0) + BigInt(minor!)).toString(),
  });
}
