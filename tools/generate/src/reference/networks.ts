// The table of networks in README.md: from the directory that the sandbox starts with, and from the sources of the adapters.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { adapterOf, NETWORKS, type DirectoryEntry } from '@tonle/contracts';
import { Directory, type Corridor, type Side } from '@tonle/directory';
import { code, table } from './markdown.js';

const ROOT = new URL('../../../../', import.meta.url);
const OF_FILES = 'deploy/networks';
const BEGIN =
  '<!-- networks: made by `npm run reference` from the directory of the sandbox and the sources -->\n\n';
const END = '\n\n<!-- end of networks -->';
const COLUMNS = [
  'network',
  'status',
  'directions',
  'what is paid',
  'settles in',
  'dialect',
  'lines of its adapter',
];

/** What people call the schemes of codes. */
const SCHEMES: Readonly<Record<string, string>> = {
  KHQR: 'KHQR',
  THAI_CREDIT_TRANSFER: 'Thai QR',
  THAI_BILL_PAYMENT: 'Thai QR',
  THAI_PAYMENT_INNOVATION: 'Thai QR',
  LAOQR: 'LAO QR',
  VIETQR: 'VietQR',
  UNIONPAY: 'UnionPay QR',
  UNIONPAY_URL: 'UnionPay addresses',
  ALIPAYPLUS: 'Alipay+ order codes',
  JPQR: 'JPQR',
};

/** What people call the kinds of accounts; of those that codes alone have, nothing. */
const ACCOUNTS: Readonly<Record<string, string | undefined>> = {
  bakong: 'Bakong accounts',
  bank_account: 'accounts',
  BBAN: 'accounts',
  CARD: 'cards',
  MBNO: 'mobile numbers',
  NIDN: 'national ids',
  EWLT: 'wallets',
  BIID: 'billers',
  BUSINESS: 'merchant codes',
  LAOQR: undefined,
  MERCHANT: undefined,
  UNIONPAY_MERCHANT: undefined,
  URL: undefined,
  TOKEN: undefined,
  ORDER: undefined,
  JPQR: undefined,
};

/** A language of payments by the library that speaks it; of an adapter that speaks its own, by what its wires are made of. */
const LANGUAGES: Readonly<Record<string, string>> = {
  '@tonle/network-iso': 'ISO 20022',
  '@tonle/network-upi': 'UnionPay QRC and ACP',
  '@tonle/network-aplus': 'Alipay+ JSON',
  '@tonle/network-fspiop': 'FSPIOP (Mojaloop)',
};
const WIRES: Readonly<Record<string, string>> = {
  soap: 'SOAP',
  bearer: 'JSON with a token',
  keyVersionSigned: 'JSON signed by RSA',
};

