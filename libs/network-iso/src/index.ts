export { readAccount, type PayeeAccount } from './account.js';
export { configuredNetworks, configuredStarts, runConfigured } from './configured.js';
export { isoNetwork } from './network.js';
export { isoProfile, readProfile, type IsoProfile } from './profile.js';
export { isoSettings, type IsoSettings, type SettingNames } from './settings.js';
export { legKeyOfMessageId, writeMessage, type Ends } from './message.js';
export { readStatus } from './status-answer.js';
