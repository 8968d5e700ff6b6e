import { createHash, type KeyObject } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isManifestSigned, manifestPublicKey } from '@tonle/security';
import type { Desk } from './desk.js';
import { DROP, type ReportDrop } from './report-drop.js';

/** What is made by itself, every night, and delivered. */
const REPORT = 'R1';
const HOUR = '01:00';
const MANIFEST = '.manifest.json';

interface Manifest {
  readonly kind: string;
  readonly receiver: string;
  readonly sha256: string;
  readonly parameters: { readonly day?: string };
}

/** Has a report of each day made at night, and delivered to the server. */
export async function scheduleDelivery(desk: Desk): Promise<void> {
  await desk.post('/v1/ops/reports/schedules', {
    ...{ report: REPORT, every: 'day', at: HOUR, formats: ['csv'], deliver: [DROP] },
    reason: 'every morning',
  });
}

/** Waits until the report of each of these days has been delivered whole and signed. Rejects when one is not. */
export async function awaitDeliveries(
  desk: Desk,
  drop: ReportDrop,
  home: string,
  days: readonly string[],
): Promise<readonly string[]> {
  const key = manifestPublicKey(readFileSync(join(home, 'keys', 'TONLE-settlement.pub.pem'), 'utf8'));
  return desk.until(`${REPORT} of ${days.join(', ')} to be delivered`, () => {
    const delivered = deliveredDays(drop.files, key);
    const missing = days.filter((day) => !delivered.includes(day));
    return missing.length === 0
      ? Promise.resolve(delivered)
      : Promise.reject(new Error(`not delivered: ${missing.join(', ')}`));
  });
}

/** Days of which the file is there; who finds a manifest has the file and the signature too, or it is a fault, which is thrown. */
export function deliveredDays(files: ReadonlyMap<string, Buffer>, key: KeyObject): readonly string[] {
  return [...files].flatMap(([path, bytes]) => {
    if (!path.endsWith(MANIFEST)) return [];
    const name = path.slice(0, -MANIFEST.length);
    const manifest = JSON.parse(bytes.toString('utf8')) as Manifest;
    const [file, signature] = [files.get(name), files.get(`${name}.manifest.sig`)];
    if (file === undefined || signature === undefined) throw new Error(`${name} came after its manifest`);
    if (createHash('sha256').update(file).digest('hex') !== manifest.sha256)
      throw new Error(`${name} is not what its manifest says`);
    if (!isManifestSigned(bytes, signature, key)) throw new Error(`the manifest of ${name} is not signed`);
    const { day } = manifest.parameters;
    return day === undefined ? [] : [day];
  });
}
