/** Of refunds and recalls, for glossary.ts. */
export const RECALL_GLOSSARY: Readonly<Record<string, string>> = {
  recallId: 'Id of the recall',
  'Recall.links': 'Where to go on',
  'Recall.self': 'Path of the recall',
  'OperatorPayment.switchFault': 'Operators have found this switch at fault with it',
  recalls: 'Recalls, newest first',
  'Recall.isoReason': 'The reason as a code of ISO 20022, as it was given',
  'OperatorRecall.isoReason': 'The reason as a code of ISO 20022, as it was given',
};
