import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  makeSandboxKeys,
  makeSandboxManifestKeys,
  makeSandboxPki,
  makeSandboxRsaKeys,
  makeSandboxSshKeys,
} from '@tonle/security';
import { NETWORKS, type DirectoryEntry } from '@tonle/contracts';
import type { ParticipantBody } from '@tonle/directory';
import type { ServiceKeyList } from '@tonle/messaging';
import { addToDirectory, fxWith, simulatorsOf } from './added-networks.js';
import { ROOT, type Layout } from './layout.js';
import { keepOpeningFunds } from './opening-funds.js';
import { BANKS_FILE, settlementBanks } from './settlement-banks.js';

// What a sandbox needs before its first start: keys, certificates, a directory that holds the public keys, terms of FX.
// Made at the first start and kept in the home folder; nothing of it is ever committed.

const KEY_VALID_FROM = '2020-01-01T00:00:00Z';
const KEY_VALID_TO = '2099-12-31T00:00:00Z';
/** Signers that are no participants with an API key: our own side towards partners. */
const OWN_SIGNERS = ['TONLE'];
/** What signs bundles of evidence: known to the gateway alone, and for nothing else. */
const EVIDENCE_SIGNER = 'TONLE-evidence';
/** Who signs instructions to settlement banks. */
const SETTLEMENT_SIGNER = 'TONLE-settlement';

/** Keys of RSA by their names: of partners by participant, in the directory; `own` are kept out of it: ours, and whose
 *  owner gives them by file. */
interface RsaKeys {
  /** Those of SFTP: of servers, and ours. */
  readonly ssh: readonly string[];
  readonly own: readonly string[];
  readonly participants: Readonly<Record<string, readonly string[]>>;
}

export interface SandboxDirectory {
  /** By whom and why it differs from the one of the repository. */
  change?: { by: string; reason: string };
  entries: DirectoryEntry[];
  openingFunds: unknown[];
}

/** Makes what is missing of the sandbox world. Idempotent. `adjust` may change the directory before it is written. */
export async function prepareSandboxWorld(
  layout: Layout,
  adjust: (directory: SandboxDirectory) => void = () => undefined,
): Promise<void> {
  const keys = join(layout.home, 'keys');
  mkdirSync(keys, { recursive: true, mode: 0o700 });
  const source = readFileSync(join(ROOT, 'deploy/sandbox/directory.json'), 'utf8');
  const directory = JSON.parse(source) as SandboxDirectory;
  addToDirectory(directory, layout);
  keepOpeningFunds(directory, layout.home);
  adjust(directory);
  const participants = directory.entries.filter((entry) => entry.kind === 'participant');
  makeSandboxKeys(keys, [...participants.map((entry) => entry.id), ...OWN_SIGNERS]);
  makeSandboxManifestKeys(keys, [EVIDENCE_SIGNER, SETTLEMENT_SIGNER]);
  const leaves = [...NETWORKS, ...layout.added.map(({ name }) => name), 'banks'];
  await makeSandboxPki(join(layout.home, 'pki'), leaves);
  const rsa = JSON.parse(readFileSync(join(ROOT, 'deploy/sandbox/rsa-keys.json'), 'utf8')) as RsaKeys;
  makeSandboxSshKeys(keys, rsa.ssh);
  makeSandboxRsaKeys(keys, [...rsa.own, ...Object.values(rsa.participants).flat()]);
  for (const entry of participants) {
    const keyOf = (name: string, keyId: string, algorithm: ParticipantBody['keys'][number]['algorithm']) => ({
      keyId,
      algorithm,
      publicKeyPem: readFileSync(join(keys, `${name}.pub.pem`), 'utf8'),
      validFrom: KEY_VALID_FROM,
      validTo: KEY_VALID_TO,
    });
    (entry.body as ParticipantBody).keys = [
      keyOf(entry.id, `${entry.id}-1`, 'ecdsa-p256-sha256'),
      ...(rsa.participants[entry.id] ?? []).map((name) => keyOf(name, name, 'rsa-v1_5-sha256')),
    ];
  }
  const fx = JSON.parse(readFileSync(join(ROOT, 'deploy/sandbox/fx.json'), 'utf8')) as Parameters<
    typeof fxWith
  >[0];
  replaceJson(join(layout.home, 'directory.json'), directory);
  replaceJson(join(layout.home, 'fx.json'), fxWith(fx, layout));
  replaceJson(join(layout.home, 'simulators.json'), simulatorsOf(layout));
  replaceJson(join(layout.home, BANKS_FILE), settlementBanks(directory));
}

/** The file with the key of each service, by which they know each other; what is missing is made. */
export function serviceKeysFile(layout: Layout): string {
  const file = join(layout.home, 'keys', 'services.json');
  const known = existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as ServiceKeyList) : {};
  const list = Object.keys(layout.ports.internal).map((service) => [
    service,
    known[service] ?? [{ id: '1', secret: randomBytes(32).toString('hex') }],
  ]);
  replaceJson(file, { ...known, ...Object.fromEntries(list) });
  return file;
}

/** A secret of this installation, made at first use. */
export function installationSecret(layout: Layout, name: string): string {
  const file = join(layout.home, 'keys', `${name}.secret`);
  if (!existsSync(file)) {
    mkdirSync(join(layout.home, 'keys'), { recursive: true, mode: 0o700 });
    writeFileSync(file, randomBytes(32).toString('hex'), { mode: 0o600 });
  }
  return readFileSync(file, 'utf8').trim();
}

function replaceJson(file: string, content: unknown): void {
  writeFileSync(`${file}.new`, JSON.stringify(content, undefined, 1), { mode: 0o600 });
  renameSync(`${file}.new`, file);
}
