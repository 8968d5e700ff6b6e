export { startSingle } from './single.js';
export { startCluster } from './cluster.js';
export { LaunchError } from './ports.js';
export { askedAmount, askedPayee, networkFlows, type AskedPayee, type NetworkFlow } from './flows.js';
export { payBothWays } from './demo.js';
export { openPlanned } from './open-planned.js';
export type { LaunchOptions, Running } from './running.js';
export type { SandboxDirectory } from './world.js';
export { PORT_BASE } from './layout.js';
