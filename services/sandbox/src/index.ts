export { sandboxSettings, THAI_DEFAULTS, type SandboxSettings, type ThaiSettings } from './settings.js';
export { startSandbox, type RunningSandbox } from './sandbox.js';
export { seededUnit } from './clock.js';
export { LatencyCount } from './thailand/latency.js';
export { shareOfRate } from './thailand/ramp.js';
