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

/** Names of the data objects of the top level (EMVCo MPM 4.2); accounts, templates and what is reserved go by range. */
const TOP_LEVEL: Readonly<Record<string, string>> = {
  '00': 'payloadFormatIndicator',
  '01': 'pointOfInitiationMethod',
  '52': 'merchantCategory',
  '53': 'currency',
  '54': 'amount',
  '55': 'tipOrConvenienceIndicator',
  '56': 'convenienceFeeFixed',
  '57': 'convenienceFeePercentage',
  '58': 'country',
  '59': 'merchantName',
  '60': 'merchantCity',
  '61': 'postalCode',
  '62': 'additionalData',
  '63': 'checkSum',
  '64': 'languageTemplate',
};

/** The name of the data object at a path of tags, `62/07`, whatever it is: no tag of the table is left without one. */
export function objectName(path: string): string {
  const [outer = '', inner, innermost] = path.split('/');
  if (innermost !== undefined) return innermost === '00' ? 'globallyUniqueId' : 'schemeData';
  if (inner === undefined) {
    if (TOP_LEVEL[outer] !== undefined) return TOP_LEVEL[outer];
    if (outer <= '51') return 'merchantAccount';
    return outer <= '79' ? 'reserved' : 'unreservedTemplate';
  }
  if (outer === '62') return ADDITIONAL_DATA[inner] ?? (inner >= '50' ? 'schemeTemplate' : 'reserved');
  if (outer === '64') return LANGUAGE_TEMPLATE[inner] ?? 'reserved';
  return inner === '00' ? 'globallyUniqueId' : 'schemeData';
}
