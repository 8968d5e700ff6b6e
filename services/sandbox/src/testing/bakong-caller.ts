import {
  readIso,
  writeIso,
  type CustomerReversal,
  type CustomerStatus,
  type CustomerTransfer,
} from '@tonle/iso20022';
import { amount } from '@tonle/money';
import { request } from 'undici';
import { escapeXml } from '../networks/bakong/soap.js';
import type { TestSandbox } from './running-sandbox.js';

let next = 0;

/** A transfer of 100,240 riel to an FX provider, under a reference of its own. */
export function transfer(over: Partial<CustomerTransfer> = {}): CustomerTransfer {
  next += 1;
  return {
    kind: 'customer_transfer',
    messageId: `CRT${next}`,
    createdAt: '2026-11-22T10:00:00.000+07:00',
    initiatingParty: { name: 'Sok Dara' },
    paymentInformationId: `MEKOKHPPXXX/NAGAKHPPXXX/${String(next).padStart(11, '0')}`,
    executionDate: '2026-11-22',
    debtor: { name: 'Sok Dara' },
    debtorAccount: { id: 'u0000001@mekong', currency: 'KHR' },
    debtorAgent: { bic: 'MEKOKHPPXXX' },
    endToEndId: 'u0000001@mekong-fx@naga',
    amount: amount('KHR', 10_024_000n),
    chargeBearer: 'CRED',
    creditor: { name: 'Naga FX' },
    creditorAccount: { id: 'fx@naga' },
    creditorAgent: { bic: 'NAGAKHPPXXX' },
    ...over,
  };
}

/** Undoes a transfer in full. */
export function reversal(original: CustomerTransfer): CustomerReversal {
  next += 1;
  return {
    kind: 'customer_reversal',
    messageId: `REF${next}`,
    createdAt: '2026-11-22T10:00:01.000+07:00',
    initiatingParty: { name: 'Naga FX' },
    originalMessageId: original.messageId,
    originalMessageName: 'pain.001.001.05',
    reversalPaymentInformationId: `NAGAKHPPXXX/MEKOKHPPXXX/${String(next).padStart(11, '0')}`,
    originalPaymentInformationId: original.paymentInformationId,
    originalEndToEndId: original.endToEndId,
    reversedAmount: original.amount,
  };
}

/** A participant's end of the Bakong wires over real HTTP, written by another hand than the simulator's. */
export class BakongCaller {
  private token = '';

  constructor(private readonly sandbox: TestSandbox) {}

  async soap(
    message: CustomerTransfer | CustomerReversal | string,
    over: { password?: string; operation?: string; signal?: AbortSignal } = {},
  ): Promise<{ status: number; text: string }> {
    const isReversal = typeof message !== 'string' && message.kind === 'customer_reversal';
    const operation = over.operation ?? (isReversal ? 'makeReverseTransaction' : 'makeFullFundTransfer');
    const iso =
      typeof message === 'string'
        ? message
        : writeIso(message, isReversal ? 'pain.007.001.05' : 'pain.001.001.05', undefined, {
            envelope: 'none',
          });
    const reference =
      typeof message === 'string' || message.kind !== 'customer_transfer'
        ? ''
        : `<ext_ref>${message.paymentInformationId}</ext_ref>`;
    const parameter = isReversal ? 'content_message' : 'iso_message';
    const body =
      '<S:Envelope xmlns:S="http://schemas.xmlsoap.org/soap/envelope/" xmlns:w="http://webservice.nbc.org.kh/"><S:Header/><S:Body>' +
      `<w:${operation}><cm_user_name>TONLE</cm_user_name><cm_password>${escapeXml(over.password ?? 'secret & <more>')}</cm_password>` +
      `<${parameter}><![CDATA[${iso}]]></${parameter}>${reference}</w:${operation}></S:Body></S:Envelope>`;
    const answer = await request(`${this.sandbox.running.addresses.bakong}/cb`, {
      method: 'POST',
      headers: { 'content-type': 'text/xml; charset=utf-8', soapaction: '""' },
      body,
      ...(over.signal && { signal: over.signal }),
    });
    return { status: answer.statusCode, text: await answer.body.text() };
  }

  async send(message: CustomerTransfer | CustomerReversal): Promise<CustomerStatus> {
    return statusIn((await this.soap(message)).text);
  }

  async api(name: string, body: unknown, bearer = this.token) {
    const answer = await request(`${this.sandbox.running.addresses.bakong}/v1/${name}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${bearer}` },
      body: JSON.stringify(body),
    });
    const text = await answer.body.text();
    // eslint-disable-next-line @typescript-eslint/no-explicit-any
    return { status: answer.statusCode, text, body: JSON.parse(text) as any };
  }

  async renew(): Promise<void> {
    const { body } = await this.api('renew_token', { email: 'switch@tonle.example' }, '');
    this.token = (body as { data: { token: string } }).data.token;
  }
}

function statusIn(text: string): CustomerStatus {
  const escaped = /<return>([^<]*)<\/return>/.exec(text)?.[1] ?? '';
  const plain = escaped
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&amp;', '&');
  const reading = readIso(Buffer.from(plain));
  if (reading.kind !== 'read' || reading.message.kind !== 'customer_status')
    throw new Error(`no pain.002: ${text}`);
  return reading.message;
}
