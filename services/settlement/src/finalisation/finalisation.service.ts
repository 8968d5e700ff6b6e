import { createHash } from 'node:crypto';
import type { Approvals } from '@tonle/approval';
import type { FinalisationReading } from '@tonle/bank-files';
import { refused, type FinalisationRefusal, type windowCalls } from '@tonle/contracts';
import type { Directory } from '@tonle/directory';
import type { Transaction } from '@tonle/persistence';
import { recordDeeds, type Platform } from '@tonle/platform';
import type { z } from 'zod';
import { netWords } from '../window/net-words.js';
import { lockWindow, netsOf, sumPaidIn } from '../window/window-life.store.js';
import { FinalisationApproval } from './finalisation-posting.kind.js';
import { proveFinalisation, type FinalisationProof } from './finalisation.decide.js';
import { finalisedWindowOf, keepFinalisation } from './finalisation.store.js';

type Request = z.infer<typeof windowCalls.takeFinalisation.request>;
type Answer = z.infer<typeof windowCalls.takeFinalisation.response>;

interface CheckedFinalisation {
  readonly proof: FinalisationProof;
  readonly windowId?: string;
  readonly instructionId?: string;
}

/** Takes what banks say that they have carried out; what is proven two people post, all else is refused by name. */
export class FinalisationService {
  private readonly posting: FinalisationApproval;

  constructor(
    private readonly platform: Pick<Platform, 'database' | 'clock' | 'random'>,
    private readonly directory: Directory,
    private readonly approvals: Approvals,
    private readonly read: (bytes: Uint8Array) => FinalisationReading,
  ) {
    this.posting = new FinalisationApproval(
      async (transaction, bytes) => (await this.check(transaction, bytes)).proof,
    );
    approvals.add(this.posting);
  }

  /** Refuses `finalisation_refused` with everything that speaks against the file, and what proposing refuses. */
  async take({ windowId, content, operator, participant, reason }: Request): Promise<Answer> {
    const { database, clock, random } = this.platform;
    const bytes = Buffer.from(content);
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    const nowMs = clock.now();
    return database.transaction(async (transaction) => {
      const checked = await this.check(transaction, bytes);
      const proof = named(checked, windowId);
      const kept = { windowId: checked.windowId, instructionId: checked.instructionId, proof };
      const file = { ...kept, finalisationId: random.id(nowMs), sha256, bytes, takenBy: operator };
      const finalisationId = await keepFinalisation(transaction, file, new Date(nowMs));
      if (finalisationId === undefined)
        return refusal([{ code: 'already_final', detail: 'this file was posted before' }]);
      if (proof.refusals.length > 0) {
        const actor = { kind: 'operator', name: operator, participant } as const;
        const after = { windowId, refusals: proof.refusals };
        const deed = {
          atMs: nowMs,
          actor,
          action: 'finalisation.refused',
          object: finalisationId,
          after,
          reason,
        };
        await recordDeeds(transaction, 'settlement', [{ ...deed, evidence: sha256 }]);
        return refusal(proof.refusals);
      }
      const window = await lockWindow(transaction, windowId);
      const proposed = await this.approvals.propose(transaction, this.posting, {
        payload: { finalisationId, windowId },
        target: windowId,
        amount: await sumPaidIn(transaction, windowId),
        before: { state: window?.state ?? 'unknown', final: 'no' },
        after: {
          final: `${windowId}, by the file of the bank`,
          nets: netWords(await netsOf(transaction, windowId), window?.currency ?? ''),
          ...{ finalisationId, sha256 },
        },
        warnings: proof.warnings.map(({ code, detail }) => ({ code, text: detail })),
        evidence: sha256,
        ...{ operator, participant, reason },
      });
      if (proposed.kind === 'refused') return refused(proposed.reason, proposed.detail);
      const { approvalId, approvalsRequired } = proposed;
      return {
        kind: 'proposed',
        finalisationId,
        approvalId,
        approvalsRequired,
        warnings: [...proof.warnings],
      };
    });
  }

  private async check(transaction: Transaction, bytes: Uint8Array): Promise<CheckedFinalisation> {
    const reading = this.read(bytes);
    if (reading.kind === 'refused') {
      const refusals = reading.errors.map(({ where, detail }) => ({
        code: 'malformed' as const,
        detail: `${where}: ${detail}`,
      }));
      return { proof: { refusals, warnings: [] } };
    }
    const { finalisation } = reading;
    const window = await finalisedWindowOf(transaction, finalisation, this.directory);
    return {
      proof: proveFinalisation(finalisation, window),
      ...(window !== undefined && { windowId: window.windowId }),
      ...(window?.instructionId !== undefined && { instructionId: window.instructionId }),
    };
  }
}

/** A file of another window than the one that it was brought for is a mistake of somebody. */
function named({ proof, windowId }: CheckedFinalisation, asked: string): FinalisationProof {
  if (windowId === undefined || windowId === asked) return proof;
  const other = {
    code: 'window_unknown' as const,
    detail: `it is of ${windowId}, and was brought for ${asked}`,
  };
  return { ...proof, refusals: [other, ...proof.refusals] };
}

function refusal(
  refusals: readonly { readonly code: FinalisationRefusal; readonly detail: string }[],
): Answer {
  const errors = refusals.map(({ code, detail }) => ({ path: '/content', message: `${code}: ${detail}` }));
  return { kind: 'refused', reason: 'finalisation_refused', errors };
}
