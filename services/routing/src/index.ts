export { startRouting } from './routing.service.js';
