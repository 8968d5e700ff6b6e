import type { ApiAnswer, ApiClient } from '@tonle/tool-tonle';
import { expectOk } from './attempt.js';

const WAIT_MS_MAX = 15_000;
const RETRY_MS = 100;
const UNAVAILABLE = 503;

/** One who proposes, and one who approves. */
export interface TwoOperators {
  readonly maker: Pick<ApiClient, 'get' | 'post'>;
  readonly checker: Pick<ApiClient, 'post'>;
}

/** A deed that lets more through: proposed by one operator, approved by the other. Throws what was refused. */
export async function doneByTwo(
  { maker, checker }: TwoOperators,
  path: string,
  body: { readonly reason: string; readonly [field: string]: unknown },
  what: string,
): Promise<void> {
  const asked = await expectOk(
    whenUp(() => maker.post<{ approvalId?: string }>(path, body)),
    what,
  );
  if (asked.approvalId === undefined) return;
  await expectOk(
    whenUp(() =>
      checker.post<object>(`/v1/ops/approvals/${asked.approvalId}/decision`, {
        ...{ verdict: 'approve', acknowledged: [], reason: body.reason },
      }),
    ),
    `approving the ${what}`,
  );
}

/** The gateway may be up before those that it asks. */
async function whenUp<T>(ask: () => Promise<ApiAnswer<T>>): Promise<ApiAnswer<T>> {
  const end = performance.now() + WAIT_MS_MAX;
  for (;;) {
    const answer = await ask();
    if (answer.status !== UNAVAILABLE || performance.now() > end) return answer;
    await new Promise((done) => setTimeout(done, RETRY_MS));
  }
}
