import type { Approvals } from '@tonle/approval';
import { refused, type settlementCalls } from '@tonle/contracts';
import type { Database } from '@tonle/persistence';
import type { z } from 'zod';
import type { MissingStatements } from './missing-statements.js';
import { correctionTarget, fileWords, type StatementCorrection } from './statement-correction.kind.js';
import { takenAt } from './statement.store.js';

type ProposeRequest = z.infer<typeof settlementCalls.proposeCorrection.request>;
type ProposeAnswer = z.infer<typeof settlementCalls.proposeCorrection.response>;

/** Of a day whose statement there is, of what came first. */
const DIFFERS = 'content_differs: what came first stands until two operators take the other';

/** Files of a network that say something else than was taken of them: one operator proposes to read them, another decides. */
export class CorrectionService {
  constructor(
    private readonly database: Database,
    private readonly approvals: Approvals,
    private readonly correction: StatementCorrection,
    private readonly missing: MissingStatements,
  ) {
    approvals.add(correction);
  }

  /**
   * Refuses `schema_invalid` for no network of ours, `nothing_differs`, and what proposing refuses. Throws ServiceUnavailable while
   * the adapter is away.
   */
  async propose({ partner, currency, day, ...by }: ProposeRequest): Promise<ProposeAnswer> {
    const target = this.correction.targetOf({ partner, currency });
    if (target === undefined)
      return refused('schema_invalid', `${partner} gives no statement in ${currency}.`);
    const { differing = [], missing: cause } = await this.correction.ask(target, day);
    if (differing.length === 0) return refused('nothing_differs', cause);
    const answer = await this.database.transaction(async (transaction) =>
      this.approvals.propose(transaction, this.correction, {
        ...by,
        payload: { partner, currency, day, contents: differing },
        target: correctionTarget({ partner, currency, day }),
        before: {
          taken: (await takenAt(transaction, { partner, currency, day })) ?? 'no statement of this day',
        },
        after: { read: fileWords(differing), reconciled: `${partner} ${day}, anew` },
        evidence: differing.map(({ sha256 }) => sha256).join(' '),
      }),
    );
    // It is missing until it is read: people see it, and it is asked for by the hour.
    if (answer.kind === 'proposed') await this.missing.note({ target, day }, cause ?? DIFFERS);
    return answer;
  }
}
