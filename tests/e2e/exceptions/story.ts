import { createHash, randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from '@jest/globals';
import { runTonle } from '@tonle/tool-tonle';
import { unzipSync } from 'fflate';
import type { Money } from '../../world/installation.js';
import type { InstallationTests } from '../../world/installation-tests.js';
import { visitorPayment } from '../../world/visitor-payment.js';

// What operators are told of a payment: whatever became of it, the whole of it, and evidence whose bytes are what they are said to be.

interface Entry {
  readonly id: string;
  readonly service: string;
  readonly kind: string;
  readonly words: string;
  readonly facts?: Readonly<Record<string, string>>;
  readonly amount?: Money;
  readonly message?: { readonly file: string; readonly sha256: string; readonly size: number };
}
interface Story {
  readonly paymentId: string;
  readonly payment: { readonly state: string };
  readonly entries: readonly Entry[];
  readonly incomplete: readonly string[];
  readonly cut: readonly string[];
}

const EVERYBODY = ['adapter-bakong', 'adapter-thailand', 'fx', 'gateway', 'routing', 'settlement'];
const hashOf = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

export const story: InstallationTests = (world) => {
  const storyOf = async (paymentId: string): Promise<Story> =>
    (await world().as('OPERATOR').get<Story>(`/v1/ops/payments/${paymentId}/story?limit=900`)).body;

  /** Waits until those who hear of an end by and by have heard of it; checks what holds for every story. */
  const wholeStory = async (paymentId: string): Promise<Story> => {
    const told = await world().until('everybody to know the payment', async () => {
      const now = await storyOf(paymentId);
      // A service that is slow to answer is left out of a story, and named.
      const isWhole = now.incomplete.length === 0 && now.entries.some(({ id }) => id === 'settlement/record');
      return isWhole ? now : undefined;
    });
    expect(told.cut).toEqual([]);
    expect(new Set(told.entries.map(({ id }) => id)).size).toBe(told.entries.length);
    for (const { facts, amount } of told.entries.filter(({ id }) => id.startsWith('routing/transfer:'))) {
      // Debit and credit of one amount in one currency: the currency of an account ends its code.
      expect(facts!['debit']!.endsWith(`:${amount!.currency}`)).toBe(true);
      expect(facts!['credit']!.endsWith(`:${amount!.currency}`)).toBe(true);
    }
    await evidenceOf(told);
    return told;
  };

  /** A bundle that everybody has answered for: each message is there, and its bytes are those that the story tells of. */
  const evidenceOf = async ({ paymentId, entries }: Story): Promise<void> => {
    const path = `/v1/ops/payments/${paymentId}/evidence?reason=${encodeURIComponent('a test of evidence')}`;
    const { body, files, bundled } = await world().until('evidence without a gap', async () => {
      const answer = await world().as('OPERATOR').get<Uint8Array>(path);
      expect(answer.status).toBe(200);
      const unzipped = unzipSync(answer.body);
      const textOf = (file: string) => Buffer.from(unzipped[file] ?? []).toString();
      const inside = JSON.parse(textOf('story.json')) as Story;
      expect([inside.incomplete, textOf('missing.txt')]).toEqual([[], '']);
      return { body: answer.body, files: unzipped, bundled: inside };
    });
    const messagesOf = (of: readonly Entry[]) => of.flatMap(({ message }) => message ?? []);
    // By its own story: the names of files count its entries, and a late answer or notice may have come since the other was told.
    const messages = messagesOf(bundled.entries);
    const hashes = messages.map(({ sha256 }) => sha256);
    expect(messages.length).toBeGreaterThan(5);
    expect(messages.map(({ file }) => hashOf(files[file]!))).toEqual(hashes);
    expect(hashes).toEqual(expect.arrayContaining(messagesOf(entries).map(({ sha256 }) => sha256)));
    const sums = Buffer.from(files['SHA256SUMS']!).toString().trimEnd().split('\n');
    expect(sums.map((line) => line.slice(66)).sort()).toEqual(
      Object.keys(files)
        .filter((name) => !name.startsWith('SHA256SUMS'))
        .sort(),
    );
    for (const line of sums) expect(hashOf(files[line.slice(66)]!)).toBe(line.slice(0, 64));
    await verified(body);
  };

  /** As whoever has the public key of the switch finds it, and as nobody can change it. */
  const verified = async (bundle: Uint8Array): Promise<void> => {
    const folder = mkdtempSync(join(tmpdir(), 'tonle-e2e-evidence-'));
    try {
      const verify = async (bytes: Uint8Array): Promise<number> => {
        const file = join(folder, 'case.zip');
        writeFileSync(file, bytes);
        const quiet = { json: false, out: () => undefined, err: () => undefined };
        const args = ['--home', world().running.home, 'explain', '--verify', file];
        return runTonle(args, quiet, {});
      };
      expect(await verify(bundle)).toBe(0);
      const changed = Buffer.from(bundle);
      changed[changed.indexOf('"paymentId"') + 2]! ^= 1;
      expect(await verify(changed)).toBe(1);
    } finally {
      rmSync(folder, { recursive: true });
    }
  };

  const stepsOf = ({ entries }: Story): string[] =>
    entries.filter(({ id }) => id.startsWith('routing/step:')).map(({ facts }) => facts!['to']!);
  const placeOf = ({ entries }: Story, wanted: (entry: Entry) => boolean): number =>
    entries.findIndex(wanted);

  it('tells of a payment that completed: from its quote to its settlement, nothing before what brought it', async () => {
    const { paymentId } = (await world().pay(await world().prepare())).body;
    const told = await wholeStory(paymentId);
    expect([...new Set(told.entries.map(({ service }) => service))].sort()).toEqual(EVERYBODY);
    expect(stepsOf(told).at(-1)).toBe('COMPLETED');
    const order = [
      placeOf(told, ({ service, kind }) => service === 'fx' && kind === 'quote'),
      placeOf(told, ({ id }) => id === 'gateway/request'),
      placeOf(told, ({ facts }) => facts?.['to'] === 'RECEIVED'),
      placeOf(told, ({ service, kind }) => service === 'adapter-bakong' && kind === 'message_out'),
      placeOf(told, ({ facts }) => facts?.['to'] === 'DEBIT_SECURED'),
      placeOf(told, ({ words }) => words === 'pacs.008 to thailand'),
      placeOf(told, ({ facts }) => facts?.['to'] === 'COMPLETED'),
      placeOf(told, ({ id }) => id === 'settlement/record'),
    ];
    expect(order).toEqual([...order].sort((a, b) => a - b));
    expect(order).not.toContain(-1);
    const kinds = told.entries.filter(({ id }) => id.startsWith('routing/transfer:')).map(({ id }) => id);
    expect(kinds.sort()).toEqual(
      ['discharge', 'discharge_rail', 'fee', 'obligation_source', 'obligation_target'].map(
        (kind) => `routing/transfer:${kind}`,
      ),
    );
    expect(JSON.stringify(told)).not.toContain('Sok Dara');
    const { body } = await world().as('OPERATOR').get<unknown>(`/v1/ops/actions?subject=${paymentId}`);
    expect(JSON.stringify(body)).toContain('a test of evidence');
  });

  it('tells of one that was paid back, and why', async () => {
    await world().fault({ network: 'thailand', operation: 'pacs.008', fault: 'reject', code: 'AC04' });
    const { paymentId } = (await world().pay(await world().prepare())).body;
    const told = await wholeStory(paymentId);
    expect(stepsOf(told).slice(-2)).toEqual(['UNWINDING', 'REJECTED']);
    expect(told.entries.find(({ facts }) => facts?.['to'] === 'UNWINDING')!.facts).toMatchObject({
      reason: 'partner_rejected',
      isoReason: 'AC04',
    });
    expect(told.entries.map(({ id }) => id)).toEqual(
      expect.arrayContaining(['routing/transfer:reversal', 'routing/transfer:reversal_rail']),
    );
  });

  it('tells of one whose network was silent, and of each question about it', async () => {
    await world().fault({ network: 'thailand', operation: 'pacs.008', fault: 'timeout_after', delayMs: 500 });
    const { paymentId } = (await world().pay(await world().prepare(), { wait: 0 })).body;
    await world().ended(paymentId);
    const told = await wholeStory(paymentId);
    expect(stepsOf(told)).toContain('CREDIT_UNKNOWN');
    const asked = told.entries.filter(
      ({ service, kind }) => service === 'adapter-thailand' && kind === 'enquiry',
    );
    expect(asked.map(({ words }) => words)).toEqual([expect.stringMatching(/^thailand was asked \d+ times/)]);
    expect(told.entries.map(({ words }) => words)).toContain('pacs.028 to thailand');
  });

  it('tells of one that failed before anything was sent', async () => {
    const prepared = await world().prepare();
    await world().pay(prepared);
    const { paymentId } = (await world().pay(prepared)).body;
    const told = await world().until('every service to answer, and the end to be told', async () => {
      const now = await storyOf(paymentId);
      return now.incomplete.length === 0 && stepsOf(now).at(-1) === 'REJECTED' ? now : undefined;
    });
    expect(stepsOf(told)).toEqual(['RECEIVED', 'REJECTED']);
    expect(told.entries.find(({ facts }) => facts?.['to'] === 'REJECTED')!.words).toContain('quote_used');
  });

  it('tells both payments of a refund which the other is', async () => {
    const { paymentId } = await visitorPayment(world(), 'thailand');
    const refund = await world()
      .as('KHANGKOR')
      .post<{ paymentId: string }>(
        '/v1/refunds',
        { paymentId },
        { 'idempotency-key': randomUUID(), prefer: 'wait=20' },
      );
    const back = await wholeStory(refund.body.paymentId);
    expect(back.entries.find(({ id }) => id === 'routing/refund-of')!.facts).toEqual({ refundOf: paymentId });
    const original = await wholeStory(paymentId);
    expect(original.entries.map(({ id }) => id)).toContain(`routing/refund:${refund.body.paymentId}`);
    expect(
      original.entries.find(({ id }) => id === 'adapter-thailand/request')!.message!.size,
    ).toBeGreaterThan(0);
  });

  it('tells who was told by webhook and what they answered, and of a recall with its messages', async () => {
    const hook = await world().control<{ url: string }>('GET', '/control/webhooks/story');
    const bank = world().as('KHMEKONG');
    const types = ['payment.completed'];
    const { endpointId } = (
      await bank.post<{ endpointId: string }>('/v1/webhook-endpoints', { url: hook.url, types })
    ).body;
    const sentIn = ({ entries }: Story) =>
      entries.find(({ id }) => id.startsWith(`gateway/webhook:${endpointId}`));
    try {
      const { paymentId } = (await world().pay(await world().prepare())).body;
      const refuses = { network: 'thailand', operation: 'camt.056', fault: 'reject', code: 'LEGL' };
      await world().fault(refuses);
      const key = { 'idempotency-key': randomUUID() };
      await bank.post('/v1/recalls', { paymentId, reason: 'duplicate' }, key);
      const told = await world().until('the webhook and the end of the recall', async () => {
        const now = await wholeStory(paymentId);
        const isRefused = now.entries.some(({ words }) => words.startsWith('the recall was refused'));
        return isRefused && sentIn(now)?.facts?.['status'] === '200' ? now : undefined;
      });
      const sent = sentIn(told);
      expect(sent).toMatchObject({ kind: 'message_out', facts: { operation: 'webhook' } });
      expect(sent!.message!.size).toBeGreaterThan(100);
      const order = [
        placeOf(told, ({ words }) => words.startsWith('POST /v1/recalls')),
        placeOf(told, ({ words }) => words.startsWith('it was called back (KHMEKONG): duplicate')),
        placeOf(told, ({ words }) => words === 'camt.056 to thailand'),
        placeOf(told, ({ words }) => words === 'the recall was refused (THSWITCH): legal_reason'),
      ];
      expect(order).not.toContain(-1);
      expect(order.slice(1)).toEqual([...order.slice(1)].sort((a, b) => a - b));
    } finally {
      await bank.send('DELETE', `/v1/webhook-endpoints/${endpointId}`, undefined, {});
    }
  });
};
