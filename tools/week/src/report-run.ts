import type { Desk } from './desk.js';

interface MadeFile {
  readonly fileId: string;
  readonly format: string;
  readonly sha256: string;
}

interface MadeRun {
  readonly state: string;
  readonly progress: string;
  readonly files?: readonly MadeFile[];
}

/** Waits until a run has ended. Resolves with its files; rejects when it has failed. */
export async function filesOfRun(desk: Desk, of: string, runId: string): Promise<readonly MadeFile[]> {
  const run = await desk.until(of, async () => {
    const found = await desk.get<MadeRun>(`/v1/ops/reports/runs/${runId}`);
    if (!['done', 'failed'].includes(found.state)) throw new Error(`it is ${found.state}: ${found.progress}`);
    return found;
  });
  if (run.state !== 'done') throw new Error(`${of}: ${JSON.stringify(run)}`);
  return run.files ?? [];
}
