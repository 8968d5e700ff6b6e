export { startFx } from './fx.service.js';
