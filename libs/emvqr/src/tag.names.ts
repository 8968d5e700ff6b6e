/** Names of the sub-tags of 62 (additional data); 00 and 50-99 keep their numbers. */
export const ADDITIONAL_DATA: Readonly<Record<string, string>> = {
  '01': 'billNumber',
  '02': 'mobileNumber',
  '03': 'storeLabel',
  '04': 'loyaltyNumber',
  '05': 'referenceLabel',
  '06': 'customerLabel',
  '07': 'terminalLabel',
  '08': 'purposeOfTransaction',
  '09': 'additionalConsumerDataRequest',
  '10': 'merchantTaxId',
  '11': 'merchantChannel',
};

/** Names of the sub-tags of 64 (the payee's name and town in another language). */
export const LANGUAGE_TEMPLATE: Readonly<Record<string, string>> = {
  '00': 'language',
  '01': 'merchantName',
  '02': 'merchantCity',
};
