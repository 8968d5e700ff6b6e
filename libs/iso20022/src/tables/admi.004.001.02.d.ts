// admi.004.001.02, generated from its schema (tools/generate).
export type Document = { SysEvtNtfctn: SystemEventNotificationV02; };
export type Event2 = { EvtCd: Max4AlphaNumericText; EvtParam?: Max35Text[]; EvtDesc?: Max1000Text; EvtTm?: ISODateTime; };
export type ISODateTime = string;
export type Max1000Text = string;
export type Max35Text = string;
export type Max4AlphaNumericText = string;
export type SystemEventNotificationV02 = { EvtInf: Event2; };
