// admi.002.001.01, generated from its schema (tools/generate).
export type Document = { 'admi.002.001.01': admi_002_001_01; };
export type ISODateTime = string;
export type Max20000Text = string;
export type Max350Text = string;
export type Max35Text = string;
export type MessageReference = { Ref: Max35Text; };
export type RejectionReason2 = { RjctgPtyRsn: Max35Text; RjctnDtTm?: ISODateTime; ErrLctn?: Max350Text; RsnDesc?: Max350Text; AddtlData?: Max20000Text; };
export type admi_002_001_01 = { RltdRef: MessageReference; Rsn: RejectionReason2; };
