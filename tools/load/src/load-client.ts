import { randomBytes, type KeyObject } from 'node:crypto';
import { join } from 'node:path';
import { loadPrivateKey, sandboxKeyId, signRequest } from '@tonle/security';
import { Pool } from 'undici';

const CONNECTIONS_MAX = 4096;
const NONCE_BYTES = 12;

export interface LoadAnswer<T> {
  readonly status: number;
  readonly body: T;
}

/** Signed requests of several participants over one pool of kept-alive connections: as cheap as a caller can be. */
export class LoadClient {
  private readonly pool: Pool;
  private readonly keys = new Map<string, KeyObject>();

  constructor(
    private readonly gatewayUrl: string,
    private readonly keysFolder: string,
  ) {
    this.pool = new Pool(gatewayUrl, {
      connections: CONNECTIONS_MAX,
      keepAliveTimeout: 60_000,
      headersTimeout: 90_000,
      bodyTimeout: 90_000,
    });
  }

  get<T>(participant: string, path: string): Promise<LoadAnswer<T>> {
    return this.send('GET', participant, path, undefined, {});
  }

  post<T>(
    participant: string,
    path: string,
    body: unknown,
    headers: Record<string, string> = {},
  ): Promise<LoadAnswer<T>> {
    return this.send('POST', participant, path, JSON.stringify(body), {
      'content-type': 'application/json',
      ...headers,
    });
  }

  delete<T>(participant: string, path: string): Promise<LoadAnswer<T>> {
    return this.send('DELETE', participant, path, undefined, {});
  }

  close(): Promise<void> {
    return this.pool.destroy();
  }

  private async send<T>(
    method: 'GET' | 'POST' | 'DELETE',
    participant: string,
    path: string,
    body: string | undefined,
    headers: Record<string, string>,
  ): Promise<LoadAnswer<T>> {
    const signature = signRequest({
      method,
      url: `${this.gatewayUrl}${path}`,
      headers,
      ...(body === undefined ? {} : { body }),
      keyId: sandboxKeyId(participant),
      privateKey: this.key(participant),
      created: Math.floor(Date.now() / 1000),
      nonce: randomBytes(NONCE_BYTES).toString('base64url'),
    });
    const answer = await this.pool.request({
      method,
      path,
      headers: { ...headers, ...signature },
      ...(body === undefined ? {} : { body }),
    });
    const text = await answer.body.text();
    return { status: answer.statusCode, body: (text === '' ? {} : JSON.parse(text)) as T };
  }

  private key(participant: string): KeyObject {
    let key = this.keys.get(participant);
    if (key === undefined) {
      key = loadPrivateKey(join(this.keysFolder, `${participant}.key.pem`));
      this.keys.set(participant, key);
    }
    return key;
  }
}
