export { startAdapterThailand as start } from './adapter-thailand.js';
