import { createHash } from 'node:crypto';

const TEXTS_MAX = 500;
const PREPARE_FROM_USE = 3;
const PREPARABLE = /^\s*(SELECT|INSERT|UPDATE|DELETE|WITH|MERGE)\b/i;

/**
 * Gives a statement's text a name from its third use on, so that the server keeps its plan. Texts that
 * are made up on the fly never get one: the table is bounded and takes no new text when full.
 */
export class PreparedNames {
  private readonly texts = new Map<string, { uses: number; name?: string }>();

  /** Undefined: to be sent without a name. */
  nameOf(text: string): string | undefined {
    const known = this.texts.get(text);
    if (known?.name !== undefined) return known.name;
    if (known === undefined) {
      if (this.texts.size < TEXTS_MAX && PREPARABLE.test(text)) this.texts.set(text, { uses: 1 });
      return undefined;
    }
    known.uses += 1;
    if (known.uses >= PREPARE_FROM_USE)
      known.name = createHash('sha256').update(text).digest('hex').slice(0, 24);
    return known.name;
  }
}
