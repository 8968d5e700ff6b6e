import { startFromEnvironment } from '@tonle/nest';
import { startAdapterBakong } from './adapter-bakong.js';

await startFromEnvironment('adapter-bakong', startAdapterBakong);
