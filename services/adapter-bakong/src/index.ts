import { startNetwork } from '@tonle/network';
import { bakong } from './network.js';

export { bakong };
export const start = startNetwork(bakong);
