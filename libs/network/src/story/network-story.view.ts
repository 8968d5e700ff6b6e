import type { StoryFact, StoryNames } from '@tonle/contracts';
import {
  evidenceBytes,
  evidenceFact,
  evidenceOf,
  keptRequest,
  requestBytes,
  requestFacts,
  type EvidenceRow,
  type KeptRequest,
} from '@tonle/door';
import type { Database } from '@tonle/persistence';
import type { StoredBytes, StorySource } from '@tonle/platform';
import { keptLegs, legChain, legFacts, type KeptLegs } from './leg-facts.view.js';

const DRAWN = `
  SELECT d.drawing_id AS "drawingId", d.code_id AS "codeId", d.decided_at AS "decidedAt", c.issued_at AS "issuedAt",
    c.expires_at AS "expiresAt", c.participant
  FROM drawing AS d
  JOIN payment_code AS c USING (code_id)
  WHERE d.payment_id = $1::uuid`;

interface DrawnRow {
  readonly drawingId: string;
  readonly codeId: string;
  readonly decidedAt: Date;
  readonly issuedAt: Date;
  readonly expiresAt: Date;
  readonly participant: string;
}

/** What is known of one payment, and the names under which messages about it were kept. */
interface Known {
  readonly legs: KeptLegs;
  readonly request: KeptRequest | undefined;
  readonly drawn: DrawnRow | undefined;
  readonly subjects: readonly string[];
}

/** What the service of a network knows of one payment: legs, answers, enquiries, and every message with its bytes. */
export class NetworkStory implements StorySource {
  constructor(
    private readonly database: Database,
    /** As words name it. */
    private readonly network: string,
    /** Does it call us? Then requests come in here. */
    private readonly callsUs: boolean,
    /** Why it is not sent to, or not asked, right now. */
    private readonly heldBy: () => string | undefined,
  ) {}

  async facts(names: StoryNames): Promise<{ facts: StoryFact[] }> {
    const known = await this.known(names);
    const { legs, request, drawn, subjects } = known;
    const rows = await evidenceOf(this.database, subjects);
    const facts = [
      ...(drawn === undefined ? [] : codeFacts(drawn)),
      ...(request === undefined ? [] : requestFacts(request)),
      ...legFacts(legs, this.network),
      ...rows.map((row) => this.messageFact(row, names)),
      ...this.heldFacts(legs),
    ];
    return { facts: inOrder(facts) };
  }

  async bytes(names: StoryNames, ids: readonly string[]): Promise<readonly StoredBytes[]> {
    const { request, subjects } = await this.known(names);
    return [...requestBytes(request, ids), ...(await evidenceBytes(this.database, subjects, ids))];
  }

  private async known(names: StoryNames): Promise<Known> {
    const { paymentId, uetr, quoteId, lookupIds, recallIds } = names;
    const [legs, request, [drawn]] = await Promise.all([
      keptLegs(this.database, paymentId),
      this.callsUs ? keptRequest(this.database, paymentId) : undefined,
      this.callsUs ? this.database.query<DrawnRow & object>(DRAWN, [paymentId]) : [],
    ]);
    const own = [
      ...legs.attempts.flatMap(({ legKey, externalRef }) => [legKey, externalRef]),
      ...(request === undefined
        ? []
        : [request.submit.messageId, request.uetr, request.submit.lookup?.lookupId]),
      ...(drawn === undefined ? [] : [drawn.drawingId, drawn.codeId]),
    ];
    const subjects = [paymentId, uetr, quoteId, ...lookupIds, ...recallIds, ...own].filter(
      (each) => each !== undefined,
    );
    return { legs, request, drawn, subjects: [...new Set(subjects)] };
  }

  private messageFact(row: EvidenceRow, { lookupIds, recallIds }: StoryNames): StoryFact {
    const fact = evidenceFact(row, this.network);
    if (lookupIds.includes(row.subject))
      return { ...fact, chain: 'lookup', sends: [`lookup:${row.subject}`] };
    if (recallIds.includes(row.subject))
      return { ...fact, chain: `recall:${row.subject}`, takes: [`recall:${row.subject}`] };
    return /:[DCR]$/.test(row.subject) ? { ...fact, chain: legChain(row.subject) } : fact;
  }

  /** A breaker holds what is not done yet. */
  private heldFacts({ attempts, around }: KeptLegs): StoryFact[] {
    const held = this.heldBy();
    const open = around.find(({ what }) => what === 'open');
    const last = attempts[attempts.length - 1];
    if (held === undefined || last === undefined || (open === undefined && !last.waits)) return [];
    return [{ id: 'held', at: (open?.at ?? last.intentAt).toISOString(), kind: 'trouble', words: held }];
  }
}

function codeFacts({
  drawingId,
  codeId,
  decidedAt,
  issuedAt,
  expiresAt,
  participant,
}: DrawnRow): StoryFact[] {
  return [
    {
      id: `code:${codeId}`,
      at: issuedAt.toISOString(),
      kind: 'decision',
      words: `a code to show was issued to ${participant}, until ${expiresAt.toISOString()}`,
      facts: { codeId, participant },
      sends: [`lookup:${codeId}`],
    },
    {
      id: `drawing:${drawingId}`,
      at: decidedAt.toISOString(),
      kind: 'decision',
      words: `${drawingId} was drawn on the code`,
      facts: { drawingId, codeId },
      takes: [`lookup:${codeId}`],
    },
  ];
}

/** By time; those of one instant as they were listed, so that an intent is before what was sent and an answer after it. */
function inOrder(facts: readonly StoryFact[]): StoryFact[] {
  const rank = (fact: StoryFact): number =>
    fact.id.startsWith('intent:') ? 0 : fact.bytes !== undefined ? 1 : 2;
  return [...facts].sort((a, b) => (a.at === b.at ? rank(a) - rank(b) : a.at < b.at ? -1 : 1));
}
