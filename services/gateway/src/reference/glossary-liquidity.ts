/** What participants hold and may owe, as `Schema.field`. */
export const LIQUIDITY_GLOSSARY: Readonly<Record<string, string>> = {
  'Liquidity.accounts': 'Settlement accounts, one for each participant and currency',
  'Liquidity.prefund': 'What the participant has paid in',
  'Liquidity.cap': 'How much it may owe beyond its prefund',
  'Liquidity.position': 'What it owes by completed payments; negative: what it is owed',
  'Liquidity.pendingDebits': 'What is reserved for payments under way',
  'Liquidity.headroom': 'What is left for new payments',
  'Liquidity.rail': 'What we hold on the rail of the network, when it has one',
  'Liquidity.usedPercent': 'Share of prefund and cap that is used; absent where nothing limits it',
  'Liquidity.breachByLastHour':
    'When nothing is left if it goes on as in the last hour; absent when that is more than a week away',
  'Liquidity.breachByWeekday': 'The same, if it goes on as on the same weekday a week ago',
  'Liquidity.railPending': 'What is reserved of that',
};
