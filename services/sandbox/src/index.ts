export { sandboxSettings, THAI_DEFAULTS, type SandboxSettings, type ThaiSettings } from './settings.js';
export { startSandbox, type RunningSandbox } from './sandbox.js';
