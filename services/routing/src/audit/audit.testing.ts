import type { AuditReport } from '@tonle/contracts';
import { feed, makeSubmit, openWorld, resultOf, type World } from '../payment/payment.testing.js';
import { AuditStore } from './audit.store.js';

/** Sound books, with a payment at each place that the checks tell apart. Tests break them by hand. */
export class AuditWorld {
  private constructor(
    readonly world: World,
    /** Payments by what became of them. */
    readonly ids: Readonly<Record<string, string>>,
  ) {}

  static async open(name: string): Promise<AuditWorld> {
    const world = await openWorld(name);
    const [a, b, c, d] = [makeSubmit(world), makeSubmit(world), makeSubmit(world), makeSubmit(world)];
    const e = makeSubmit(world, { quote: null, submit: { quoteId: a.quoteId } });
    const result = (
      submit: typeof a,
      ...of: [leg: 'debit' | 'credit' | 'reversal', 'accepted' | 'rejected']
    ) => resultOf(world, submit.paymentId, ...of);
    await feed(world, a, b, c, d, e, result(a, 'debit', 'accepted'), result(a, 'credit', 'accepted'));
    await feed(world, result(b, 'debit', 'accepted'));
    await feed(world, result(c, 'debit', 'accepted'), result(c, 'credit', 'rejected'));
    await feed(world, result(c, 'reversal', 'accepted'));
    return new AuditWorld(world, {
      completed: a.paymentId,
      open: b.paymentId,
      rejected: c.paymentId,
      sent: d.paymentId,
      refused: e.paymentId,
    });
  }

  close(): Promise<void> {
    return this.world.close();
  }

  /** `{completed}` and the like become ids. */
  filled(text: string): string {
    return text.replace(/\{([a-z]+)\}/g, (braces, name: string) => this.ids[name] ?? braces);
  }

  /** Runs statements, asks the auditor in the same transaction, and rolls back. */
  reportAfter(...statements: string[]): Promise<AuditReport> {
    return this.world.test.undone(async (transaction) => {
      for (const statement of statements) await transaction.query(this.filled(statement));
      const inside = {
        transaction: (work: (t: typeof transaction) => Promise<unknown>) => work(transaction),
      };
      return new AuditStore(inside as never).report('routing', 0);
    });
  }

  /** What is broken then, by invariant. */
  async brokenBy(...statements: string[]): Promise<Record<string, readonly string[]>> {
    const { findings } = await this.reportAfter(...statements);
    return Object.fromEntries(
      findings.filter(({ ok }) => !ok).map(({ invariant, violations }) => [invariant, violations]),
    );
  }
}

/** An arm of a check: the invariant, part of what a violation says, and what breaks it. */
export type Arm = readonly [invariant: string, text: string, ...statements: string[]];

/** Sound, though it looks otherwise: the invariant, why, and what changes. */
export type Sound = readonly [invariant: string, why: string, ...statements: string[]];

export const set = (payment: string, change: string) =>
  `UPDATE payment SET ${change} WHERE id = '{${payment}}'`;
export const without = (payment: string, ...kinds: string[]) =>
  `DELETE FROM transfer WHERE chain_id = '{${payment}}' AND kind IN ('${kinds.join(`', '`)}')`;
export const account = (code: string, change: string) =>
  `UPDATE account SET ${change} WHERE code = '${code}'`;
export const happened = (payment: string, event: string) =>
  set(payment, `history = history || '{"event":"${event}"}'`);
export const NO_LINES = `line_kinds = '{}', line_debits = '{}', line_credits = '{}', line_minors = '{}'`;
/** Two people's decision that the credit leg was paid, or what one of them proposes. */
export const proposal = (payment: string, state: 'executed' | 'pending', leg = 'credit') =>
  `INSERT INTO approval_request (approval_id, kind, target, target_version, payload, warnings, reason, operator, participant,
     policy_version, approvals_required, state, proposed_at, expires_at, ended_at)
   VALUES ('{${payment}}', 'payment.review', '{${payment}}', 'credit:1', '{"leg":"${leg}","decision":"paid"}', '[]', 'r', 'a-1', 'a',
     1, 1, '${state}', now(), now(), CASE '${state}' WHEN 'executed' THEN now() END)`;

/** A completed payment becomes one whose partner holds the money. */
export const BLOCKED = set(
  'completed',
  `state = 'BLOCKED', history = jsonb_set(history, '{-1,to}', '"BLOCKED"')`,
);
