import {
  keyVersionSettings,
  ownFilesOf,
  ownFilesShape,
  type FilePlaceSettings,
  type KeyVersionPartner,
} from '@tonle/network';
import { z } from 'zod';

const id = z.string().min(1).max(64);

const partner = keyVersionSettings(
  'ALIPAY',
  {
    URL: 'https://127.0.0.1:7426',
    CLIENT_ID: 'KHSWITCH001',
    NETWORK_KEYS: 'APLUS-RSA',
    DOOR_PORT: 7414,
  },
  'TONLE-alipay',
);
const environment = z.object({
  ...ownFilesShape,
  TONLE_ALIPAY_ACQUIRER_ID: id.default('1022188000000000001'),
  TONLE_ALIPAY_MPP_ID: id.default('1022172000000000001'),
  TONLE_ALIPAY_FILES_URL: z.url().default('sftp://tonle@127.0.0.1:7475/v1'),
  TONLE_ALIPAY_FILES_KEY: z.string().min(1).optional(),
  TONLE_ALIPAY_FILES_HOST_KEY: z.string().min(1).optional(),
});

/** What we are called at Alipay+: in both roles, as acquirer and as wallet; and where its files are. */
interface OwnSettings {
  /** Our id as the acquirer of Cambodian merchants. */
  readonly acquirerId: string;
  /** Our id as the wallet of Cambodian payers. */
  readonly mppId: string;
  readonly files: FilePlaceSettings;
}
export interface AlipaySettings extends KeyVersionPartner, OwnSettings {}

const own = environment.transform((read): OwnSettings => {
  const { key } = ownFilesOf(read);
  return {
    acquirerId: read.TONLE_ALIPAY_ACQUIRER_ID,
    mppId: read.TONLE_ALIPAY_MPP_ID,
    files: {
      url: new URL(read.TONLE_ALIPAY_FILES_URL),
      keyFile: read.TONLE_ALIPAY_FILES_KEY ?? key('TONLE-alipay-sftp.key'),
      hostKey: read.TONLE_ALIPAY_FILES_HOST_KEY ?? key('APLUS-sftp.pub'),
    },
  };
});

/** Reads TONLE_ALIPAY_... */
export const alipaySettings: z.ZodType<AlipaySettings> = z.intersection(partner, own);
