import type { Desk } from './desk.js';

export interface ShownMoney {
  readonly currency: string;
  readonly amount: string;
}

export interface WeekWindow {
  readonly windowId: string;
  readonly partner: string;
  readonly day: string;
  readonly state: string;
  readonly settlementMode: string;
  readonly payments: number;
  readonly currency: string;
  readonly nets: readonly { readonly participant: string; readonly net: ShownMoney }[];
  readonly participantsRemoved: readonly string[];
  readonly valueDate?: string;
  readonly settledAt?: string;
  readonly finalisedAt?: string;
  readonly waitsFor?: string;
}

export interface InstructedLine {
  readonly lineNo: number;
  readonly participant: string;
  readonly direction: 'pay_in' | 'pay_out';
  readonly amount: ShownMoney;
  readonly covered: ShownMoney;
  readonly endToEndId: string;
}

export interface WeekWindowDetail extends WeekWindow {
  readonly leftOut: readonly {
    readonly removed: string;
    readonly counterparty: string;
    readonly net: ShownMoney;
  }[];
  readonly instructions: readonly {
    readonly bank: string;
    readonly messageId: string;
    readonly state: string;
    readonly lines: readonly InstructedLine[];
  }[];
}

export async function windowsOf(desk: Desk, day: string): Promise<readonly WeekWindow[]> {
  return (await desk.get<{ windows: WeekWindow[] }>(`/v1/ops/windows?day=${day}`)).windows;
}

export function windowOf(desk: Desk, windowId: string): Promise<WeekWindowDetail> {
  return desk.get<WeekWindowDetail>(`/v1/ops/windows/${windowId}`);
}

/** Waits until every window of a day is netted or further. */
export async function netted(desk: Desk, day: string): Promise<readonly WeekWindow[]> {
  await desk.job('close-windows', {});
  return desk.until(`windows of ${day} to be netted`, async () => {
    const windows = await windowsOf(desk, day);
    const early = windows.some(({ state }) => ['OPEN', 'DRAINING', 'CLOSED'].includes(state));
    return windows.length > 0 && !early ? windows : undefined;
  });
}

/** Two people or more pay what is netted; what is empty or gross goes by itself. */
export async function approveWindows(desk: Desk, windows: readonly WeekWindow[]): Promise<string[]> {
  const paid: string[] = [];
  for (const { windowId, settlementMode, state, payments } of windows) {
    if (settlementMode !== 'DEFERRED_NET' || state !== 'NETTED' || payments === 0) continue;
    const { approvalId } = await desk.post<{ approvalId: string }>(`/v1/ops/windows/${windowId}/approval`, {
      reason: 'the nets of the day',
    });
    await desk.approve(approvalId);
    paid.push(windowId);
  }
  return paid;
}
