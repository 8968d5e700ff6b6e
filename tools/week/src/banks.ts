import { isZero } from './default.js';
import type { Desk } from './desk.js';
import { windowOf, type InstructedLine, type WeekWindow, type WeekWindowDetail } from './windows.js';

/** What a bank has not done as it was told; `unfunded`: what had to come in first has not. */
export interface Owing {
  readonly kind: 'short' | 'late' | 'unfunded';
  readonly windowId: string;
  readonly bank: string;
  readonly line: InstructedLine;
}

/** The banks do what is due; what they tell is taken, and of those with nothing to do the statements. */
export async function fetchBanks(desk: Desk): Promise<void> {
  const { accounts } = await desk.get<{ accounts: readonly { bank: string; currency: string }[] }>(
    '/v1/ops/banks',
  );
  for (const { bank, currency } of accounts) await fetchBank(desk, bank, currency);
}

async function fetchBank(desk: Desk, bank: string, currency: string): Promise<void> {
  await desk.control(`/control/${bank}/pay`, {});
  await desk.until(`${bank} to be asked`, () =>
    desk.post(`/v1/ops/banks/${bank}/fetch`, { currency, reason: 'the day' }),
  );
}

/** Waits until each of these windows is settled, or as far as its bank has got; what is owed then. */
export async function pursue(desk: Desk, due: readonly WeekWindow[]): Promise<readonly Owing[]> {
  const owing: Owing[] = [];
  for (const { windowId, currency } of due)
    owing.push(
      ...(await desk.until(`${windowId} to be settled as far as its bank has got`, async () => {
        const { state, instructions } = await windowOf(desk, windowId);
        if (state === 'SETTLED') return [];
        const newest = instructions.at(-1);
        if (newest?.state !== 'ACKNOWLEDGED') return undefined;
        await fetchBank(desk, newest.bank, currency);
        return owedIn(desk, await windowOf(desk, windowId));
      })),
    );
  return owing;
}

/** Undefined: something is still under way. */
async function owedIn(
  desk: Desk,
  { windowId, instructions }: WeekWindowDetail,
): Promise<Owing[] | undefined> {
  const { bank, messageId, lines } = instructions.at(-1)!;
  const told = await desk.told(`/control/${bank}/instructions/${messageId}`);
  const [order] = (JSON.parse(told) as { instructions: BankOrder[] }).instructions;
  if (order === undefined) return undefined;
  const owing: Owing[] = [];
  for (const line of lines.filter(({ amount, covered }) => covered.amount !== amount.amount)) {
    const index = line.lineNo - 1;
    const isPaid = order.paid.includes(index);
    // Its line has not come yet.
    if (isPaid && isZero(line.covered.amount)) return undefined;
    const unpaid = order.postponed[index] === undefined ? 'unfunded' : 'late';
    owing.push({ kind: isPaid ? 'short' : unpaid, windowId, bank, line });
  }
  return owing.length === 0 ? undefined : owing;
}

/** What the bank has of an instruction, by the place of each transfer in it. */
interface BankOrder {
  readonly paid: readonly number[];
  /** Until which day. */
  readonly postponed: Readonly<Record<number, string>>;
}

/** Somebody pays at the bank's counter what was paid short, under the same reference. */
export async function payTheRest(desk: Desk, { bank, line }: Owing, rest: string): Promise<void> {
  const { participant, direction, amount, endToEndId } = line;
  await desk.control(`/control/${bank}/${direction === 'pay_in' ? 'deposit' : 'withdraw'}`, {
    participant,
    amount: { currency: amount.currency, amount: rest },
    reference: endToEndId,
  });
}
