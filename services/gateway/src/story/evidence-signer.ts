import type { KeyObject } from 'node:crypto';
import { key } from '@tonle/http';
import { loadManifestKey } from '@tonle/security';
import type { GatewaySettings } from '../gateway.settings.js';

/** What signs bundles of evidence; undefined: nothing does. */
export type EvidenceSigner = KeyObject | undefined;
export const EVIDENCE_SIGNER = key<EvidenceSigner>('EvidenceSigner');

/** Throws with the name of the setting when its file cannot be read, or is no such key. */
export function evidenceSignerOf({
  evidenceKeyFile,
}: Pick<GatewaySettings, 'evidenceKeyFile'>): EvidenceSigner {
  if (evidenceKeyFile === undefined) return undefined;
  try {
    return loadManifestKey(evidenceKeyFile);
  } catch (cause) {
    const because = cause instanceof Error ? cause.message : String(cause);
    throw new Error(`TONLE_GATEWAY_EVIDENCE_KEY_FILE: ${because}`, { cause });
  }
}
