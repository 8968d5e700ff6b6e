import { startNetwork } from '@tonle/network';
import { alipay } from './network.js';

export { RESULTS } from './codes.js';
export const start = startNetwork(alipay);
