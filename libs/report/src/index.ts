export {
  cellText,
  REPORT_FORMATS,
  REPORT_LANGUAGES,
  type ByteSink,
  type ColumnTotal,
  type ReportCell,
  type ReportColumn,
  type ReportFormat,
  type ReportHead,
  type ReportLanguage,
  type ReportRow,
  type ReportSummary,
  type ReportWriter,
} from './report-table.js';
export { isTranslated } from './words.js';
export { ControlTotals } from './control-totals.js';
export { CsvWriter } from './csv-writer.js';
export { XlsxWriter } from './xlsx-writer.js';
export { PDF_ROWS_MAX, PdfWriter } from './pdf-writer.js';
export { CAMT_ENTRIES_MAX, CamtWriter, type CamtFormat, type CamtMapping } from './camt-writer.js';
export { reportFileName, type ReportFileName } from './file-name.js';
export { manifestBytes, sha256Of, type ReportManifest } from './manifest.js';
