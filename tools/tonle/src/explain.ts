import { writeFileSync } from 'node:fs';
import { counted, printableValue } from '@tonle/contracts';
import type { CommandContext } from './command-context.js';
import { bundleFaults, openBundle } from './evidence-file.js';
import { UsageError, type GatewayClient } from './gateway-client.js';
import { readGiven } from './given-file.js';
import { OPERATOR, searchPage } from './ops.js';
import { show } from './output.js';
import { storyText, type ShownEntry, type ShownStory } from './story-lines.js';

const PAGE = 900;
const EVIDENCE_MS_MAX = 60_000;

export interface ExplainOptions {
  readonly raw?: boolean;
  readonly reason?: string;
  readonly bundle?: string;
  readonly verify?: string;
}

/** `tonle explain`: the story of a payment, or its evidence as a file, or whether such a file is whole. */
export async function runExplain(
  context: CommandContext,
  id: string | undefined,
  options: ExplainOptions,
): Promise<number> {
  const { raw, reason, bundle, verify } = options;
  if (verify !== undefined) return verified(context, verify);
  if (id === undefined) throw new UsageError('Which payment? Give its id, UETR, message id or a reference.');
  const readsMessages = raw === true || bundle !== undefined;
  if (readsMessages && reason === undefined)
    throw new UsageError('Messages name people: say by --reason why you read them. It is recorded.');
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
  { output }: CommandContext,
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
  show(output, story, () => storyText(story));
  return story.incomplete.length === 0 ? 0 : 1;
}

async function withMessages(
  { output }: CommandContext,
  gateway: GatewayClient,
  paymentId: string,
  asked: { readonly reason: string; readonly bundle: string | undefined; readonly raw: boolean },
): Promise<number> {
  const path = `/v1/ops/payments/${paymentId}/evidence?reason=${encodeURIComponent(asked.reason)}`;
  const bytes = await gateway.download(path, EVIDENCE_MS_MAX);
  const opened = openBundle(bytes);
  const { story, files } = opened;
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
      [`${asked.bundle}: ${told}, ${counted(Object.keys(files).length, 'file')}`, ...missingText(story)].join(
        '\n',
      ),
    );
  }
  return story.incomplete.length === 0 ? 0 : 1;
}

const missingText = ({ incomplete }: ShownStory): string[] =>
  incomplete.map((service) => `  ${printableValue(service)} did not answer: what it knows is not in it`);

/** Readable by its owner alone, since messages name people; never over a file that is there. */
function writeNew(file: string, bytes: Uint8Array): void {
  try {
    writeFileSync(file, bytes, { flag: 'wx', mode: 0o600 });
  } catch (error) {
    throw new UsageError(`${file} cannot be written: ${error instanceof Error ? error.message : ''}`);
  }
}

function verified({ output }: CommandContext, file: string): number {
  const opened = openBundle(readGiven(file));
  const faults = bundleFaults(opened);
  const { paymentId, incomplete } = opened.story;
  show(output, { file, paymentId, ok: faults.length === 0, faults, incomplete }, () =>
    faults.length === 0
      ? `${file} is whole: the evidence of payment ${printableValue(paymentId)}`
      : [`${file} is not what was made:`, ...faults.map((fault) => `  ${printableValue(fault)}`)].join('\n'),
  );
  return faults.length === 0 ? 0 : 1;
}
