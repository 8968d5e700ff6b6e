import type { KeyObject } from 'node:crypto';
import type { RandomBytes } from '@tonle/contracts';
import type { Clock } from '@tonle/platform';
import { loadPrivateKey, sandboxKeyId, signRequest } from '@tonle/security';
import { request } from 'undici';

const ANSWER_MS = 5000;
const NONCE_BYTES = 12;

/** The public API as an FX provider uses it: signed with its key, like any other participant. */
export class ParticipantClient {
  private readonly privateKey: KeyObject;

  constructor(
    private readonly participant: string,
    private readonly settings: { readonly gatewayUrl: string; readonly keysDir: string },
    private readonly clock: Clock,
    private readonly randomBytes: RandomBytes,
  ) {
    this.privateKey = loadPrivateKey(`${settings.keysDir}/${participant}.key.pem`);
  }

  /** Rejects when nobody answers. */
  async send(
    method: 'GET' | 'POST',
    target: string,
    content?: unknown,
  ): Promise<{ readonly status: number; readonly text: string }> {
    const url = `${this.settings.gatewayUrl}${target}`;
    const sent =
      content === undefined
        ? { headers: {} }
        : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(content) };
    const signature = signRequest({
      method,
      url,
      ...sent,
      keyId: sandboxKeyId(this.participant),
      privateKey: this.privateKey,
      created: Math.floor(this.clock.now() / 1000),
      nonce: Buffer.from(this.randomBytes(NONCE_BYTES)).toString('base64url'),
    });
    const answer = await request(url, {
      method,
      ...sent,
      headers: { ...sent.headers, ...signature },
      headersTimeout: ANSWER_MS,
      bodyTimeout: ANSWER_MS,
    });
    return { status: answer.statusCode, text: await answer.body.text() };
  }
}
