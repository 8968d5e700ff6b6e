import { refused, settlementCalls, windowCalls } from '@tonle/contracts';
import type { Database } from '@tonle/persistence';
import type { Service } from '@tonle/platform';
import type { FinalisationService } from '../finalisation/finalisation.service.js';
import { instructionFile, listInstructions, wholeInstructions } from '../instruction/instruction.view.js';
import type { WithdrawalService } from '../instruction/withdrawal.service.js';
import { wholeWindow } from './window-detail.view.js';
import type { WindowLifeJob } from './window-life.job.js';
import type { WindowService } from './window.service.js';
import { listWindows } from './window.view.js';

const WINDOWS_EVERY_MS = 5_000;

export interface WindowParts {
  readonly database: Database;
  readonly life: WindowLifeJob;
  readonly windows: WindowService;
  readonly withdrawals: WithdrawalService;
  readonly finalisations: FinalisationService;
}

/** What settlement answers about windows and instructions, and the round that moves windows on. */
export function declareWindows(
  service: Service,
  { database, life, windows, withdrawals, finalisations }: WindowParts,
): void {
  const wantingOf = (windowId: string) => life.wantingOf(windowId);
  service.call(settlementCalls.windows, async (filter) => ({
    windows: await listWindows(database, filter, wantingOf),
  }));
  service.call(windowCalls.window, async ({ windowId }) => {
    const window = await wholeWindow(database, windowId, wantingOf);
    return window === undefined ? refused('not_found') : ({ kind: 'found', window } as const);
  });
  service.call(windowCalls.propose, (request) => windows.propose(request));
  service.call(windowCalls.netWithout, (request) => windows.netWithout(request));
  service.call(windowCalls.dispute, (request) => windows.dispute(request));
  service.call(windowCalls.instruct, (request) => windows.instruct(request));
  service.call(windowCalls.instructions, async (filter) => ({
    instructions: await listInstructions(database, filter),
  }));
  service.call(windowCalls.instruction, async (request) => {
    const [instruction] = await wholeInstructions(database, request);
    return instruction === undefined ? refused('not_found') : ({ kind: 'found', instruction } as const);
  });
  service.call(
    windowCalls.instructionFile,
    async ({ instructionId }) => (await instructionFile(database, instructionId)) ?? refused('not_found'),
  );
  service.call(windowCalls.declareDead, (request) => windows.declareDead(request));
  service.call(windowCalls.withdrawInstruction, (request) => withdrawals.propose(request));
  service.call(windowCalls.takeFinalisation, (request) => finalisations.take(request));
  service.job('advance-windows', WINDOWS_EVERY_MS, life.run);
}
