import { systemRandomBytes } from '../kit/clock.js';
import type { Kit, SimulatedNetwork } from '../kit/network.js';
import { SignedWire } from '../kit/signed-wire.js';
import { mutualTls } from '../networks/iso20022/network.js';
import { BankBooks } from './bank-books.js';
import { BankControl } from './bank-control.js';
import { BankDesk } from './bank-desk.js';
import { BankHall } from './bank-entrance.js';
import { BANK_OPERATIONS, BankGateway, type BankParts } from './bank-gateway.js';
import { BankPayments } from './bank-payments.js';
import { BankReporting } from './bank-reporting.js';
import { BankDays, type BankScheme } from './bank-scheme.js';

export interface BanksSettings {
  readonly port: number;
  readonly schemes: readonly BankScheme[];
}

const BODY_BYTES_MAX = 1 << 24;
/** Shown to callers, and asked of them. */
const CERTIFICATE = 'banks';
/** How often a bank looks whether something has become due. */
const LOOK_MS = 500;
/** A bank calls nobody. */
const NOWHERE = 'https://127.0.0.1:9';

/** The settlement banks, on one port. Books that cannot be opened leave none of the others open. */
export async function openBanks({ port, schemes }: BanksSettings, kit: Kit): Promise<SimulatedNetwork[]> {
  const tls = mutualTls(kit.pkiDir, CERTIFICATE);
  const hall = new BankHall({ port, bodyBytesMax: BODY_BYTES_MAX, tls, onError: kit.onError });
  const opened = await Promise.allSettled(schemes.map((scheme) => openBank(scheme, hall, kit)));
  const banks = opened.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []));
  const broken = opened.find((each) => each.status === 'rejected');
  if (broken === undefined) return banks;
  await Promise.all(banks.map((bank) => bank.close()));
  throw broken.reason;
}

async function openBank(scheme: BankScheme, hall: BankHall, kit: Kit): Promise<SimulatedNetwork> {
  const { clock, faults, pause, onError, booksDir, keysDir, pkiDir } = kit;
  const days = new BankDays(scheme);
  const books = await BankBooks.open(`${booksDir}/${scheme.id}.books`, scheme, days.today(clock.now()), {
    onBroken: onError,
  });
  const place = { doorUrl: NOWHERE, pkiDir, certificate: CERTIFICATE };
  const identity = { participant: scheme.id, keysDir, signature: 'http' as const };
  const wire = new SignedWire({ ...place, ...identity }, clock, systemRandomBytes);
  const parts: BankParts = {
    ...{ scheme, books, wire, faults, clock, pause, onError },
    desk: new BankDesk(scheme, books, keysDir),
    payments: new BankPayments(scheme, books, days, faults),
    reporting: new BankReporting(scheme, books, days),
  };
  const gateway = new BankGateway(parts);
  let isClosed = false;
  const payOn = async (): Promise<void> => {
    while (!isClosed) {
      await parts.payments.payDue(clock.now());
      await pause(LOOK_MS);
    }
  };
  return {
    id: scheme.id,
    listener: hall.door(scheme.id, (call) => gateway.answer(call)),
    operations: BANK_OPERATIONS,
    routes: new BankControl(parts, days).routes,
    books: async () => {
      await books.settled();
      return totalsOf(scheme, books);
    },
    resume: async () => {
      await gateway.resume();
      payOn().catch(onError);
    },
    close: async () => {
      isClosed = true;
      await wire.close();
      await books.close();
    },
  };
}

/** Whatever the banks did: what is on accounts is what was there, and what came from elsewhere. */
function totalsOf(scheme: BankScheme, books: BankBooks): object {
  const currencies = Object.entries(scheme.currencies).map(([currency, { accounts }]) => {
    const lines = books.lines(currency);
    const fromElsewhere = lines.reduce(
      (sum, { account, minor }) => (account === undefined ? sum + BigInt(minor) : sum),
      0n,
    );
    const opening = Object.values(accounts).reduce(
      (sum, each) => sum + BigInt(each.opening),
      books.schemeOpening(currency),
    );
    const held = Object.keys(accounts).reduce((sum, each) => sum + books.balance(currency, each)!, 0n);
    const scheme = books.schemeBalance(currency);
    const balanced = held + scheme === opening + fromElsewhere;
    return [currency, { lines: lines.length, schemeMinor: scheme.toString(), balanced }] as const;
  });
  const orders = books.allOrders();
  const done = orders.filter(({ entry, done: paid }) => paid.size === entry.transfers.length).length;
  return { instructions: orders.length, carriedOut: done, ...Object.fromEntries(currencies) };
}
