import type { ServiceCalls } from '@tonle/messaging';
import { fxCalls, routingCalls, type Quote } from '@tonle/contracts';
import type { Database } from '@tonle/persistence';
import type { HoldStore } from '../screening/hold.store.js';
import type { OperatorStore } from '../operator/operator.store.js';
import type { PaymentCommit } from './payment.commit.js';
import { paymentEventOf, paymentViewOf } from './payment.messages.js';
import type { PaymentMetrics } from './payment.metrics.js';
import type { PaymentStore } from './payment.store.js';

const FIRST_ID = '00000000-0000-0000-0000-000000000000';

export interface PaymentCallParts {
  readonly calls: ServiceCalls;
  readonly database: Database;
  readonly commit: PaymentCommit;
  readonly payments: PaymentStore;
  readonly holds: HoldStore;
  readonly operators: OperatorStore;
  readonly metrics: PaymentMetrics;
}

/** What other services ask about payments. */
export function servePayments(parts: PaymentCallParts): void {
  const { calls, database, payments, holds } = parts;
  calls.serve(routingCalls.payments, async ({ paymentIds }) => ({
    payments: (await payments.byIds(database, paymentIds)).map(paymentViewOf),
  }));
  calls.serve(routingCalls.completed, async ({ windowId, after, pageMax }) => ({
    events: (await payments.ofWindow(database, windowId, after ?? FIRST_ID, pageMax)).map(paymentEventOf),
  }));
  calls.serve(routingCalls.holds, async () => ({ holds: await holds.open(database) }));
  calls.serve(routingCalls.decideHold, (request) => decideHold(parts, request));
}

interface HoldDecision {
  readonly paymentId: string;
  readonly decision: 'clear' | 'confirm';
  readonly operator: string;
  readonly reason: string;
}

async function decideHold(parts: PaymentCallParts, { paymentId, decision, operator, reason }: HoldDecision) {
  const { payments, database, commit, operators } = parts;
  const [seen] = await payments.byIds(database, [paymentId]);
  if (seen === undefined) return { kind: 'refused' as const, reason: 'not_found' as const };
  const quote = decision === 'clear' ? await quoteOf(parts.calls, seen.instruction.quoteId) : undefined;
  let done = false;
  const batch = await commit.run(
    (transaction) => payments.lock(transaction, [paymentId]),
    {
      also: async (transaction, nowMs) => {
        if (!done) return;
        await operators.record(transaction, {
          operator,
          reason,
          action: `hold.${decision}`,
          subject: paymentId,
          atMs: nowMs,
        });
      },
    },
    (made) => {
      done = made.decideHold(paymentId, decision, quote);
      return made;
    },
  );
  parts.metrics.committed(batch, 0);
  return done ? { kind: 'done' as const } : { kind: 'refused' as const, reason: 'not_on_hold' as const };
}

async function quoteOf(calls: ServiceCalls, quoteId: string): Promise<Quote | undefined> {
  const { quotes } = await calls.call(fxCalls.quotesById, { quoteIds: [quoteId] });
  return quotes[0];
}
