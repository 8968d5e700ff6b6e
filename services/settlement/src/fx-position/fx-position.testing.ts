import type { PositionState } from './fx-position.js';

/** All that a position has earned, what is not realised yet included. */
export const resultOf = ({ earnedMinor, unrealisedMinor }: PositionState): bigint =>
  earnedMinor + unrealisedMinor;
