import { createHash } from 'node:crypto';
import { writeConsumerCode } from '@tonle/emvqr';
import type { HttpReply } from '../../kit/listener.js';
import { digits } from './orders.js';
import { answerTo, text, type Qrc } from './qrc.js';

const APPLICATION = 'A000000333010101';
const TOKEN = /^62\d{14,17}$/;
const hex = (of: string): string => Buffer.from(of).toString('hex').toUpperCase();

/** QRC_GENERATION: a code for Tonle's payer to show, of the token that is charged; the same message has the same code. */
export function codesAnswer(asked: Qrc): HttpReply {
  const token = text(asked.trxInfo, 'token') ?? '';
  if (!TOKEN.test(token)) return answerTo(asked, '14');
  const { msgID } = asked.msgInfo;
  const cryptogram = createHash('sha256').update(`cryptogram ${msgID}`).digest('hex').slice(0, 16);
  const track2 = `${token}D3012201${digits(msgID, 10)}`;
  const payload = writeConsumerCode([
    { tag: '85', value: hex('CPV01') },
    {
      tag: '61',
      objects: [
        { tag: '4F', value: APPLICATION },
        { tag: '57', value: track2.padEnd(track2.length + (track2.length % 2), 'F') },
        { tag: '63', objects: [{ tag: '9F26', value: cryptogram.toUpperCase() }] },
      ],
    },
  ]);
  const barcode = `62${digits(`barcode ${msgID}`, 17)}`;
  return answerTo(asked, '00', { emvCpqrcPayload: [payload], barcodeCpqrcPayload: [barcode] });
}
