// What a scheme asks for beyond the schema, as data. The checks that read it are in profile.check.ts.

export type ProfileName = 'tonle' | 'nexus' | 'cbpr';

/** Paths inside the message; one of several, for versions that moved an element. */
export type PathChoice = readonly string[];

export interface MessageRules {
  /** Elements that must be there. */
  readonly required?: readonly PathChoice[];
  readonly forbidden?: readonly string[];
  /** Values an element may have. */
  readonly values?: readonly { readonly path: string; readonly values: readonly string[] }[];
  /** Elements that must be there when another has one of these values. */
  readonly requiredWhen?: readonly {
    readonly path: string;
    readonly values: readonly string[];
    readonly then: PathChoice;
  }[];
}

export interface AddressRules {
  /** Lines beside the structured elements. */
  readonly linesMax: number;
  /** Town and country in their elements, wherever an address stands. */
  readonly townAndCountry: boolean;
  /** First day on which this is asked for, YYYY-MM-DD. */
  readonly from?: string;
}

export interface Profile {
  readonly name: ProfileName;
  /** Versions spoken; every one there is a table for when undefined. */
  readonly versions?: readonly string[];
  /** Date-times carry their offset (the schema does not ask for it). */
  readonly offsets: boolean;
  /** External code sets whose codes are checked; `all` for every set there is. */
  readonly codeSets: readonly string[] | 'all';
  /** Characters of texts: anything, or the Latin sets of SWIFT. */
  readonly characters: 'any' | 'latin';
  readonly addresses?: AddressRules;
  /** Structured or unstructured remittance, not both, and one unstructured text. */
  readonly remittanceOnce: boolean;
  /** Institutions carry name and address together or not at all. */
  readonly agentNameWithAddress: boolean;
  /** The header repeats the message id and the agents. */
  readonly headerAgrees: boolean;
  /** Elements that are nowhere to be used. */
  readonly unused: readonly string[];
  /** Rules by message, e.g. `pacs.008`. */
  readonly messages: Readonly<Record<string, MessageRules>>;
}

const TX = 'CdtTrfTxInf';
const ACCEPTED: PathChoice = [`${TX}/AddtlDtTm/AccptncDtTm`, `${TX}/AccptncDtTm`];
const REASONED = (path: string, reason: string): MessageRules['requiredWhen'] => [
  { path, values: ['RJCT', 'BLCK'], then: [reason] },
];

const TONLE: Profile = {
  name: 'tonle',
  offsets: true,
  codeSets: ['ExternalPurpose1Code', 'ExternalCategoryPurpose1Code'],
  characters: 'any',
  remittanceOnce: false,
  agentNameWithAddress: false,
  headerAgrees: false,
  unused: [],
  messages: {
    'pacs.008': { required: [[`${TX}/PmtId/UETR`]] },
    'pacs.002': { requiredWhen: REASONED('TxInfAndSts/TxSts', 'TxInfAndSts/StsRsnInf/Rsn') },
  },
};

const NEXUS: Profile = {
  name: 'nexus',
  versions: [
    'pacs.008.001.13',
    'pacs.002.001.15',
    'pacs.004.001.14',
    'pacs.028.001.06',
    'acmt.023.001.04',
    'acmt.024.001.04',
    'camt.054.001.13',
    'camt.056.001.11',
    'camt.029.001.13',
    'camt.103.001.03',
    'admi.002.001.01',
    'admi.004.001.02',
  ],
  offsets: true,
  codeSets: 'all',
  characters: 'latin',
  addresses: { linesMax: 2, townAndCountry: true },
  remittanceOnce: true,
  agentNameWithAddress: false,
  headerAgrees: true,
  unused: ['CtctDtls'],
  messages: {
    'pacs.008': {
      required: [
        [`${TX}/PmtId/UETR`],
        [`${TX}/InstdAmt`],
        [`${TX}/DbtrAcct`],
        [`${TX}/CdtrAcct`],
        ['GrpHdr/SttlmInf/ClrSys'],
        ACCEPTED,
        [`${TX}/IntrmyAgt1`],
        [`${TX}/IntrmyAgt1Acct`],
        [`${TX}/IntrmyAgt2`],
        [`${TX}/IntrmyAgt2Acct`],
        [`${TX}/Dbtr/PstlAdr/TwnNm`],
        [`${TX}/Dbtr/PstlAdr/Ctry`],
        [`${TX}/Cdtr/PstlAdr/TwnNm`],
        [`${TX}/Cdtr/PstlAdr/Ctry`],
      ],
      values: [{ path: `${TX}/ChrgBr`, values: ['SHAR'] }],
    },
    'pacs.002': {
      values: [{ path: 'TxInfAndSts/TxSts', values: ['ACCC', 'RJCT', 'BLCK', 'ACWP'] }],
      requiredWhen: REASONED('TxInfAndSts/TxSts', 'TxInfAndSts/StsRsnInf/Rsn'),
    },
  },
};

const CBPR: Profile = {
  name: 'cbpr',
  versions: [
    'pacs.008.001.08',
    'pacs.009.001.08',
    'pacs.002.001.10',
    'pacs.004.001.09',
    'camt.056.001.08',
    'camt.029.001.09',
    'camt.052.001.08',
    'camt.053.001.08',
    'camt.054.001.08',
    'pain.001.001.09',
  ],
  offsets: true,
  codeSets: 'all',
  characters: 'latin',
  // Unstructured addresses end with 14 November 2026; hybrid ones have at most two lines.
  addresses: { linesMax: 2, townAndCountry: true, from: '2026-11-15' },
  remittanceOnce: true,
  agentNameWithAddress: true,
  headerAgrees: true,
  unused: [],
  messages: {
    'pacs.008': {
      required: [[`${TX}/PmtId/UETR`], [`${TX}/PmtId/InstrId`], [`${TX}/InstgAgt`], [`${TX}/InstdAgt`]],
      values: [{ path: 'GrpHdr/NbOfTxs', values: ['1'] }],
      requiredWhen: [{ path: `${TX}/ChrgBr`, values: ['CRED'], then: [`${TX}/ChrgsInf`] }],
    },
    'pacs.009': {
      required: [[`${TX}/PmtId/UETR`], [`${TX}/PmtId/InstrId`], [`${TX}/InstgAgt`], [`${TX}/InstdAgt`]],
    },
    'pacs.002': {
      required: [['TxInfAndSts/OrgnlUETR'], ['TxInfAndSts/InstgAgt'], ['TxInfAndSts/InstdAgt']],
      requiredWhen: REASONED('TxInfAndSts/TxSts', 'TxInfAndSts/StsRsnInf/Rsn'),
    },
    'pacs.004': {
      required: [['TxInf/OrgnlUETR'], ['TxInf/RtrRsnInf/Rsn'], ['TxInf/InstgAgt'], ['TxInf/InstdAgt']],
    },
  },
};

export const PROFILES: Readonly<Record<ProfileName, Profile>> = { tonle: TONLE, nexus: NEXUS, cbpr: CBPR };
