// Codes of settlement banks: what they tell, and what people do about it.

/** What operators hand in of a bank whose files do not come by themselves. */
export const BANK_FILE_KINDS = ['statement', 'notification', 'acknowledgement'] as const;
export type BankFileKind = (typeof BANK_FILE_KINDS)[number];

/** What a bank line was for: nobody has looked, it is placed, or something of it is in suspense. */
export const BANK_LINE_STATES = ['NEW', 'ALLOCATED', 'SUSPENSE'] as const;

/** Where money in suspense stands: nobody has decided; the bank is to send it back; nothing is left of it. */
export const SUSPENSE_STATES = ['OPEN', 'RETURNING', 'CLEARED'] as const;

/** What people may do with money in suspense. */
export const SUSPENSE_ACTIONS = ['to_window', 'to_prefund', 'send_back', 'keep', 'write_off'] as const;
