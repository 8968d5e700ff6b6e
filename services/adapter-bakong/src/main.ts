import { startFromEnvironment } from '@tonle/platform';
import { startAdapterBakong } from './adapter-bakong.js';

await startFromEnvironment('adapter-bakong', startAdapterBakong);
