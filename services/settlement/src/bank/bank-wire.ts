import { httpWire, openWire, signed, type OpenWire } from '@tonle/network';
import type { Directory } from '@tonle/directory';
import type { Clock, Random } from '@tonle/platform';
import type { BankLinkAddress } from './bank.settings.js';

/** A statement of a busy day. */
const FILE_BYTES_MAX = 16 * 1024 * 1024;
const ANSWER_MS = 20_000;
const CONNECTIONS = 2;

/** What a bank said to one question. */
export type BankReply =
  | { readonly kind: 'answered'; readonly bytes: Uint8Array }
  /** It has what it was sent, and will say later. */
  | { readonly kind: 'pending' }
  /** It has nothing of the kind. */
  | { readonly kind: 'none' }
  /** It does not take the question. */
  | { readonly kind: 'refused'; readonly because: string; readonly bytes: Uint8Array }
  /** Nobody knows whether it got the question. */
  | { readonly kind: 'silent'; readonly because: string };

/** An instruction as it is sent: always the same bytes. */
export interface SentInstruction {
  readonly messageId: string;
  readonly contentType: string;
  readonly bytes: Uint8Array;
  /** Of the bytes, detached. */
  readonly signature?: string;
}

/** What is spoken with one settlement bank. Nothing rejects. */
export interface BankWire {
  send(instruction: SentInstruction): Promise<BankReply>;
  /** What it said to an instruction. */
  acknowledgement(messageId: string): Promise<BankReply>;
  statement(currency: string, day: string): Promise<BankReply>;
  /** All entries of a day so far. */
  notifications(currency: string, day: string): Promise<BankReply>;
  close(): Promise<void>;
}

/** Speaks with a bank over HTTP; both sides sign (RFC 9421), and an answer that the bank has not signed is none. */
export class HttpBankWire implements BankWire {
  private readonly wire: OpenWire;
  private readonly path: string;

  /** Throws when a file of the keys cannot be read. */
  constructor(
    bank: string,
    { url, tls, signature }: BankLinkAddress,
    { clock, random, directory }: { clock: Clock; random: Random; directory: Directory },
  ) {
    const findKey = (keyId: string) => {
      const holder = directory.keyHolder(keyId);
      return holder?.participant.participantId === bank ? holder.key : undefined;
    };
    const connection = { origin: url.origin, connections: CONNECTIONS, ...(tls !== undefined && { tls }) };
    this.path = url.pathname.replace(/\/$/, '');
    this.wire = openWire(httpWire(connection, signed({ ...signature, insideXml: false })), {
      clock,
      random,
      findKey,
    });
  }

  send({ messageId, contentType, bytes, signature }: SentInstruction): Promise<BankReply> {
    const headers = {
      'content-type': contentType,
      ...(signature !== undefined && { 'instruction-signature': signature }),
    };
    return this.ask('POST', '/instructions', messageId, { headers, body: bytes });
  }

  acknowledgement(messageId: string): Promise<BankReply> {
    return this.ask('GET', `/instructions/${encodeURIComponent(messageId)}`, messageId);
  }

  statement(currency: string, day: string): Promise<BankReply> {
    return this.ask('GET', `/statements/${currency}/${day}`, `${currency} ${day}`);
  }

  notifications(currency: string, day: string): Promise<BankReply> {
    return this.ask('GET', `/notifications/${currency}/${day}`, `${currency} ${day}`);
  }

  close(): Promise<void> {
    return this.wire.close();
  }

  private async ask(
    method: 'GET' | 'POST',
    path: string,
    subject: string,
    { headers = {}, body }: { headers?: Record<string, string>; body?: Uint8Array } = {},
  ): Promise<BankReply> {
    const { reply } = await this.wire.carry({
      ...{
        wire: 'bank',
        method,
        path: `${this.path}${path}`,
        headers,
        operation: path.split('/')[1]!,
        subject,
      },
      ...{ timeoutMs: ANSWER_MS, maxBytes: FILE_BYTES_MAX },
      ...(body !== undefined && { body }),
    });
    if (reply.kind !== 'answered') return { kind: 'silent', because: reply.because };
    const { status, bytes } = reply;
    if (status === 200) return { kind: 'answered', bytes };
    if (status === 202) return { kind: 'pending' };
    if (status === 404 || status === 204) return { kind: 'none' };
    // It may be better later.
    if (status >= 500 || status === 429) return { kind: 'silent', because: `HTTP ${status}` };
    return { kind: 'refused', because: `HTTP ${status}`, bytes };
  }
}
