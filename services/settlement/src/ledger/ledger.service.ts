import { refused, refusedField, type ledgerCalls, type Refusal } from '@tonle/contracts';
import { CHART, type AccountKind } from '@tonle/ledger';
import type { Database } from '@tonle/persistence';
import type { z } from 'zod';
import type { AccountRow, BalanceStore, LinePlace, StatementRow } from './balance.store.js';
import { dayOf, endOf, startOf, type CheckpointStore } from './checkpoint.store.js';
import type { CopyState, LedgerCopyStore } from './ledger-copy.store.js';
import * as view from './ledger.view.js';

type Asks<Name extends keyof typeof ledgerCalls> = z.infer<(typeof ledgerCalls)[Name]['request']>;
type Answers<Name extends keyof typeof ledgerCalls> = z.infer<(typeof ledgerCalls)[Name]['response']>;

interface KnownSpan {
  readonly kind: 'span';
  readonly fromMs: number | undefined;
  readonly untilMs: number;
  readonly state: CopyState;
}

const iso = (ms: number) => new Date(ms).toISOString();

/** Answers finance from the copy of the ledger: any past instant, up to where the copy has come. */
export class LedgerService {
  constructor(
    private readonly database: Database,
    private readonly copies: LedgerCopyStore,
    private readonly checkpoints: CheckpointStore,
    private readonly balanceStore: BalanceStore,
  ) {}

  async accounts(filter: Asks<'accounts'>): Promise<Answers<'accounts'>> {
    const all = await this.balanceStore.accounts(this.database);
    const meant = all.filter((account) => view.isMeant(filter, account));
    return {
      accounts: meant.map((account) => ({
        ...view.showAccount(account),
        meaning: CHART[account.kind as AccountKind].meaning,
      })),
    };
  }

  async balances({ from, until, ...filter }: Asks<'balances'>): Promise<Answers<'balances'>> {
    const span = await this.spanOf(from, until);
    if (span.kind === 'refused') return span;
    const { fromMs, untilMs, state } = span;
    const before = fromMs === undefined ? [] : await this.turnovers(fromMs, state);
    const after = await this.turnovers(untilMs, state);
    const meant = after.filter((account) => view.isMeant(filter, account));
    const accounts = view.showBalances(before, meant);
    return {
      kind: 'balances',
      ...(fromMs === undefined ? {} : { from: iso(fromMs) }),
      until: iso(untilMs),
      isProven: untilMs <= (state.provenMs ?? -Infinity),
      accounts,
      totals: view.totalsOf(accounts),
    };
  }

  /** A page reads only days on which the account moved. */
  async statement(asked: Asks<'statement'>): Promise<Answers<'statement'>> {
    const span = await this.spanOf(asked.from, asked.until);
    if (span.kind === 'refused') return span;
    const account = await this.balanceStore.account(this.database, asked.account);
    if (account === undefined) return refused('not_found', `Nothing was ever posted to ${asked.account}.`);
    const place = asked.after === undefined ? undefined : view.readCursor(asked.after);
    if (asked.after !== undefined && place === undefined)
      return refusedField('schema_invalid', '/cursor', 'Not one of ours; use the `next` of the page before.');
    const { untilMs, state } = span;
    const fromMs = span.fromMs!;
    const rows = await this.linesOf(account, { fromMs, untilMs, state }, place, asked.pageMax + 1);
    const page = rows.slice(0, asked.pageMax);
    const opening = await this.balanceAt(account, fromMs, state);
    const before = place === undefined ? opening : await this.balanceAfter(account, place, state);
    return {
      kind: 'statement',
      account: account.code,
      currency: account.currency,
      from: iso(fromMs),
      until: iso(untilMs),
      openingMinor: opening.toString(),
      closingMinor: (await this.balanceAt(account, untilMs, state)).toString(),
      entries: view.showLines(account.code, before, page),
      ...(rows.length > page.length ? { next: view.cursorOf(page.at(-1)!) } : {}),
    };
  }

  async copy(): Promise<Answers<'copy'>> {
    const { copiedMs, provenMs, checkpointedDay } = await this.copies.state(this.database);
    return {
      ...(copiedMs === undefined ? {} : { copiedUpTo: iso(copiedMs) }),
      ...(provenMs === undefined ? {} : { provenUpTo: iso(provenMs) }),
      ...(checkpointedDay === undefined ? {} : { checkpointedDay }),
      differences: await this.copies.differences(this.database),
    };
  }

  /** Up to where the copy goes unless an end is asked for; an end beyond it is refused. */
  private async spanOf(from: string | undefined, until: string | undefined): Promise<KnownSpan | Refusal> {
    const state = await this.copies.state(this.database);
    const { copiedMs } = state;
    if (copiedMs === undefined) return refused('ledger_not_known_yet', 'Nothing has been copied yet.');
    const untilMs = until === undefined ? copiedMs : Date.parse(until);
    if (untilMs > copiedMs)
      return refused('ledger_not_known_yet', `The ledger is known up to ${iso(copiedMs)}.`);
    const fromMs = from === undefined ? undefined : Date.parse(from);
    if (fromMs !== undefined && fromMs > untilMs)
      return until === undefined
        ? refused('ledger_not_known_yet', `The ledger is known up to ${iso(copiedMs)}.`)
        : refusedField('schema_invalid', '/from', 'Must not be after `until`.');
    return { kind: 'span', fromMs, untilMs, state };
  }

  private turnovers(atMs: number, { checkpointedDay }: CopyState, code?: string) {
    return this.balanceStore.turnovers(this.database, atMs, checkpointedDay, code);
  }

  private async balanceAt({ code }: AccountRow, atMs: number, state: CopyState): Promise<bigint> {
    const [turnover] = await this.turnovers(atMs, state, code);
    return turnover!.debits - turnover!.credits;
  }

  private async balanceAfter(account: AccountRow, place: LinePlace, state: CopyState): Promise<bigint> {
    const before = await this.balanceAt(account, Date.parse(place.at), state);
    return before + (await this.balanceStore.movedUpTo(this.database, account.accountId, place));
  }

  private async linesOf(
    account: AccountRow,
    span: { readonly fromMs: number; readonly untilMs: number; readonly state: CopyState },
    place: LinePlace | undefined,
    max: number,
  ): Promise<StatementRow[]> {
    const fromMs = Math.max(span.fromMs, place === undefined ? -Infinity : Date.parse(place.at));
    const rows: StatementRow[] = [];
    for (const part of await this.partsOf(account, { ...span, fromMs })) {
      const left = max - rows.length;
      if (left === 0) break;
      rows.push(...(await this.balanceStore.lines(this.database, account.accountId, part, place, left)));
    }
    return rows;
  }

  /** The days on which the account moved, and in one part those that are not summed up yet. */
  private async partsOf(
    { accountId }: AccountRow,
    span: { readonly fromMs: number; readonly untilMs: number; readonly state: CopyState },
  ): Promise<{ fromMs: number; untilMs: number }[]> {
    const { fromMs, untilMs } = span;
    const { checkpointedDay } = span.state;
    if (checkpointedDay === undefined) return [{ fromMs, untilMs }];
    const days = await this.checkpoints.daysMoved(this.database, accountId, dayOf(fromMs), checkpointedDay);
    return [
      ...days.map((day) => ({
        fromMs: Math.max(fromMs, startOf(day)),
        untilMs: Math.min(untilMs, endOf(day)),
      })),
      { fromMs: Math.max(fromMs, endOf(checkpointedDay)), untilMs },
    ].filter((part) => part.fromMs < part.untilMs);
  }
}
