import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  readIso,
  writeIso,
  type CanonicalMessage,
  type CustomerPayment,
  type Return,
  type StatusRequest,
} from '@tonle/iso20022';
import { amount } from '@tonle/money';
import { uuidV4 } from '@tonle/contracts';
import { algorithmOf, loadPrivateKey, loadPublicKey, signRequest, verifyResponse } from '@tonle/security';
import { Agent, request } from 'undici';
import type { TestSandbox } from './running-sandbox.js';

let next = 0;

export interface Sent {
  readonly status: number;
  readonly text: string;
  readonly signature: string;
}

/** Tonle's end of the Thai wire over real mutual TLS: what our adapter does, written by another hand. */
export class TonleSide {
  private readonly tls: Agent;

  constructor(private readonly sandbox: TestSandbox) {
    const pki = (name: string): Buffer => readFileSync(join(sandbox.folder, 'pki', name));
    this.tls = new Agent({
      connect: { ca: pki('ca.crt'), key: pki('tonle-client.key'), cert: pki('tonle-client.crt') },
    });
  }

  close(): Promise<void> {
    return this.tls.destroy();
  }

  async send(
    method: 'GET' | 'POST',
    path: string,
    body?: string,
    over: { type?: string; key?: string; spoil?: boolean; nonce?: string; signal?: AbortSignal } = {},
  ): Promise<Sent> {
    const privateKey = loadPrivateKey(join(this.sandbox.folder, 'keys', `${over.key ?? 'TONLE'}.key.pem`));
    const headers: Record<string, string> =
      body === undefined ? {} : { 'content-type': over.type ?? 'application/xml' };
    const nonce = over.nonce ?? randomBytes(12).toString('hex');
    const signature = signRequest({
      method,
      url: path,
      headers,
      body,
      keyId: 'TONLE-1',
      privateKey,
      created: Math.floor(Date.now() / 1000),
      nonce,
    });
    const answer = await request(`${this.sandbox.running.addresses.thailand}${path}`, {
      method,
      headers: { ...headers, ...signature },
      body: over.spoil === true ? `${body} ` : body,
      dispatcher: this.tls,
      ...(over.signal && { signal: over.signal }),
    });
    const text = await answer.body.text();
    const publicKey = loadPublicKey(join(this.sandbox.folder, 'keys', 'THSWITCH.pub.pem'));
    const key = {
      publicKey,
      algorithm: algorithmOf(publicKey),
      validFrom: 0,
      validTo: Number.MAX_SAFE_INTEGER,
    };
    const received = { status: answer.statusCode, headers: answer.headers, rawBody: Buffer.from(text) };
    const verdict = verifyResponse(
      received,
      (keyId) => (keyId === 'THSWITCH-1' ? key : undefined),
      Date.now(),
      { nonce },
    );
    return {
      status: answer.statusCode,
      text,
      signature: verdict.kind === 'verified' ? 'good' : verdict.reason,
    };
  }

  async exchange(
    path: string,
    message: CanonicalMessage,
    version: string,
    over: { signal?: AbortSignal } = {},
  ): Promise<CanonicalMessage> {
    const answer = await this.send('POST', path, written(message, version), over);
    if (answer.status !== 200 || answer.signature !== 'good') throw new Error(JSON.stringify(answer));
    const reading = readIso(Buffer.from(answer.text));
    if (reading.kind !== 'read') throw new Error(`${JSON.stringify(reading.errors)} in ${answer.text}`);
    if (reading.header?.from.bic !== 'THSWTHBKXXX') throw new Error('not from the Thai switch');
    return reading.message;
  }

  pay(message: CustomerPayment, over: { signal?: AbortSignal } = {}): Promise<CanonicalMessage> {
    return this.exchange('/iso20022/pacs.008', message, 'pacs.008.001.08', over);
  }

  giveBack(message: Return): Promise<CanonicalMessage> {
    return this.exchange('/iso20022/pacs.004', message, 'pacs.004.001.09');
  }

  enquire(message: CustomerPayment, over: Partial<StatusRequest> = {}): Promise<CanonicalMessage> {
    next += 1;
    const { messageId: originalMessageId, uetr: originalUetr, endToEndId: originalEndToEndId } = message;
    const asked: StatusRequest = {
      kind: 'status_request',
      messageId: `ASK${next}`,
      createdAt: new Date().toISOString(),
      originalMessageId,
      originalMessageName: 'pacs.008.001.08',
      originalUetr,
      originalEndToEndId,
      ...over,
    };
    return this.exchange('/iso20022/pacs.028', asked, 'pacs.028.001.03');
  }
}

/** The message in the switch's envelope. */
export function written(message: CanonicalMessage, version: string): string {
  const businessMessageId = 'messageId' in message ? message.messageId : 'X';
  const createdAt = new Date().toISOString();
  return writeIso(
    message,
    version,
    {
      from: { bic: 'TONLKHPPXXX' },
      to: { bic: 'THSWTHBKXXX' },
      businessMessageId,
      messageDefinition: version,
      createdAt,
    },
    { envelope: 'tonle' },
  );
}

/** A payment of 820.00 baht to a shop that exists. */
export function payment(over: Partial<CustomerPayment> = {}): CustomerPayment {
  next += 1;
  const at = new Date().toISOString();
  return {
    kind: 'payment',
    messageId: `MSG${next}`,
    createdAt: at,
    endToEndId: `E2E-${next}`,
    transactionId: `TX${next}`,
    uetr: uuidV4((size) => randomBytes(size)),
    settlementMethod: 'CLRG',
    settlementAmount: amount('THB', 82_000n),
    settlementDate: at.slice(0, 10),
    acceptedAt: at,
    instructedAmount: amount('KHR', 10_024_000n),
    exchangeRate: '0.0081804',
    chargeBearer: 'SLEV',
    debtor: { name: 'Sok Dara' },
    debtorAccount: { id: 'u0000001@mekong' },
    debtorAgent: { bic: 'MEKOKHPPXXX' },
    creditorAgent: { bic: 'THSWTHBKXXX' },
    creditor: { name: 'Siam Spices' },
    creditorAccount: { proxy: { type: 'BIID', id: '010555600000101' } },
    ...over,
  };
}

/** A return of 100.00 baht of a payment that the network sent. */
export function returnOf(originalUetr: string, over: Partial<Return> = {}): Return {
  next += 1;
  const at = new Date().toISOString();
  return {
    kind: 'return',
    messageId: `RTR${next}`,
    createdAt: at,
    returnId: `RTR${next}`,
    settlementMethod: 'CLRG',
    originalMessageId: 'TH1',
    originalMessageName: 'pacs.008.001.08',
    originalUetr,
    returnedAmount: amount('THB', 10_000n),
    settlementDate: at.slice(0, 10),
    reason: 'MD06',
    ...over,
  };
}
