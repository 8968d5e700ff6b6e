import type { OfferedKey } from '@tonle/contracts';
import type { Directory } from '@tonle/directory';
import type { Clock } from '@tonle/platform';
import { keyFingerprint, loadRsaPrivateKey, loadRsaPublicKey, publicPem } from '@tonle/security';
import type { Telemetry } from '@tonle/telemetry';
import type { EvidenceLog } from '@tonle/door';
import type { WireReply } from './exchange.js';
import type { WireRequest } from './network.js';
import type { OpenWires } from './open-wires.js';

/** A public key as a message tells it. */
export interface ToldKey {
  readonly keyId: string;
  /** PEM of the key, or of its certificate. */
  readonly publicKeyPem: string;
  /** ISO 8601. */
  readonly validFrom?: string;
  readonly validTo?: string;
}

/** How a network and we tell each other which keys are in use, and which will be. */
export interface KeyExchange {
  /** Ours, with the PEM file of each private key. */
  readonly own: readonly { readonly keyId: string; readonly use: KeyUse; readonly keyPath: string }[];
  /** The message that tells ours. `at` is now, epoch ms. */
  ask(own: readonly (ToldKey & { readonly use: KeyUse })[], at: number): WireRequest;
  /** The keys that it signs with, by the ids that the directory has for them; undefined for no answer. Total. */
  read(reply: WireReply): readonly ToldKey[] | undefined;
}

type KeyUse = 'signature' | 'encryption';

export interface KeyExchangerParts {
  readonly network: string;
  readonly exchange: KeyExchange;
  readonly wires: Pick<OpenWires, 'ask'>;
  readonly evidence: Pick<EvidenceLog, 'keep'>;
  readonly directory: Pick<Directory, 'keyHolder'>;
  readonly clock: Clock;
  readonly telemetry: Telemetry;
}

/**
 * Tells the network our keys and hears its own. What is heard is evidence, and shown to operators: a key counts once the
 * directory has it, so that whoever has stolen one cannot bring in the next by a message.
 */
export class KeyExchanger {
  private readonly own: Parameters<KeyExchange['ask']>[0];
  private heard: readonly Omit<OfferedKey, 'standing'>[] = [];

  /** Throws when a key of ours cannot be read. */
  constructor(private readonly parts: KeyExchangerParts) {
    this.own = parts.exchange.own.map(({ keyPath, ...named }) => ({
      ...named,
      publicKeyPem: publicPem(loadRsaPrivateKey(keyPath)),
    }));
  }

  /** Without an answer what was heard before stands. */
  async run(): Promise<void> {
    const { network, exchange, wires, evidence, clock } = this.parts;
    const asked = exchange.ask(this.own, clock.now());
    const carried = await wires.ask(asked, { subject: `keys of ${network}` });
    for (const each of carried.evidence) evidence.keep(each);
    const read = exchange.read(carried.reply);
    if (read === undefined) return;
    this.heard = read.flatMap((key) => this.offered(key) ?? []);
    const strange = this.shown.filter(({ standing }) => standing !== 'held');
    for (const { keyId, fingerprint, standing } of strange)
      this.parts.telemetry.log.warn(
        { partner: network, keyId, fingerprint, standing },
        'the network tells of a key that the directory does not have',
      );
  }

  /** What the network has told last, against the directory as it is now. */
  get shown(): OfferedKey[] {
    return this.heard.map((key) => ({ ...key, standing: this.standingOf(key) }));
  }

  private standingOf({ keyId, fingerprint }: Omit<OfferedKey, 'standing'>): OfferedKey['standing'] {
    const held = this.parts.directory.keyHolder(keyId)?.key.publicKey;
    if (held === undefined) return 'new';
    return keyFingerprint(held) === fingerprint ? 'held' : 'differs';
  }

  private offered({ publicKeyPem, ...key }: ToldKey): Omit<OfferedKey, 'standing'> | undefined {
    try {
      const publicKey = loadRsaPublicKey(publicKeyPem);
      return { ...key, publicKeyPem: publicPem(publicKey), fingerprint: keyFingerprint(publicKey) };
    } catch (error) {
      const { network, telemetry } = this.parts;
      telemetry.log.warn({ err: error, partner: network, keyId: key.keyId }, 'a told key cannot be read');
      return undefined;
    }
  }
}
