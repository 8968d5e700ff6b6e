import type { Desk } from './desk.js';
import { windowOf, type WeekWindow } from './windows.js';

/** A bank's word for a window, once wrong and then right. */
export interface PlayedFinalisation {
  readonly windowId: string;
  /** By what names the wrong file was refused. */
  readonly refusedFor: string;
  readonly finalisedAt: string;
}

/** A bank brings a file with a wrong amount, which is refused, and then the right one, which people approve. */
export async function playFinalisation(desk: Desk, { windowId }: WeekWindow): Promise<PlayedFinalisation> {
  const { instructions } = await windowOf(desk, windowId);
  const { bank, messageId } = instructions.at(-1)!;
  const path = `/v1/ops/windows/${windowId}/finalisation`;
  const file = async () => ({
    content: await desk.told(`/control/${bank}/finalisation/${messageId}`),
    reason: 'the bank brought it',
  });
  await desk.control('/control/faults', {
    ...{ network: bank, operation: 'finalisations', fault: 'wrong_finalisation', count: 1 },
    match: { reference: messageId },
  });
  const { code, detail, errors = [] } = await desk.refused(path, await file());
  if (code !== 'finalisation_refused') throw new Error(`${windowId}: the wrong file is refused as ${code}`);
  const { approvalId } = await desk.post<{ approvalId: string }>(path, await file());
  await desk.approve(approvalId);
  const { finalisedAt } = await windowOf(desk, windowId);
  if (finalisedAt === undefined) throw new Error(`${windowId} is not final`);
  const refusedFor = errors.map(({ message }) => message).join('; ');
  return { windowId, refusedFor: refusedFor === '' ? (detail ?? code) : refusedFor, finalisedAt };
}
