export { startSingle } from './single.js';
export { startCluster } from './cluster.js';
export { LaunchError } from './ports.js';
export type { LaunchOptions, Running } from './running.js';
