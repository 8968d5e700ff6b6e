import type { KeyObject } from 'node:crypto';
import { join } from 'node:path';
import { counted, printableValue } from '@tonle/contracts';
import { keyFingerprint, manifestPublicKey } from '@tonle/security';
import type { CommandContext } from './command-context.js';
import { bundleFaults, openBundle, storyOf } from './evidence-file.js';
import { UsageError, type GatewayClient } from './gateway-client.js';
import { checkNew, readGiven, writeNew } from './given-file.js';
import { OPERATOR, searchPage } from './ops.js';
import { show } from './output.js';
import { nextSteps } from './story-next.js';
import { storyText, type ShownEntry, type ShownStory } from './story-lines.js';

const PAGE = 900;
const EVIDENCE_MS_MAX = 60_000;

export interface ExplainOptions {
  readonly raw?: boolean;
  readonly reason?: string;
  readonly bundle?: string;
  readonly verify?: string;
  readonly key?: string;
}

/** `tonle explain`: the story of a payment, or its evidence as a file, or whether such a file is whole. */
export async function runExplain(
  context: CommandContext,
  id: string | undefined,
  options: ExplainOptions,
): Promise<number> {
  const { raw, reason, bundle, verify, key } = options;
  if (verify !== undefined) return verified(context, verify, key);
  if (id === undefined) throw new UsageError('Which payment? Give its id, UETR, message id or a reference.');
  const readsMessages = raw === true || bundle !== undefined;
  if (readsMessages && reason === undefined)
    throw new UsageError('Messages name people: say by --reason why you read them. It is recorded.');
  // Who reads messages is recorded: not for a file that could not be written.
  if (bundle !== undefined) checkNew(bundle);
  const gateway = context.gateway(OPERATOR);
  const paymentId = await paymentIdOf(gateway, id);
  if (paymentId === undefined) {
    show(context.output, { found: false, id }, () => `No payment ${id} found.`);
    return 1;
  }
  return readsMessages
    ? withMessages(context, gateway, paymentId, { reason: reason!, bundle, raw: raw === true })
    : toldOnly(context, gateway, paymentId);
}

async function paymentIdOf(gateway: GatewayClient, id: string): Promise<string | undefined> {
  return (await searchPage(gateway, { id, limit: '1' })).payments[0]?.paymentId;
}

async function toldOnly(
  { output, command }: CommandContext,
  gateway: GatewayClient,
  paymentId: string,
): Promise<number> {
  const entries: ShownEntry[] = [];
  let page: ShownStory;
  let cursor = '';
  do {
    page = await gateway.ask<ShownStory>('GET', `/v1/ops/payments/${paymentId}/story?limit=${PAGE}${cursor}`);
    entries.push(...page.entries);
    cursor = page.next === undefined ? '' : `&cursor=${encodeURIComponent(page.next)}`;
  } while (page.next !== undefined);
  const story = { ...page, entries };
  show(output, story, () =>
    [storyText(story), ...nextSteps(story, command).map((step) => printableValue(step))].join('\n'),
  );
  return story.incomplete.length === 0 ? 0 : 1;
}

async function withMessages(
  { output, command }: CommandContext,
  gateway: GatewayClient,
  paymentId: string,
  asked: { readonly reason: string; readonly bundle: string | undefined; readonly raw: boolean },
): Promise<number> {
  const path = `/v1/ops/payments/${paymentId}/evidence?reason=${encodeURIComponent(asked.reason)}`;
  const bytes = await gateway.download(path, EVIDENCE_MS_MAX);
  const files = openBundle(bytes, 'What the gateway sent');
  const story = storyOf(files, 'what the gateway sent');
  if (asked.bundle !== undefined) writeNew(asked.bundle, bytes);
  if (asked.raw) {
    const texts = Object.fromEntries(
      story.entries.flatMap(({ message }) =>
        message === undefined
          ? []
          : [[message.file, Buffer.from(files[message.file] ?? []).toString('base64')]],
      ),
    );
    show(output, { ...story, bytes: texts }, () => storyText(story, (file) => files[file]));
  } else {
    const told = counted(story.entries.length, 'entry', 'entries');
    show(output, { file: asked.bundle, entries: story.entries.length, incomplete: story.incomplete }, () =>
      [
        `${asked.bundle}: ${told}, ${counted(Object.keys(files).length, 'file')}`,
        ...missingText(story),
        `Who has the switch's public key can verify it: ${command} explain --verify ${asked.bundle} --key <file>`,
      ].join('\n'),
    );
  }
  return story.incomplete.length === 0 ? 0 : 1;
}

const missingText = ({ incomplete }: ShownStory): string[] =>
  incomplete.map((service) => `  ${printableValue(service)} did not answer: what it knows is not in it`);

/** The key that the switch of this home signs by, where nobody names another. */
const OWN_KEY = 'TONLE-evidence.pub.pem';

function verified({ output, keysFolder }: CommandContext, file: string, keyFile: string | undefined): number {
  const files = openBundle(readGiven(file), file);
  const ofKey = keyFile ?? join(keysFolder, OWN_KEY);
  const key = publicKeyOf(ofKey);
  const faults = bundleFaults(files, { bundle: file, key, keyFile: ofKey });
  if (faults.length > 0) {
    show(output, { file, ok: false, faults }, () =>
      [`${file} is not what was made:`, ...faults.map((fault) => `  ${printableValue(fault)}`)].join('\n'),
    );
    return 1;
  }
  const story = storyOf(files, file);
  const { paymentId, incomplete } = story;
  const signedBy = keyFingerprint(key);
  show(output, { file, ok: true, faults, paymentId, signedBy, incomplete }, () =>
    [
      `${file} is whole: the evidence of payment ${printableValue(paymentId)}, signed by key ${signedBy}`,
      ...missingText(story),
    ].join('\n'),
  );
  return 0;
}

function publicKeyOf(file: string): KeyObject {
  const pem = readGiven(file, 'Name by --key the public key that the operator of the switch gave you.');
  try {
    return manifestPublicKey(pem.toString());
  } catch (error) {
    const because = error instanceof Error ? error.message : '';
    throw new UsageError(`${file} is not the public key of a switch (Ed25519, PEM): ${because}`);
  }
}
