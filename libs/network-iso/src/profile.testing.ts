import { isoProfile } from './profile.js';

/** A made-up network, as its file would say it. */
export const LAGOON_FILE = {
  id: 'lagoon',
  utcOffsetMinutes: 720,
  versions: {
    payment: 'pacs.008.001.08',
    status: 'pacs.002.001.10',
    enquiry: 'pacs.028.001.03',
    proxyRequest: 'acmt.023.001.03',
  },
  notFoundIsFinal: true,
  payees: {
    spacers: '[\\s-]',
    accounts: [
      { type: 'MBNO', proxy: true, form: '(?:\\+?679)?(7\\d{6})', written: '679$1', guessed: true },
      { type: 'DNAM', proxy: true, form: '@[a-z]+', guessed: true },
      { type: 'bank_account', form: '[A-Z0-9]{8,20}', guessed: '[A-Z]{2}[A-Z0-9]{6,18}' },
      { type: '*', form: '\\d{4,18}' },
    ],
  },
  inbound: {},
};

export const LAGOON = isoProfile.parse(LAGOON_FILE);
