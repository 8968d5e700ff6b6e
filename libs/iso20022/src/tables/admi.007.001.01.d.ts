// admi.007.001.01, generated from its schema (tools/generate).
import type { AnyContent, Choice } from '../schema/tree.js';

export type AddressType2Code = 'ADDR' | 'PBOX' | 'HOME' | 'BIZZ' | 'MLTO' | 'DLVY';
export type AnyBICDec2014Identifier = string;
export type CountryCode = string;
export type Document = { RctAck: ReceiptAcknowledgementV01; };
export type GenericIdentification36 = { Id: Max35Text; Issr: Max35Text; SchmeNm?: Max35Text; };
export type ISODateTime = string;
export type LEIIdentifier = string;
export type Max140Text = string;
export type Max16Text = string;
export type Max350Text = string;
export type Max35Text = string;
export type Max4AlphaNumericText = string;
export type Max70Text = string;
export type MessageHeader10 = { MsgId: Max35Text; CreDtTm?: ISODateTime; QryNm?: Max35Text; };
export type MessageReference1 = { Ref: Max35Text; MsgNm?: Max35Text; RefIssr?: PartyIdentification136; };
export type NameAndAddress5 = { Nm: Max350Text; Adr?: PostalAddress1; };
export type PartyIdentification120Choice = Choice<{ AnyBIC: AnyBICDec2014Identifier; PrtryId: GenericIdentification36; NmAndAdr: NameAndAddress5; }>;
export type PartyIdentification136 = { Id: PartyIdentification120Choice; LEI?: LEIIdentifier; };
export type PostalAddress1 = { AdrTp?: AddressType2Code; AdrLine?: Max70Text[]; StrtNm?: Max70Text; BldgNb?: Max16Text; PstCd?: Max16Text; TwnNm?: Max35Text; CtrySubDvsn?: Max35Text; Ctry: CountryCode; };
export type ReceiptAcknowledgementReport2 = { RltdRef: MessageReference1; ReqHdlg: RequestHandling2; };
export type ReceiptAcknowledgementV01 = { MsgId: MessageHeader10; Rpt: ReceiptAcknowledgementReport2[]; SplmtryData?: SupplementaryData1[]; };
export type RequestHandling2 = { StsCd: Max4AlphaNumericText; StsDtTm?: ISODateTime; Desc?: Max140Text; };
export type SupplementaryData1 = { PlcAndNm?: Max350Text; Envlp: SupplementaryDataEnvelope1; };
export type SupplementaryDataEnvelope1 = { '*'?: AnyContent[]; };
