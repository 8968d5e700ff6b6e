import type { KeyObject } from 'node:crypto';
import { keyFingerprint, loadRsaPublicKey, publicPem } from '@tonle/security';
import { z } from 'zod';
import { readBody } from '../../kit/body.js';
import { json, type HttpCall, type HttpReply } from '../../kit/listener.js';
import { answerTo, type Qrc } from './qrc.js';

const certificates = z.object({
  certificates: z
    .array(
      z.object({
        certID: z.string().min(1).max(64),
        certUse: z.enum(['SIGN', 'ENC']),
        publicKey: z.string().max(4_000),
      }),
    )
    .max(20),
});
/** What `POST /control/unionpay/keys` takes. */
const acceptRequest = z.strictObject({ certID: z.string() });

interface ToldCertificate {
  readonly certUse: 'SIGN' | 'ENC';
  readonly key: KeyObject;
}

/** Certificates of Tonle's: those told by KEY_EXCHANGE verify nothing before somebody here accepts them. */
export class PartnerKeys {
  private readonly told = new Map<string, ToldCertificate>();
  private readonly accepted = new Map<string, KeyObject>();

  /** `first` is known from the beginning; `own` are UnionPay's, by their ids. */
  constructor(
    first: { readonly keyId: string; readonly key: KeyObject },
    private readonly own: ReadonlyMap<string, KeyObject>,
  ) {
    this.accepted.set(first.keyId, first.key);
  }

  find(keyId: string): KeyObject | undefined {
    return this.accepted.get(keyId);
  }

  /** KEY_EXCHANGE: takes Tonle's, and tells those that UnionPay signs with, now and next. */
  exchange(asked: Qrc): HttpReply {
    const read = certificates.safeParse(asked.trxInfo);
    if (!read.success) return answerTo(asked, '30');
    try {
      for (const { certID, certUse, publicKey } of read.data.certificates)
        this.told.set(certID, { certUse, key: loadRsaPublicKey(publicKey) });
    } catch {
      return answerTo(asked, '30');
    }
    const own = [...this.own].map(([certID, key]) => ({
      certID,
      certUse: 'SIGN',
      publicKey: publicPem(key),
    }));
    return answerTo(asked, '00', { certificates: own });
  }

  list(): HttpReply {
    const keys = [...this.told].map(([certID, { certUse, key }]) => ({
      certID,
      certUse,
      fingerprint: keyFingerprint(key),
      accepted: this.accepted.has(certID),
    }));
    return json(200, { keys });
  }

  accept(call: HttpCall): HttpReply {
    const body = readBody(call, acceptRequest);
    if (body.kind === 'refused') return body.reply;
    const told = this.told.get(body.value.certID);
    if (told?.certUse !== 'SIGN') return json(404, { error: `Tonle has told no key ${body.value.certID}` });
    this.accepted.set(body.value.certID, told.key);
    return this.list();
  }
}
