import { isZero } from './default.js';
import type { Desk } from './desk.js';
import type { ShownMoney } from './windows.js';

/** Where money comes in that nobody can place. */
const AT = { bank: 'THSETTLE', currency: 'THB' } as const;
/** Small enough to be written off, and what its payer gets back. */
const AMOUNTS = { writtenOff: '0.05', sentBack: '12.50' } as const;

interface SuspenseItem {
  readonly itemId: string;
  readonly state: string;
  readonly amount: ShownMoney;
  readonly open: ShownMoney;
  readonly counterparty?: string;
  readonly returnReference?: string;
}

/** Money that nobody could place, and what became of it. */
export interface PlayedSuspense {
  readonly writtenOff: string;
  readonly sentBack: string;
  /** The reference under which the bank sends it back. */
  readonly returnReference: string;
}

/** A bank books two amounts that nothing expects. */
export async function receiveUnplaced(desk: Desk): Promise<void> {
  for (const [what, amount] of Object.entries(AMOUNTS))
    await desk.control(`/control/${AT.bank}/deposit`, {
      amount: { currency: AT.currency, amount },
      counterparty: counterpartyOf(what),
      remittance: 'nobody knows what for',
    });
}

const counterpartyOf = (what: string): string => `PAYER ${what.toUpperCase()}`;

/** Once they are in suspense people write one off and have the bank send the other back. */
export async function cureUnplaced(desk: Desk): Promise<PlayedSuspense> {
  const items = await desk.until('both amounts to be in suspense', async () => {
    await desk.post(`/v1/ops/banks/${AT.bank}/fetch`, { currency: AT.currency, reason: 'what came in' });
    const found = await itemsOf(desk, '');
    const [off, back] = ['writtenOff', 'sentBack'].map((what) =>
      found.find(({ counterparty }) => counterparty === counterpartyOf(what)),
    );
    return off === undefined || back === undefined ? undefined : { off, back };
  });
  const { itemId: writtenOff } = items.off;
  const { itemId: sentBack } = items.back;
  await cure(desk, writtenOff, { action: 'write_off', reason: 'interest of a day, too little to ask about' });
  await cure(desk, sentBack, { action: 'send_back', reason: 'its payer does not say what for' });
  const returning = await desk.until('the reference of what goes back', () => itemAt(desk, sentBack));
  if (returning.returnReference === undefined)
    throw new Error(`${sentBack} is ${returning.state}, and has no reference to go back under`);
  return { writtenOff, sentBack, returnReference: returning.returnReference };
}

/** Where the bank has no instruction for what goes back, somebody has told it: it does so under that reference. */
export async function sendBack(desk: Desk, { sentBack, returnReference }: PlayedSuspense): Promise<void> {
  const told = await desk.told(`/control/${AT.bank}/instructions`);
  if (told.includes(returnReference)) return;
  const item = await itemAt(desk, sentBack);
  if (item?.state !== 'RETURNING') return;
  await desk.control(`/control/${AT.bank}/withdraw`, {
    amount: item.open,
    reference: returnReference,
    counterparty: counterpartyOf('sentBack'),
  });
}

/** What is left of it that should not be, a sentence each. */
export async function leftInSuspense(
  desk: Desk,
  { writtenOff, sentBack }: PlayedSuspense,
): Promise<string[]> {
  const items = await Promise.all([writtenOff, sentBack].map((id) => itemAt(desk, id)));
  return items.flatMap((item) =>
    item === undefined || (item.state === 'CLEARED' && isZero(item.open.amount))
      ? []
      : [
          `${item.itemId} in suspense is ${item.state}, ${item.open.amount} ${item.open.currency} of it is open`,
        ],
  );
}

async function cure(desk: Desk, itemId: string, body: { action: string; reason: string }): Promise<void> {
  const { approvalId } = await desk.post<{ approvalId: string }>(`/v1/ops/suspense/${itemId}/cure`, body);
  await desk.approve(approvalId);
}

async function itemAt(desk: Desk, itemId: string): Promise<SuspenseItem | undefined> {
  const every = [...(await itemsOf(desk, '')), ...(await itemsOf(desk, '&state=CLEARED'))];
  return every.find((item) => item.itemId === itemId);
}

const itemsOf = async (desk: Desk, query: string): Promise<readonly SuspenseItem[]> =>
  (
    await desk.get<{ items: SuspenseItem[] }>(
      `/v1/ops/suspense?bank=${AT.bank}&currency=${AT.currency}${query}`,
    )
  ).items;
