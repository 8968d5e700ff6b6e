import { adapterCalls, fxCalls, uuidV4, uuidV7, type PaymentCodeAnswer } from '@tonle/contracts';
import { clock, type AdapterWorld } from './adapter-world.js';

// What payments that are drawn on our payers' codes need around an adapter: a price, and codes.

const RIEL_A_DOLLAR = 4_000n;
const QUOTE_MS = 600_000;
const randomBytes = (size: number): Uint8Array => crypto.getRandomValues(new Uint8Array(size));

/** 4,000 riel a dollar, the dollars fixed: of a drawing what is paid, of a refund what is given back. */
export function servePriceOfDrawings(world: AdapterWorld): void {
  world.calls.serve(fxCalls.quote, ({ items }) =>
    Promise.resolve({
      items: items.map(({ amount, participant, corridor, fixed }) => {
        const at = (ms: number) => new Date(clock.now() + ms).toISOString();
        const riel = { currency: 'KHR', minor: (BigInt(amount.minor) * RIEL_A_DOLLAR).toString() };
        const [source, target] = fixed === 'target' ? [riel, amount] : [amount, riel];
        const quote = {
          ...{
            quoteId: uuidV4(randomBytes),
            corridor,
            provider: 'FXNAGA',
            participant,
            source,
            target,
            fixed,
          },
          ...{ rate: '0.00025', baseRate: '0.00025', rateVersion: 1, fees: [], improvementBasisPoints: 0 },
          ...{ issuedAt: at(0), expiresAt: at(QUOTE_MS) },
        };
        return { kind: 'quoted' as const, quote, candidates: [] };
      }),
    }),
  );
}

/** Asks for a code of a payer of Mekong Bank, who agrees to this many riel. */
export async function issueCode(
  world: AdapterWorld,
  service: string,
  corridor: string,
  mostRiel = '200000',
): Promise<PaymentCodeAnswer> {
  const { answer } = await world.calls.call(adapterCalls(service).paymentCode, {
    codeId: uuidV7(clock.now(), randomBytes),
    participant: 'KHMEKONG',
    corridor,
    debtor: { name: 'Sok Dara', account: 'u0000001@mekong', accountType: 'bakong' },
    most: { currency: 'KHR', minor: `${mostRiel}00` },
  });
  return answer;
}

/** The text that the payer shows. */
export async function codeOf(...asked: Parameters<typeof issueCode>): Promise<string> {
  const answer = await issueCode(...asked);
  if (answer.kind === 'refused') throw new Error(answer.reason);
  return answer.code;
}
