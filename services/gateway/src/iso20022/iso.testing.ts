import { readIso, type BusinessHeader, type CustomerPayment, type Status } from '@tonle/iso20022';
import { amount } from '@tonle/money';
import type { HttpAnswer, GatewayWorld } from '../testing/gateway-world.js';

export const MEKONG = { bic: 'MEKOKHPPXXX' };
export const TONLE = { bic: 'TONLKHPPXXX' };

/** A payment of Mekong's with a fresh quote; `count` makes its ids. */
export async function isoPayment(
  world: GatewayWorld,
  count: number,
  more: Partial<CustomerPayment> = {},
): Promise<CustomerPayment> {
  const quote = { targetCurrency: 'THB', amount: { currency: 'THB', amount: '820.00' } };
  const { quoteId } = (await world.post('/v1/quotes', quote)).json;
  const at = new Date(world.platform.clock.now()).toISOString();
  return {
    kind: 'payment',
    messageId: `MSG-${count}`,
    createdAt: at,
    endToEndId: `E2E-${count}`,
    transactionId: `TX-${count}`,
    uetr: `22222222-2222-4222-8222-${count.toString().padStart(12, '0')}`,
    settlementMethod: 'CLRG',
    settlementAmount: amount('KHR', 10_024_000n),
    settlementDate: at.slice(0, 10),
    acceptedAt: at,
    instructedAmount: amount('KHR', 10_024_000n),
    quoteId,
    chargeBearer: 'SHAR',
    instructingAgent: MEKONG,
    instructedAgent: TONLE,
    debtor: { name: 'Sok Dara', address: { country: 'KH', town: 'Phnom Penh' } },
    debtorAccount: { id: 'u0000123@mekong' },
    debtorAgent: MEKONG,
    creditorAgent: { bic: 'BKKBTHBKXXX' },
    creditor: { name: 'Somchai Jaidee' },
    creditorAccount: { proxy: { type: 'MBNO', id: '0066812345678' } },
    remittance: 'Rice',
    ...more,
  };
}

/** Mekong's header of a message to us. */
export function isoHeader(world: GatewayWorld, version: string, messageId: string): BusinessHeader {
  return {
    from: MEKONG,
    to: TONLE,
    businessMessageId: messageId,
    messageDefinition: version,
    createdAt: new Date(world.platform.clock.now()).toISOString(),
  };
}

/** The pacs.002 of an answer. */
export function readStatus(answer: HttpAnswer): { version: string; status: Status; header: unknown } {
  const reading = readIso(Buffer.from(answer.text));
  if (reading.kind !== 'read' || reading.message.kind !== 'status')
    throw new Error(`no pacs.002: ${answer.text}`);
  return { version: reading.version, status: reading.message, header: reading.header };
}
