// admi.011.001.01, generated from its schema (tools/generate).
import type { AnyContent } from '../schema/tree.js';

export type Document = { SysEvtAck: SystemEventAcknowledgementV01; };
export type Event1 = { EvtCd: Max4AlphaNumericText; EvtParam?: Max35Text[]; EvtDesc?: Max350Text; EvtTm?: ISODateTime; };
export type Exact4AlphaNumericText = string;
export type ISODateTime = string;
export type Max350Text = string;
export type Max35Text = string;
export type Max4AlphaNumericText = string;
export type SupplementaryData1 = { PlcAndNm?: Max350Text; Envlp: SupplementaryDataEnvelope1; };
export type SupplementaryDataEnvelope1 = { '*'?: AnyContent[]; };
export type SystemEventAcknowledgementV01 = { MsgId: Max35Text; OrgtrRef?: Max35Text; SttlmSsnIdr?: Exact4AlphaNumericText; AckDtls?: Event1; SplmtryData?: SupplementaryData1[]; };
