import { Controller, Get } from '@nestjs/common';
import { z } from 'zod';
import { Directory, type Corridor, type Side } from '@tonle/directory';
import { ApiTag, Endpoint } from '@tonle/http';
import { Needs } from '../access/access.js';
import { publicAmount, showAmount } from '../http/public-amount.js';

const side = z.object({
  country: z.string(),
  network: z.string(),
  currencies: z.array(z.string()),
  schemes: z
    .array(z.string())
    .meta({ description: 'Schemes of the QR codes that it pays', examples: [['THAI_BILL_PAYMENT']] }),
  codeCountries: z.record(z.string(), z.array(z.string())).optional().meta({
    description: 'Countries whose codes of a scheme it takes, where it does not take them from all',
  }),
});

const publicCorridors = z
  .object({
    corridors: z.array(
      z.object({
        corridor: z.string(),
        home: side,
        partner: side,
        open: z.object({ outbound: z.boolean(), inbound: z.boolean() }),
        requiredPurposes: z.object({ outbound: z.array(z.string()), inbound: z.array(z.string()) }),
        limits: z.object({ perPayment: z.array(publicAmount), perDebtorDay: z.array(publicAmount) }),
      }),
    ),
  })
  .meta({ id: 'Corridors' });
export type PublicCorridors = z.infer<typeof publicCorridors>;

@Controller('v1/corridors')
@ApiTag('Payments')
@Needs('any participant')
export class CorridorController {
  constructor(private readonly directory: Directory) {}

  @Get()
  @Endpoint({
    operationId: 'listCorridors',
    summary: 'List corridors with currencies and limits',
    description:
      'Where payments go, in which currencies, up to which amounts, and whether they are taken now.',
    answers: { 200: { description: 'All corridors', schema: publicCorridors } },
  })
  list(): PublicCorridors {
    return { corridors: this.directory.corridors().map(showCorridor) };
  }
}

function showCorridor(corridor: Corridor): PublicCorridors['corridors'][number] {
  const { home, partner, limits } = corridor;
  return {
    corridor: corridor.corridorId,
    home: showSide(home),
    partner: showSide(partner),
    open: corridor.open,
    requiredPurposes: corridor.requiredPurposes,
    limits: { perPayment: amounts(limits.perPayment), perDebtorDay: amounts(limits.perDebtorDay) },
  };
}

function showSide(network: Side): z.infer<typeof side> {
  const { countries, participant, currencies, schemes, codeCountries } = network;
  return {
    country: countries[0]!,
    network: participant,
    currencies,
    schemes,
    ...(codeCountries === undefined ? {} : { codeCountries }),
  };
}

function amounts(byCurrency: Readonly<Record<string, string>>): { currency: string; amount: string }[] {
  return Object.entries(byCurrency).map(([currency, minor]) => showAmount({ currency, minor }));
}
