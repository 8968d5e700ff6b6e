import { startFromEnvironment } from '@tonle/platform';
import { startFx } from './fx.service.js';

await startFromEnvironment('fx', startFx);
