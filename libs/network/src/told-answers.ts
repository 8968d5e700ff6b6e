import { refused, type Refusal } from '@tonle/contracts';
import type { Reply } from '@tonle/door';
import type { Queryable } from '@tonle/persistence';
import type { KeptAnswer } from './inbound.js';

/** Longer than anything holds that is answered once. */
const KEPT_H = 1;
const ERRORS_FROM = 400;

/** Answers that were given once: the same question has the same again, at any instance. */
export class ToldAnswers {
  constructor(private readonly database: Queryable) {}

  /**
   * The answer under this name, or what the work comes to: that is kept, unless it is an error. Refuses `key_reused` for other
   * content under the name.
   */
  async once(
    { name, contentHash }: KeptAnswer,
    work: () => Promise<Reply | Refusal>,
  ): Promise<Reply | Refusal> {
    const known = await this.find(name, contentHash);
    if (known !== undefined || contentHash === undefined) return known ?? work();
    const made = await work();
    if ('kind' in made || made.status >= ERRORS_FROM) return made;
    await this.database.query(
      `INSERT INTO told_answer (name, content_hash, reply)
       VALUES ($1, $2, $3)
       ON CONFLICT (name) DO NOTHING`,
      [name, contentHash, JSON.stringify({ ...made, body: Buffer.from(made.body).toString() })],
    );
    // Of two at once the first counts.
    return (await this.find(name, contentHash)) ?? made;
  }

  async forget(): Promise<void> {
    await this.database.query(
      `DELETE FROM told_answer WHERE at < clock_timestamp() - $1 * interval '1 hour'`,
      [KEPT_H],
    );
  }

  private async find(name: string, contentHash: Buffer | undefined): Promise<Reply | Refusal | undefined> {
    const [row] = await this.database.query<{ content_hash: Buffer; reply: Reply }>(
      'SELECT content_hash, reply FROM told_answer WHERE name = $1',
      [name],
    );
    if (row === undefined) return undefined;
    const isSame = contentHash === undefined || row.content_hash.equals(contentHash);
    return isSame ? row.reply : refused('key_reused');
  }
}
