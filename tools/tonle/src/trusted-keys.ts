import type { Command } from 'commander';
import type { Bind, CommandContext } from './command-context.js';
import { UsageError } from './gateway-client.js';
import { readGiven } from './given-file.js';
import { OPERATOR } from './ops.js';
import { show, table } from './output.js';
import { proposedText, type ProposedDeed } from './proposed-text.js';

interface TrustOptions {
  readonly publicKey: string;
  readonly reason: string;
  readonly until: string;
  readonly from?: string;
  readonly evidence?: string;
}

interface TrustedKeyShown {
  readonly keyId: string;
  readonly algorithm: string;
  readonly fingerprint: string;
  readonly validFrom: string;
  readonly validTo: string;
}

/** `tonle ops keys`: which keys sign for participants, partners and operators. */
export function addTrustedKeyCommands(ops: Command, bind: Bind): void {
  const keys = ops
    .command('keys')
    .description('Look at the keys that sign for a participant, trust and withdraw them.');
  keys
    .command('list <participant>')
    .description('List the keys of a participant with their fingerprints.')
    .action(bind((context, _options, [participant]) => runKeys(context, participant!)));
  keys
    .command('trust <participant> <keyId>')
    .description(
      'Propose that a key signs for a participant; others approve it when they have compared its fingerprint.',
    )
    .requiredOption('--public-key <file>', 'its public key as PEM, - for standard input')
    .requiredOption('--until <instant>', 'when it ends: 2027-12-31T00:00:00Z')
    .requiredOption('--reason <text>', 'why')
    .option('--from <instant>', 'when it begins to sign (default: at once)')
    .option('--evidence <text>', 'by which other way its fingerprint was had')
    .action(
      bind((context, options, [participant, keyId]) =>
        runTrust(context, participant!, keyId!, options as unknown as TrustOptions),
      ),
    );
  keys
    .command('withdraw <participant> <keyId>')
    .description('Withdraw a key at once: it signs nothing any more.')
    .requiredOption('--reason <text>', 'why')
    .action(
      bind((context, options, [participant, keyId]) =>
        runWithdraw(context, participant!, keyId!, options as unknown as { reason: string }),
      ),
    );
}

const pathOf = (participant: string): string =>
  `/v1/ops/participants/${encodeURIComponent(participant)}/keys`;

async function runKeys({ output, gateway }: CommandContext, participant: string): Promise<number> {
  const { keys } = await gateway(OPERATOR).ask<{ keys: readonly TrustedKeyShown[] }>(
    'GET',
    pathOf(participant),
  );
  if (output.json) for (const key of keys) output.out(JSON.stringify(key));
  else if (keys.length === 0) output.out('None.');
  else
    output.out(
      table(
        keys.map(({ keyId, algorithm, fingerprint, validFrom, validTo }) => [
          ...[keyId, algorithm, fingerprint, `from ${validFrom}`, `until ${validTo}`],
        ]),
      ),
    );
  return 0;
}

async function runTrust(
  context: CommandContext,
  participant: string,
  keyId: string,
  { publicKey, reason, until, from, evidence }: TrustOptions,
): Promise<number> {
  const publicKeyPem = readGiven(publicKey, 'Name the file that has the public key.').toString('utf8');
  if (publicKeyPem.includes('PRIVATE KEY'))
    throw new UsageError(
      `${publicKey} is a private key: nobody else may have it. Name the file of its public key.`,
    );
  const body = {
    ...{ keyId, publicKeyPem, validTo: until, reason },
    ...(from !== undefined && { validFrom: from }),
    ...(evidence !== undefined && { evidence }),
  };
  const answer = await context
    .gateway(OPERATOR)
    .ask<{ done: boolean; fingerprint: string } & ProposedDeed>('POST', pathOf(participant), { body });
  show(context.output, answer, () =>
    [
      `${keyId} has the fingerprint ${answer.fingerprint}`,
      answer.done ? `It signs for ${participant} already.` : proposedText(context, answer, [`key:${keyId}`]),
    ].join('\n'),
  );
  return 0;
}

async function runWithdraw(
  { output, gateway }: CommandContext,
  participant: string,
  keyId: string,
  { reason }: { readonly reason: string },
): Promise<number> {
  const path = `${pathOf(participant)}/${encodeURIComponent(keyId)}/withdrawal`;
  const answer = await gateway(OPERATOR).ask('POST', path, { body: { reason } });
  show(output, answer, () => `Done: ${keyId} signs nothing for ${participant} any more.`);
  return 0;
}
