import { startFromEnvironment } from '@tonle/nest';
import { startAdapterThailand } from './adapter-thailand.js';

await startFromEnvironment('adapter-thailand', startAdapterThailand);
