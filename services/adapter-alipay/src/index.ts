import { startNetwork } from '@tonle/network';
import { alipay } from './network.js';

export { CODES, statusOf } from './codes.js';
export { amountTrouble, wireAmount } from './message.js';
export const start = startNetwork(alipay);
