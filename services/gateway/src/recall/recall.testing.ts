import type { RecallView } from '@tonle/contracts';
import type { Clock, Random } from '@tonle/platform';

/** A recall by the network of Thailand, as routing shows it. */
export function recallOf(
  { clock, random }: { readonly clock: Clock; readonly random: Random },
  more: Partial<RecallView> = {},
): RecallView {
  const at = new Date(clock.now()).toISOString();
  return {
    recallId: random.id(clock.now()),
    paymentId: random.id(clock.now()),
    ...{ asker: 'THSWITCH', answerer: 'KHMEKONG', messageId: 'TH-R', caseId: 'CASE-1' },
    ...{
      reason: 'duplicate',
      isoReason: 'DUPL',
      uetr: random.uuid(),
      corridor: 'KH-TH',
      direction: 'inbound',
    },
    ...{ originalMessageId: 'TH-1', originalEndToEndId: 'E2E', byPeople: false, state: 'RECEIVED' },
    amount: { currency: 'KHR', minor: '4100000' },
    ...{ receivedAt: at, deadline: at, refunds: [] },
    history: [
      { at, event: 'received', by: 'THSWITCH' },
      { at, event: 'pending', by: 'adapter-thailand' },
    ],
    ...more,
  };
}
