import { isoNetwork, readProfile } from '@tonle/network-iso';

export const PROFILE = readProfile(new URL('./profile.json', import.meta.url));

/** The Thai side: plain ISO 20022, codes that it resolves itself. */
export const thailand = isoNetwork(PROFILE, {
  name: 'THAI',
  url: 'https://127.0.0.1:7422',
  port: 7410,
  statementAccounts: 'TONLE-THB',
});
