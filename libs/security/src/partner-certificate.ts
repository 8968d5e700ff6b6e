import { X509Certificate } from 'node:crypto';

const CHAIN_MAX = 5;

/** Whose certificates are believed. */
export interface CertificateTrust {
  /** The root that every chain ends at. */
  readonly root: X509Certificate;
  /** What may stand between. */
  readonly intermediates: readonly X509Certificate[];
  /** Is this common name the partner's? */
  isPartner(commonName: string): boolean;
}

/**
 * The certificate in a PEM text, when it leads to the root through authorities, all hold at `now` (epoch ms), and it names
 * the partner; undefined otherwise.
 */
export function trustedCertificate(
  pem: string,
  { root, intermediates, isPartner }: CertificateTrust,
  now: number,
): X509Certificate | undefined {
  const leaf = readCertificate(pem);
  if (leaf === undefined || leaf.ca || !isPartner(commonNameOf(leaf))) return undefined;
  let current = leaf;
  for (let length = 0; length < CHAIN_MAX && holdsAt(current, now); length += 1) {
    if (isIssuedBy(current, root)) return holdsAt(root, now) ? leaf : undefined;
    const issuer = intermediates.find((each) => isIssuedBy(current, each));
    if (issuer === undefined) return undefined;
    current = issuer;
  }
  return undefined;
}

function readCertificate(pem: string): X509Certificate | undefined {
  try {
    return new X509Certificate(pem);
  } catch {
    return undefined;
  }
}

function isIssuedBy(certificate: X509Certificate, issuer: X509Certificate): boolean {
  return issuer.ca && certificate.checkIssued(issuer) && certificate.verify(issuer.publicKey);
}

function holdsAt({ validFromDate, validToDate }: X509Certificate, now: number): boolean {
  return now >= validFromDate.getTime() && now < validToDate.getTime();
}

/** The last CN of the subject; a value with several lines or a quoted one is taken as it stands. */
function commonNameOf({ subject }: X509Certificate): string {
  return (
    subject
      .split('\n')
      .findLast((line) => line.startsWith('CN='))
      ?.slice(3) ?? ''
  );
}
