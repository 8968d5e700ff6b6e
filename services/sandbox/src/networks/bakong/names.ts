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
const THAI_FAMILY = [
  'Srisai',
  'Wongsa',
  'Thongdee',
  'Chaiyasit',
  'Boonmee',
  'Rattana',
  'Suksan',
  'Kaewta',
  'Phromma',
  'Intara',
  'Saetang',
  'Jaidee',
  'Somboon',
];
const THAI_GIVEN = [
  'Anong',
  'Boonsri',
  'Chai',
  'Duangjai',
  'Kanya',
  'Lamai',
  'Malee',
  'Niran',
  'Pranee',
  'Ratree',
  'Somchai',
  'Tida',
  'Wichai',
  'Yupa',
];
const THAI_SHOP = [
  'Chao Phraya Food',
  'Elephant Tea',
  'Siam Spices',
  'Lanna Craft',
  'Andaman Seafood',
  'Orchid Garden',
  'Tuk Tuk Tours',
  'Night Market Stall',
  'Mango House',
];

/** Spreads neighbouring numbers over a list (Knuth's multiplicative hash). */
function pick(list: readonly string[], number: number, salt: number): string {
  const mixed = Math.imul((number ^ salt) >>> 0, 2_654_435_761) >>> 0;
  return list[mixed % list.length]!;
}

/** Names by rule: the same number always has the same name, and nothing is stored. */
export function khmerName(number: number): string {
  return `${pick(KHMER_FAMILY, number, 1)} ${pick(KHMER_GIVEN, number, 2)}`;
}

export function khmerShop(number: number): string {
  return `${pick(KHMER_SHOP, number, 3)} ${number}`;
}

export function thaiName(number: number): string {
  return `${pick(THAI_GIVEN, number, 4)} ${pick(THAI_FAMILY, number, 5)}`;
}

export function thaiShop(number: number): string {
  return `${pick(THAI_SHOP, number, 6)} ${number % 100_000}`;
}
