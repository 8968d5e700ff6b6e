import { payable, readQr, type QrReading } from '@tonle/emvqr';
import {
  closureOf,
  closureRefusal,
  type Corridor,
  type Directory,
  type ParticipantBody,
  type Side,
} from '@tonle/directory';
import { refused, type Refusal } from '@tonle/contracts';
import { kindRefusal } from './lookup.js';
import type { CreateLookup } from './lookup.schema.js';
import { mostUseful, type NotOffered } from './offer.decide.js';

/** A corridor through which the payee may be reached. */
export interface Candidate {
  readonly corridor: Corridor;
  /** Milliseconds since 1970. */
  readonly qrExpiresAtMs?: number;
}

export interface ReachableCorridors {
  readonly kind: 'ok';
  /** At least one, the preferred one first. */
  readonly candidates: readonly Candidate[];
  /** Corridors of the payee that are closed, or cannot use this code. */
  readonly passed: readonly NotOffered[];
}

/**
 * Where a payee may be reached from the participant's home network, by the directory's data alone. Refuses, of a code: what is
 * none, what is paid at home, what nobody pays; of an account: a country without corridor, a kind that no network there
 * knows; else what kept every corridor from being asked.
 */
export function candidatesOf(
  directory: Directory,
  participantId: string,
  body: CreateLookup,
  nowMs: number,
): ReachableCorridors | Refusal {
  const participant = directory.participant(participantId);
  const corridors = corridorsFrom(directory, participant);
  const found =
    body.qrText === undefined
      ? byAccount(corridors, body.country, body.accountType ?? '')
      : byCode(corridors, body.qrText, nowMs);
  if (found.kind === 'refused') return found;
  const candidates: Candidate[] = [];
  const passed = [...found.passed];
  for (const candidate of found.candidates) {
    const closure = closureOf(candidate.corridor, 'outbound', nowMs, 'offer');
    if (closure === undefined) candidates.push(candidate);
    else passed.push({ corridor: candidate.corridor, refusal: closureRefusal(closure, nowMs) });
  }
  return candidates.length > 0
    ? { kind: 'ok', candidates, passed }
    : mostUseful(passed.map(({ refusal }) => refusal));
}

function corridorsFrom(directory: Directory, participant: ParticipantBody | undefined): readonly Corridor[] {
  const home = participant === undefined ? undefined : directory.homeOf(participant);
  return directory
    .corridorsByPreference()
    .filter((corridor) => home === undefined || corridor.home.networkId === home.networkId);
}

interface Reached {
  readonly kind: 'reached';
  readonly candidates: readonly Candidate[];
  readonly passed: readonly NotOffered[];
}

/** The code is read for each network: which of its accounts that one pays, and whether it may. */
function byCode(corridors: readonly Corridor[], text: string, nowMs: number): Reached | Refusal {
  const candidates: Candidate[] = [];
  const passed: NotOffered[] = [];
  for (const corridor of corridors) {
    const { home, partner } = corridor;
    const atHome = readQr(text, nowMs, home.schemes);
    if (atHome.scheme !== undefined && home.schemes.includes(atHome.scheme))
      return notHere(atHome, `${atHome.scheme} QR codes are paid within ${home.name}.`);
    const reading = readQr(text, nowMs, partner.schemes);
    if (!takes(partner, reading)) continue;
    const code = payable(reading);
    if (code.kind === 'unpaid') passed.push({ corridor, refusal: refused(code.reason, code.detail) });
    else
      candidates.push({
        corridor,
        ...(code.expiresAtMs !== undefined && { qrExpiresAtMs: code.expiresAtMs }),
      });
  }
  return candidates.length + passed.length > 0
    ? { kind: 'reached', candidates, passed }
    : nobodyPays(text, nowMs);
}

/** What is wrong with the code comes before where it is paid. */
function notHere(reading: QrReading, where: string): Refusal {
  const code = payable(reading);
  return code.kind === 'unpaid' ? refused(code.reason, code.detail) : refused('qr_not_served', where);
}

/** Is this an account of a scheme that the network pays, in a code of a country where it does? */
function takes({ schemes, codeCountries }: Side, reading: QrReading): boolean {
  const { scheme } = reading;
  if (scheme === undefined || !schemes.includes(scheme)) return false;
  const countries = codeCountries?.[scheme];
  if (countries === undefined || reading.kind === 'refused') return true;
  return reading.country !== undefined && countries.includes(reading.country);
}

function nobodyPays(text: string, nowMs: number): Refusal {
  const reading = readQr(text, nowMs);
  return notHere(reading, `There is no corridor for ${reading.scheme} QR codes.`);
}

/** Country and kind of the account choose; networks that both know it are both asked. */
function byAccount(
  corridors: readonly Corridor[],
  country: string | undefined,
  kind: string,
): Reached | Refusal {
  if (country === undefined) return byKind(corridors, kind);
  const there = corridors.filter(({ partner }) => partner.countries.includes(country));
  const [first] = there;
  if (first === undefined) return refused('qr_not_served', `There is no corridor for ${country}.`);
  const knowing = there.filter(({ partner }) => partner.accounts.kinds.includes(kind));
  if (knowing.length > 0) return reached(knowing);
  const unknown = there.map(({ partner }) => kindRefusal(kind, partner, '/accountType')!);
  return { ...unknown[0]!, errors: unknown.flatMap(({ errors }) => errors ?? []) };
}

/** Without a country only a kind that one network knows is plain: whom another name is told of is not to be guessed. */
function byKind(corridors: readonly Corridor[], kind: string): Reached | Refusal {
  const knowing = corridors.filter(({ partner }) => partner.accounts.kinds.includes(kind));
  if (knowing.length === 1) return reached(knowing);
  const names = knowing.map(({ partner }) => partner.name).join(', ');
  return refused(
    'qr_not_served',
    knowing.length === 0
      ? 'There is no corridor for an account without country.'
      : `Accounts of this kind are known to ${names}: name the country of the account.`,
  );
}

const reached = (corridors: readonly Corridor[]): Reached => ({
  kind: 'reached',
  candidates: corridors.map((corridor) => ({ corridor })),
  passed: [],
});
