import { Controller, Get, Inject } from '@nestjs/common';
import { adapterCalls, type LookupCounts, type LookupUse as Used } from '@tonle/contracts';
import { Directory, lookupTermsOf } from '@tonle/directory';
import { LookupUseCounter } from '@tonle/door';
import { ApiTag, CALLS, Endpoint } from '@tonle/http';
import { ServiceUnavailable, type ServiceCalls } from '@tonle/messaging';
import { Needs } from '../access/access.js';
import { publicLookupUse, type PublicLookupUse } from './lookup-use.schema.js';

type Shown = PublicLookupUse['participants'][number];

/** Who asks for payees' names, and whether payments follow. */
@Controller('v1/ops/lookups')
@ApiTag('Operations')
@Needs('ops')
export class LookupUseController {
  constructor(
    private readonly use: LookupUseCounter,
    private readonly directory: Directory,
    @Inject(CALLS) private readonly calls: ServiceCalls,
  ) {}

  @Get()
  @Endpoint({
    operationId: 'listLookupUse',
    summary: 'List who looks up payees: asked, found, not found, refused, and payments that completed',
    description:
      'Many lookups without payments, or many that find nobody, are what a collector of names looks like.',
    answers: { 200: { description: 'By participant', schema: publicLookupUse } },
  })
  async lookups(): Promise<PublicLookupUse> {
    const adapters = [...new Set(this.directory.networks().map(({ adapter }) => adapter))];
    const [own, ...others] = await Promise.all([
      this.use.shown(),
      ...adapters.map((adapter) => this.useAt(adapter)),
    ]);
    return {
      participants: [
        ...own.map((used) => this.show('gateway', used)),
        ...others.flatMap((used, n) => (used ?? []).map((each) => this.show(adapters[n]!, each))),
      ],
      silentAdapters: adapters.filter((_, n) => others[n] === undefined),
    };
  }

  private async useAt(adapter: string): Promise<readonly Used[] | undefined> {
    try {
      return (await this.calls.call(adapterCalls(adapter).lookupUse, {})).participants;
    } catch (error) {
      if (!(error instanceof ServiceUnavailable)) throw error;
      return undefined;
    }
  }

  private show(door: string, { participant, hour, day }: Used): Shown {
    const budget = lookupTermsOf(this.directory.participantIncludingEnded(participant));
    return { participant, door, budget, hour: withSum(hour), day: withSum(day) };
  }
}

function withSum(counts: LookupCounts): Shown['hour'] {
  const { found, notFound, declined, unanswered, refused } = counts;
  return { ...counts, asked: found + notFound + declined + unanswered + refused };
}
