import { startNetwork } from '@tonle/network';
import { unionpay } from './network.js';

export { unionpay };
export const start = startNetwork(unionpay);
