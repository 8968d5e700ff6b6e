import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { exchange } from '@tonle/network';
import { contentTypeOf, readPath, requestHeaders, type FspiopResource } from '@tonle/network-fspiop';
import {
  loadRsaPrivateKey,
  loadRsaPublicKey,
  makeSandboxRsaKeys,
  signFspiop,
  verifyFspiop,
} from '@tonle/security';
import type { Pool } from 'undici';
import { until } from '../../../../tests/world/until.js';
import { doorPool } from '../kit/door-pool.js';
import { ekash } from '../index.js';
import { Listener, type HttpCall, type HttpOutcome } from '../kit/listener.js';
import { runSandbox, type TestSandbox } from './running-sandbox.js';

const DOOR = 'tonle-door';
const CLIENT = 'tonle-client';
/** Keys of RSA: Tonle's there, the switch's, and those of its FSPs. */
const KEYS = ['TONLE-rwanda', 'EKASH-EKASH', 'EKASH-KIVUBANK', 'EKASH-INZOVUPAY', 'EKASH-UMURAGE'];

/** What came to Tonle's door. */
export interface Heard {
  readonly line: string;
  readonly source: string;
  /** Undefined: the signature is good. */
  readonly wrong?: string;
  // What the scheme says is asserted on field by field.
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  readonly body: any;
  readonly headers: HttpCall['headers'];
}

interface Sending {
  readonly headers?: Readonly<Record<string, string | undefined>>;
  /** In place of the body that was signed. */
  readonly bytes?: Uint8Array;
  readonly source?: string;
  readonly date?: string;
}

/** Tonle as an FSP of the scheme over real mutual TLS: its door, and what it sends. What our adapter does, by another hand. */
export class TonleFsp {
  readonly heard: Heard[] = [];
  /** How the door answers a request of the scheme, and what else happens then; by default a receipt. */
  answer: (heard: Heard) => HttpOutcome | Promise<HttpOutcome> = () => ({
    status: 202,
    headers: {},
    body: '',
  });
  private readonly door: Listener;
  private pool: Pool | undefined;

  constructor(private readonly folder: string) {
    const pki = join(folder, 'pki');
    const read = (name: string) => readFileSync(join(pki, name));
    this.door = new Listener((call) => this.take(call), {
      port: 0,
      bodyBytesMax: 1 << 20,
      tls: {
        ca: read('ca.crt'),
        key: read(`${DOOR}.key`),
        cert: read(`${DOOR}.crt`),
        requestCert: true,
        rejectUnauthorized: true,
      },
    });
  }

  /** Its door, once it is open. */
  async open(): Promise<string> {
    await this.door.open();
    return this.door.address;
  }

  connect(switchUrl: string): void {
    this.pool = doorPool({ doorUrl: switchUrl, pkiDir: join(this.folder, 'pki'), certificate: CLIENT });
  }

  /** Sends a request, signed by Tonle; what a test changes comes after the signature. */
  async send(
    method: 'GET' | 'POST' | 'PUT' | 'PATCH',
    path: string,
    destination: string | undefined,
    body?: object,
    { headers = {}, bytes, source = 'TONLE', date = new Date().toUTCString() }: Sending = {},
  ): Promise<{
    readonly status: number;
    readonly body: string;
    readonly headers: Readonly<Record<string, string>>;
  }> {
    const resource = path.split('/')[1] as FspiopResource;
    const signedBytes = body === undefined ? new Uint8Array(0) : Buffer.from(JSON.stringify(body));
    const key = loadRsaPrivateKey(join(this.folder, 'keys/TONLE-rwanda.key.pem'));
    const all: Record<string, string | undefined> = {
      ...requestHeaders(resource, { isAnswer: method === 'PUT', destination }),
      ...signFspiop({ method, uri: path, source, destination, date }, signedBytes, key),
      ...headers,
    };
    const sent = Object.entries(all).filter((each): each is [string, string] => each[1] !== undefined);
    const reply = await exchange(this.pool!, {
      method,
      path,
      headers: Object.fromEntries(sent),
      body: bytes ?? (body === undefined ? undefined : signedBytes),
      timeoutMs: 20_000,
    });
    if (reply.kind !== 'answered') return { status: 0, body: reply.because, headers: {} };
    return { status: reply.status, body: Buffer.from(reply.bytes).toString('utf8'), headers: reply.headers };
  }

  /** The call-backs that a request line begins with, once there are so many. */
  async told(line: string, count = 1): Promise<readonly Heard[]> {
    const fitting = () => this.heard.filter((each) => each.line.startsWith(line));
    await until(`${count} times ${line}`, async () => fitting().length >= count);
    return fitting();
  }

  async close(): Promise<void> {
    await this.pool?.destroy();
    await this.door.close();
  }

  private async take(call: HttpCall): Promise<HttpOutcome> {
    const { method, target: url, headers, body } = call;
    const verdict = verifyFspiop({ method, url, headers, body }, (source) => this.keyOf(source));
    const source = String(headers['fspiop-source']);
    const resource = readPath(call.path)?.resource;
    const wrong =
      verdict.kind === 'refused'
        ? verdict.reason
        : resource === undefined || headers['content-type'] !== contentTypeOf(resource)
          ? 'content_type'
          : undefined;
    const text = body.toString('utf8');
    const heard: Heard = {
      line: `${method} ${url}`,
      source,
      headers,
      body: text === '' ? undefined : (JSON.parse(text) as unknown),
      ...(wrong !== undefined && { wrong }),
    };
    this.heard.push(heard);
    return this.answer(heard);
  }

  private keyOf(source: string) {
    try {
      return loadRsaPublicKey(join(this.folder, `keys/EKASH-${source}.pub.pem`));
    } catch {
      return undefined;
    }
  }
}

export interface EkashWorld {
  readonly sandbox: TestSandbox;
  readonly tonle: TonleFsp;
  close(): Promise<void>;
}

/** eKash in a sandbox, and Tonle as one of its FSPs. */
export async function ekashWorld(settings: Parameters<typeof ekash>[0] = {}): Promise<EkashWorld> {
  let tonle: TonleFsp | undefined;
  const sandbox = await runSandbox(async (folder) => {
    makeSandboxRsaKeys(join(folder, 'keys'), KEYS);
    tonle = new TonleFsp(folder);
    return { rwanda: ekash({ ...settings, doorUrl: await tonle.open() }) };
  });
  tonle!.connect(sandbox.running.addresses['rwanda']!);
  const close = async () => {
    await tonle!.close();
    await sandbox.close();
  };
  return { sandbox, tonle: tonle!, close };
}
