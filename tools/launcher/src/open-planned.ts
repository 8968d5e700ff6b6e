import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { corridorBody } from '@tonle/directory';
import type { ApiClient } from '@tonle/tool-tonle';
import { expectOk } from './attempt.js';
import type { Running } from './running.js';
import { doneByTwo, type TwoOperators } from './two-operators.js';
import type { SandboxDirectory } from './world.js';

const REASON = 'to try what is planned';
const WAIT_MS_MAX = 15_000;
const RETRY_MS = 100;

interface Corridors {
  readonly corridors: readonly {
    readonly corridor: string;
    readonly open: { readonly outbound: boolean; readonly inbound: boolean };
    readonly closedBecause: { readonly outbound?: string; readonly inbound?: string };
  }[];
}

/**
 * Opens every planned corridor of an installation both ways, as two operators do; one that is open stays so. Resolves with
 * their ids when the gateway takes payments for them. Throws what kept it from that.
 */
export async function openPlanned(
  { home }: Pick<Running, 'home'>,
  operators: TwoOperators,
): Promise<readonly string[]> {
  const { entries } = JSON.parse(readFileSync(join(home, 'directory.json'), 'utf8')) as SandboxDirectory;
  const planned = entries.flatMap(({ kind, id, body, ended }) =>
    kind === 'corridor' && ended !== true && corridorBody.parse(body).status === 'planned' ? [id] : [],
  );
  for (const id of planned)
    for (const direction of ['outbound', 'inbound'])
      await doneByTwo(
        operators,
        `/v1/ops/corridors/${id}`,
        { direction, open: true, reason: REASON },
        `opening of corridor ${id} for ${direction} payments`,
      );
  await untilOpen(planned, operators.maker);
  return planned;
}

/** The gateway hears of it in a moment. */
async function untilOpen(ids: readonly string[], operator: Pick<ApiClient, 'get'>): Promise<void> {
  const end = performance.now() + WAIT_MS_MAX;
  for (;;) {
    const { corridors } = await expectOk(operator.get<Corridors>('/v1/corridors'), 'the list of corridors');
    const closed = ids.flatMap((id) => {
      const shown = corridors.find(({ corridor }) => corridor === id);
      if (shown === undefined) return [`Corridor ${id} is not there.`];
      return shown.open.outbound && shown.open.inbound ? [] : Object.values(shown.closedBecause);
    });
    if (closed.length === 0) return;
    if (performance.now() > end) throw new Error(closed.join(' '));
    await new Promise((done) => setTimeout(done, RETRY_MS));
  }
}
