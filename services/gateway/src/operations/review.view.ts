import type { ListedReview } from '@tonle/contracts';
import { showAmount } from '../http/public-amount.js';
import type { PublicReviews } from './review.schema.js';

export function showReview({ amount, proposal, ...rest }: ListedReview): PublicReviews['reviews'][number] {
  if (proposal === undefined) return { ...rest, amount: showAmount(amount) };
  const { partnerRef: reference, amount: booked, ...said } = proposal;
  return {
    ...rest,
    amount: showAmount(amount),
    proposal: {
      ...said,
      ...(reference === undefined ? {} : { reference }),
      ...(booked === undefined ? {} : { booked: showAmount(booked) }),
    },
  };
}
