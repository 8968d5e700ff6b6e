export { startAdapterThailand } from './adapter-thailand.js';
