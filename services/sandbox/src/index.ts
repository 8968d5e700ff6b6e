export { sandboxSettings, THAI_DEFAULTS, type SandboxSettings, type ThaiSettings } from './settings.js';
export { startSandbox, type RunningSandbox } from './sandbox.js';
export { seededUnit } from './kit/clock.js';
export { LatencyCount } from './kit/latency.js';
export { shareOfRate } from './kit/ramp.js';
