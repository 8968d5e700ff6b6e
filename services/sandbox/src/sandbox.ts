import type { SandboxSettings } from './settings.js';

export interface RunningSandbox {
  /** `control`, `bakong`, `thailand`: where each part listens. */
  readonly addresses: Readonly<Record<'control' | 'bakong' | 'thailand', string>>;
  close(): Promise<void>;
}

/** Opens the books, listens, and lets the FX providers push their rates. */
export function startSandbox(_settings: SandboxSettings): Promise<RunningSandbox> {
  throw new Error('not built yet');
}
