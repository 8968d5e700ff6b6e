import { pick } from '../../kit/pick.js';

const KHMER_FAMILY = [
  'Sok',
  'Chan',
  'Heng',
  'Kim',
  'Ly',
  'Mao',
  'Nhem',
  'Phan',
  'Ros',
  'Sim',
  'Tep',
  'Ung',
  'Vong',
  'Yim',
  'Keo',
  'Chea',
];
const KHMER_GIVEN = [
  'Bopha',
  'Dara',
  'Kosal',
  'Leakhena',
  'Makara',
  'Nary',
  'Oudom',
  'Pisey',
  'Rithy',
  'Sopheap',
  'Thyda',
  'Veasna',
  'Sreymom',
  'Vibol',
  'Chenda',
];
const KHMER_SHOP = [
  'Mekong Coffee',
  'Angkor Silk',
  'Lotus Noodles',
  'Riverside Mart',
  'Kampot Pepper',
  'Tonle Fish',
  'Golden Rice',
  'Jasmine Books',
  'Sugar Palm',
  'Moto Parts',
];

/** Names by rule: the same number always has the same name, and nothing is stored. */
export function khmerName(number: number): string {
  return `${pick(KHMER_FAMILY, number, 1)} ${pick(KHMER_GIVEN, number, 2)}`;
}

export function khmerShop(number: number): string {
  return `${pick(KHMER_SHOP, number, 3)} ${number}`;
}
