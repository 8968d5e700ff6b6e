export { ekash } from './networks/rwanda/scheme.js';
export { alipayPlus } from './networks/alipay/scheme.js';
export { jpqrAggregator } from './networks/japan/scheme.js';
export { sandboxSettings, type SandboxSettings } from './settings.js';
export { isoScheme, schemeOf, type IsoNetworkName, type IsoScheme } from './networks/iso20022/scheme.js';
export { startSandbox, type RunningSandbox } from './sandbox.js';
export { seededUnit } from './kit/clock.js';
export { LatencyCount } from './kit/latency.js';
export { shareOfRate } from './kit/ramp.js';
