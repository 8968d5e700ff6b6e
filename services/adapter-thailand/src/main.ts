import { startFromEnvironment } from '@tonle/platform';
import { startAdapterThailand } from './adapter-thailand.js';

await startFromEnvironment('adapter-thailand', startAdapterThailand);