/** `Network.codes` in the value of a network. */
const GIVES_CODES = /^  codes: \(/m;

/** The page with the table of networks as it is now. Throws when the page has no place for it. */
export function withNetworks(page: string): string {
  const [begin, end] = [page.indexOf(BEGIN), page.indexOf(END)];
  if (begin < 0 || end < begin) throw new Error('README.md has lost the marks of its table of networks');
  return page.slice(0, begin) + BEGIN + networksTable() + page.slice(end);
}

function networksTable(): string {
  const ofFiles = readdirSync(new URL(OF_FILES, ROOT)).sort();
  const folders = ['deploy/sandbox', ...ofFiles.map((name) => `${OF_FILES}/${name}`)];
  const directory = new Directory(
    folders.flatMap((folder) => readJson<{ entries: DirectoryEntry[] }>(`${folder}/directory.json`).entries),
  );
  const rows = [...NETWORKS, ...ofFiles].map((name) => {
    const network = directory.network(name)!;
    const corridor = directory.corridors().find(({ partner }) => partner.networkId === name);
    const folder = ofFiles.includes(name) ? `${OF_FILES}/${name}` : `services/${adapterOf(name)}/src`;
    return [
      linkOf(name),
      corridor?.status ?? 'home',
      directionsOf(corridor),
      paidThere(network, folder),
      settlesIn(network, corridor, directory),
      dialectOf(folder),
      sizeOf(folder),
    ];
  });
  const files = `0: [files](docs/add-a-network.md), which ${code('adapter-iso20022')} serves`;
  const further = ['any further one', '', 'both ways', 'its own', 'its own', 'ISO 20022', files];
  return table(COLUMNS, [...rows, further]);
}

function linkOf(network: string): string {
  const page = `docs/networks/${network}.md`;
  return `[${/^# (.+)$/m.exec(read(page))![1]!}](${page})`;
}

function directionsOf(corridor: Corridor | undefined): string {
  if (corridor === undefined) return 'both ways';
  const { outbound, inbound } = corridor.open;
  const ways =
    outbound && inbound ? 'both ways' : outbound ? 'outbound' : inbound ? 'inbound' : 'both ways, closed';
  return corridor.refunds === undefined ? ways : `${ways}; refunds`;
}

function paidThere({ schemes, accounts }: Side, folder: string): string {
  const names = [
    ...schemes.map((each) => called(SCHEMES, each)),
    ...accounts.kinds.map((each) => called(ACCOUNTS, each)),
    ...(typescriptFiles(folder).some((file) => GIVES_CODES.test(read(file)))
      ? ['codes that payers show']
      : []),
  ];
  return [...new Set(names.filter((name) => name !== undefined))].join(', ');
}

function called(names: Readonly<Record<string, string | undefined>>, name: string): string | undefined {
  if (!(name in names))
    throw new Error(`say in tools/generate/src/reference/networks.ts what ${name} is called`);
  return names[name];
}

function settlesIn({ currencies }: Side, corridor: Corridor | undefined, directory: Directory): string {
  const own = currencies.join(', ');
  if (corridor === undefined) return own;
  const atHome = directory.network(corridor.home.networkId)!.currencies;
  const served = corridor.home.currencies;
  return served.length === atHome.length ? own : `${own}, from ${served.join(', ')} accounts`;
}

function dialectOf(folder: string): string {
  if (folder.startsWith(OF_FILES)) return LANGUAGES['@tonle/network-iso']!;
  const sources = typescriptFiles(folder).map(read).join('\n');
  const spoken = Object.entries(LANGUAGES).flatMap(([lib, name]) =>
    sources.includes(`'${lib}'`) ? [name] : [],
  );
  const wires = Object.entries(WIRES).flatMap(([part, name]) => (sources.includes(`${part}(`) ? [name] : []));
  const found = spoken.length > 0 ? spoken : wires;
  if (found.length === 0)
    throw new Error(`say in tools/generate/src/reference/networks.ts what ${folder} speaks`);
  return found.join(', ');
}

/** TypeScript without tests, and JSON: tables of codes and profiles. */
function sizeOf(folder: string): string {
  const files = folder.startsWith(OF_FILES) ? [`${folder}/profile.json`] : filesIn(folder, '.json');
  const json = files.reduce((sum, file) => sum + linesOf(file), 0);
  return `${typescriptIn(folder).toLocaleString('en')}${json === 0 ? '' : ` + ${json} of JSON`}`;
}

const typescriptFiles = (folder: string) =>
  filesIn(folder, '.ts').filter((file) => !/\.(spec|testing)\.ts$/.test(file));
const typescriptIn = (folder: string) =>
  typescriptFiles(folder).reduce((sum, file) => sum + linesOf(file), 0);

function filesIn(folder: string, ending: string): string[] {
  if (!existsSync(new URL(folder, ROOT))) return [];
  const found = readdirSync(new URL(folder, ROOT), { recursive: true }) as string[];
  return found.filter((file) => file.endsWith(ending)).map((file) => `${folder}/${file}`);
}

const read = (file: string) => readFileSync(new URL(file, ROOT), 'utf8');
const readJson = <Content>(file: string) => JSON.parse(read(file)) as Content;
const linesOf = (file: string) => read(file).split('\n').length - 1;
