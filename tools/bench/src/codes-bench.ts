import { readQr } from '@tonle/emvqr';
import { ownCodes } from './data.js';
import { measure, type Effort, type Measured } from './measure.js';

// Past the creation of every code of the set, before the expiry of most.
const NOW_MS = Date.parse('2026-11-14T09:30:00+07:00');

/** QR codes read and checked: every good code of the repository's own set, each for itself. */
export function benchCodes(effort: Effort): readonly Measured[] {
  const contestants = ownCodes().map(({ id, payload }) => ({ name: id, run: () => readQr(payload, NOW_MS) }));
  return measure(contestants, effort).sort((a, b) => a.medianUs - b.medianUs);
}
