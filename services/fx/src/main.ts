import { startFromEnvironment } from '@tonle/nest';
import { startFx } from './fx.service.js';

await startFromEnvironment('fx', startFx);
