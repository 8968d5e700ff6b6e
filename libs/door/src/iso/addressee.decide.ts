import { refusedField, type Refusal } from '@tonle/contracts';
import type { Addressee } from '@tonle/iso20022';

/** What we are called: our BIC, and our member id where the network gives us one. */
export interface OwnNames {
  readonly bic: string;
  readonly memberId?: string;
}

const HEAD_OFFICE = 'XXX';

/**
 * Whether a message is to us: whoever signed it may have meant another switch. Every code that can be compared has to be
 * ours; a member id where we have none is somebody else's, unless our BIC stands beside it.
 */
export function addresseeRefusal(
  addressees: readonly Pick<Addressee, 'path' | 'bic' | 'memberId'>[],
  names: OwnNames,
): Refusal | undefined {
  const other = addressees.find((addressee) => !isOurs(addressee, names));
  if (other === undefined) return undefined;
  const us = names.memberId === undefined ? names.bic : `${names.bic} or ${names.memberId}`;
  return refusedField(
    'wrong_recipient',
    other.path,
    `${other.bic ?? other.memberId} is not us; we are ${us}.`,
  );
}

function isOurs({ bic, memberId }: Omit<Addressee, 'path'>, names: OwnNames): boolean {
  if (bic !== undefined && officeOf(bic) !== officeOf(names.bic)) return false;
  if (memberId === undefined || memberId === names.memberId) return true;
  return bic !== undefined && names.memberId === undefined;
}

/** A BIC of eight characters is that of the head office. */
function officeOf(bic: string): string {
  return bic.length === 8 ? bic + HEAD_OFFICE : bic;
}
