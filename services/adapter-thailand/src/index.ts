import { startNetwork } from '@tonle/network';
import { thailand } from './network.js';

export { thailand };
export const start = startNetwork(thailand);
