import { startNetwork } from '@tonle/network';
import { vietnam } from './network.js';

export { vietnam };
export const start = startNetwork(vietnam);
