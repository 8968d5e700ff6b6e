export { runLoad } from './load.js';
export type { LoadResult } from './result.js';
export { loadOptions, LoadError, type LoadOptions } from './options.js';
export { cpuOfGroups } from './cpu.js';
