export { readAccount, type PayeeAccount } from './account.js';
export { configuredNetwork, configuredStarts, networksIn, runConfigured } from './configured.js';
export { isoNetwork } from './network.js';
export { readProfile, type IsoProfile } from './profile.js';
export { type IsoSettings, type SettingNames } from './settings.js';
