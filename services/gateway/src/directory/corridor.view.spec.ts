import { describe, expect, it } from '@jest/globals';
import { Directory, type CorridorBody, type NetworkBody } from '@tonle/directory';
import { directoryEntries, networkTo } from '../testing/directory-entries.js';
import { publicCorridors } from './corridor.schema.js';
import { showCorridor } from './corridor.view.js';

/** A Sunday noon in Vientiane. */
const AT_MS = Date.parse('2026-11-29T12:00:00+07:00');

function shown(network: Partial<NetworkBody>, corridor: Partial<CorridorBody> = {}) {
  const { entries } = directoryEntries(AT_MS);
  const directory = new Directory([...entries, ...networkTo('mekong', network, corridor)]);
  return showCorridor(directory.corridor('KH-mekong')!, AT_MS);
}

describe(showCorridor, () => {
  it('tells what is taken there, and up to when', () => {
    const corridor = shown(
      { name: 'Mekong switch', schemes: ['LAOQR'], currencies: ['LAK'] },
      {
        limits: {
          perPayment: { LAK: '5000000000', KHR: '1000000000' },
          perDebtorDay: { LAK: '20000000000' },
        },
        refunds: { days: 180, rate: 'original' },
      },
    );
    expect(corridor).toMatchObject({
      corridor: 'KH-mekong',
      status: 'live',
      open: { outbound: true, inbound: true },
      closedBecause: {},
      partner: {
        name: 'Mekong switch',
        currencies: ['LAK'],
        schemes: ['LAOQR'],
        accountTypes: ['bank_account'],
        defaultAccountType: 'bank_account',
        settlementMode: 'DEFERRED_NET',
        utcOffset: '+07:00',
        cutOff: '23:00',
        nextBankingDay: '2026-11-30',
      },
      limits: {
        perPayment: [
          { currency: 'KHR', amount: '10000000.00' },
          { currency: 'LAK', amount: '50000000.00' },
        ],
        perDebtorDay: [{ currency: 'LAK', amount: '200000000.00' }],
      },
      refunds: { days: 180, rate: 'original' },
    });
    expect(publicCorridors.parse({ corridors: [corridor] })).toEqual({ corridors: [corridor] });
  });

  it('says why a planned one takes nothing, and what an operator has opened', () => {
    const note = 'Nothing is signed yet.';
    expect(shown({}, { status: 'planned', note, open: { outbound: false, inbound: true } })).toMatchObject({
      status: 'planned',
      note,
      open: { outbound: false, inbound: true },
      closedBecause: {
        outbound: `Corridor KH-mekong is closed for outbound payments. It is planned: ${note}`,
      },
    });
  });

  it('is closed outside of its hours and while its network is paused, though no operator closed it', () => {
    const openingHours = { from: '08:00', to: '17:00', bankingDaysOnly: true };
    const weekend = shown({ openingHours });
    expect(weekend).toMatchObject({ open: { outbound: false, inbound: false }, partner: { openingHours } });
    expect(weekend.closedBecause.inbound).toMatch(/from 08:00 to 17:00 \(UTC\+07:00\) on banking days/);
    expect(shown({ state: 'paused' }).closedBecause.outbound).toMatch(/is paused/);
  });
});
