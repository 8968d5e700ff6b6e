import { startNetwork } from '@tonle/network';
import { laos } from './network.js';

export { laos };
export const start = startNetwork(laos);
