import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readIso, writeIso, type CustomerPayment, type Return, type StatusRequest } from '@tonle/iso20022';
import { algorithmOf, loadPrivateKey, loadPublicKey, signResponse, verifyRequest } from '@tonle/security';
import { json, Listener, type HttpCall, type HttpOutcome, type HttpReply } from '../kit/listener.js';

/** What the door does with the next messages; `payments` and `callBacks` are what came. */
export interface DoorScript {
  /** Answer to a pacs.008: a status with its reason, or nothing at all. */
  pay: (payment: CustomerPayment) => { status?: string; reason?: string } | 'silence';
  enquire: (request: StatusRequest) => { status?: string; reason?: string };
  /** Answer to a pacs.004; default: taken. */
  takeBack?: (message: Return) => { status?: string; reason?: string };
  /** Signs with another key than Tonle's. */
  forged: boolean;
}

/** The other end of the Thai wire, played by the test: signed answers by script, over mutual TLS. */
export class ScriptedDoor {
  readonly payments: CustomerPayment[] = [];
  readonly returns: Return[] = [];
  readonly callBacks: string[] = [];
  enquiries = 0;
  script: DoorScript = {
    pay: () => ({ status: 'ACCC' }),
    enquire: () => ({ status: 'ACCC' }),
    forged: false,
  };
  private readonly listener: Listener;

  constructor(private readonly folder: string) {
    const pki = (name: string): Buffer => readFileSync(join(folder, 'pki', name));
    const tls = {
      ca: pki('ca.crt'),
      key: pki('tonle-door.key'),
      cert: pki('tonle-door.crt'),
      requestCert: true,
      rejectUnauthorized: true,
    };
    this.listener = new Listener((call) => this.answer(call), { port: 0, bodyBytesMax: 1 << 20, tls });
  }

  async open(): Promise<string> {
    await this.listener.open();
    return this.listener.address;
  }

  close(): Promise<void> {
    return this.listener.close();
  }

  private async answer(call: HttpCall): Promise<HttpOutcome> {
    const publicKey = loadPublicKey(join(this.folder, 'keys', 'THSWITCH.pub.pem'));
    const key = {
      publicKey,
      algorithm: algorithmOf(publicKey),
      validFrom: 0,
      validTo: Number.MAX_SAFE_INTEGER,
    };
    const request = { method: call.method, url: call.target, headers: call.headers, rawBody: call.body };
    const verdict = verifyRequest(request, (keyId) => (keyId === 'THSWITCH-1' ? key : undefined), Date.now());
    if (verdict.kind !== 'verified') throw new Error(`unsigned: ${verdict.detail}`);
    const reply = await this.reply(call);
    return reply === 'silence' ? reply : this.sign(reply, verdict.nonce);
  }

  private sign(reply: HttpReply, nonce: string): HttpReply {
    const signer = this.script.forged ? 'KHMEKONG' : 'TONLE';
    const privateKey = loadPrivateKey(join(this.folder, 'keys', `${signer}.key.pem`));
    const created = Math.floor(Date.now() / 1000);
    const { status, headers, body } = reply;
    return {
      ...reply,
      headers: {
        ...headers,
        ...signResponse({ status, headers, body, keyId: 'TONLE-1', privateKey, created, nonce }),
      },
    };
  }

  private reply(call: HttpCall): Promise<HttpReply | 'silence'> {
    if (call.path === '/qr/resolve') return Promise.resolve(this.resolve(call));
    const reading = readIso(call.body);
    if (reading.kind !== 'read') return Promise.resolve(json(400, { reason: 'unreadable' }));
    const { message } = reading;
    if (message.kind === 'status') {
      this.callBacks.push(`${message.originalUetr} ${message.status}`);
      return Promise.resolve(json(200, {}));
    }
    if (message.kind === 'payment') {
      this.payments.push(message);
      const scripted = this.script.pay(message);
      return Promise.resolve(
        scripted === 'silence' ? scripted : this.status(message.uetr, message.messageId, scripted),
      );
    }
    if (message.kind === 'return') {
      this.returns.push(message);
      const scripted = this.script.takeBack?.(message) ?? { status: 'ACCC' };
      return Promise.resolve(this.status(message.originalUetr, message.messageId, scripted));
    }
    if (message.kind !== 'status_request') throw new Error(`unexpected ${message.kind}`);
    this.enquiries += 1;
    return Promise.resolve(
      this.status(message.originalUetr, message.originalMessageId, this.script.enquire(message)),
    );
  }

  private resolve(call: HttpCall): HttpReply {
    const { qrText } = JSON.parse(call.body.toString('utf8')) as { qrText: string };
    if (qrText === 'bad') return json(422, { code: 'qr_unreadable' });
    const target = { currency: 'KHR', minor: '4100000' };
    const quote = {
      quoteId: '7f1c2d3e-4a5b-4c6d-8e7f-9a0b1c2d3e4f',
      source: { currency: 'THB', minor: '33745' },
      target,
      rate: '121.5',
      expiresAt: '2030-01-01T00:00:00Z',
    };
    return json(200, {
      name: 'Sokha Coffee',
      account: 'shop00001@mekong',
      accountType: 'bakong',
      currency: 'KHR',
      amount: target,
      quote,
    });
  }

  private status(
    uetr: string | undefined,
    messageId: string | undefined,
    told: { status?: string; reason?: string },
  ): HttpReply {
    const createdAt = new Date().toISOString();
    const body = writeIso(
      {
        kind: 'status',
        messageId: 'S1',
        createdAt,
        originalMessageId: messageId,
        originalMessageName: 'pacs.008.001.08',
        originalUetr: uetr,
        ...told,
      },
      'pacs.002.001.10',
      {
        from: { bic: 'TONLKHPPXXX' },
        to: { bic: 'THSWTHBKXXX' },
        businessMessageId: 'S1',
        messageDefinition: 'pacs.002.001.10',
        createdAt,
      },
      { envelope: 'tonle' },
    );
    return { status: 200, headers: { 'content-type': 'application/xml' }, body };
  }
}
