import { createPublicKey, generateKeyPairSync } from 'node:crypto';
import { existsSync, mkdirSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { loadPrivateKey } from '@tonle/security';
import type { CommandContext } from './command-context.js';
import { GatewayProblem, privateKeyFile, UsageError } from './gateway-client.js';
import { readGiven, writeNew } from './given-file.js';
import { show, table } from './output.js';

export interface RegisterOptions {
  readonly publicKey?: string;
}

interface RegisteredKey {
  readonly keyId: string;
  readonly participant: string;
  readonly algorithm: string;
  readonly validTo: string;
  readonly withdrawnAt?: string;
}

/** `tonle key register`: one's own key, under the participant that signs. Again is as well as once. */
export async function runKeyRegister(
  { output, gateway, keysFolder, command }: CommandContext,
  keyId: string,
  { publicKey }: RegisterOptions,
): Promise<number> {
  const privateFile = publicKey === undefined ? keyFileOf(keysFolder, keyId) : undefined;
  const isNew = privateFile !== undefined && !existsSync(privateFile);
  const publicKeyPem =
    privateFile === undefined ? readGiven(publicKey!).toString('utf8') : publicOf(privateFile);
  const body = { keyId, publicKeyPem };
  const key = await gateway()
    .ask<RegisteredKey>('POST', '/v1/keys', { body })
    .catch((error: unknown) => {
      if (isNew && isNotRegistered(error)) rmSync(privateFile);
      throw error;
    });
  show(output, { ...key, ...(privateFile === undefined ? {} : { privateKeyFile: privateFile }) }, () =>
    [
      `${key.keyId} (${key.algorithm}) signs for ${key.participant} until ${key.validTo}.`,
      ...(privateFile === undefined
        ? []
        : [
            `The private key is in ${privateFile}. Try it:`,
            `  ${command} --as ${key.participant} --sign-with ${key.keyId} payment list`,
          ]),
    ].join('\n'),
  );
  return 0;
}

/** `tonle key list`: those that one has registered oneself. */
export async function runKeyList({ output, gateway }: CommandContext): Promise<number> {
  const { keys } = await gateway().ask<{ keys: readonly RegisteredKey[] }>('GET', '/v1/keys');
  if (output.json) {
    for (const key of keys) output.out(JSON.stringify(key));
    return 0;
  }
  const rows = keys.map(({ keyId, algorithm, validTo, withdrawnAt }) => [
    keyId,
    algorithm,
    withdrawnAt === undefined ? `until ${validTo}` : `withdrawn ${withdrawnAt}`,
  ]);
  output.out(rows.length === 0 ? 'No key of your own.' : table(rows));
  return 0;
}

/** `tonle key withdraw`: it signs nothing any more; its file stays. */
export async function runKeyWithdraw({ output, gateway }: CommandContext, keyId: string): Promise<number> {
  const key = await gateway().ask<RegisteredKey>('DELETE', `/v1/keys/${encodeURIComponent(keyId)}`);
  show(output, key, () => `${key.keyId} was withdrawn; it signs nothing now.`);
  return 0;
}

/** Refused, or never sent. After silence or a fault of the gateway nobody knows: the pair stays, and may be sent again. */
const isNotRegistered = (error: unknown): boolean =>
  error instanceof UsageError || (error instanceof GatewayProblem && error.problem.status < 500);

function keyFileOf(keysFolder: string, keyId: string): string {
  const file = privateKeyFile(keysFolder, keyId);
  if (file === undefined) throw new UsageError(`"${keyId}" is not a key id; write KHMEKONG-laptop.`);
  return file;
}

/** The public half of a private key that is there, or of a new one that its owner alone may read. */
function publicOf(file: string): string {
  if (!existsSync(file)) {
    const { privateKey } = generateKeyPairSync('ed25519');
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    writeNew(file, privateKey.export({ type: 'pkcs8', format: 'pem' }));
  }
  return createPublicKey(loadPrivateKey(file)).export({ type: 'spki', format: 'pem' }).toString();
}
