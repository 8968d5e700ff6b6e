import type { MessageTable } from '@tonle/iso20022';

export declare function tableOf(text: string): MessageTable;
export declare function tableText(table: MessageTable): string;
