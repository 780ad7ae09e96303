import type { Cell, ReportDocument } from '../document.js';
import { visibleText } from '../untrusted-text.js';

/** A cell that a spreadsheet would take for a formula, once it has taken off spaces and quotes; or that a CI's log takes for a command. */
const FORMULA = /^["'\s]*(?:[=+\-@\uff0b\uff0d\uff1d\uff20]|::)/;

/** RFC 4180, but for line ends of one newline. Semicolons are quoted too: where commas are decimal, spreadsheets split there. */
export function renderCsv(document: ReportDocument): string {
  return renderSeparated(document, ',', (text) => (/[",;]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text));
}

export function renderTsv(document: ReportDocument): string {
  return renderSeparated(document, '\t', (text) => text);
}

/** The first table: exact numbers, names in full. A name that begins like a formula gets an apostrophe in front, as spreadsheets want it. */
function renderSeparated(document: ReportDocument, separator: string, quote: (text: string) => string): string {
  const table = document.tables[0];
  if (table === undefined) return '';
  const { columns, rows } = table;
  const isKept = (_: unknown, k: number): boolean => columns[k]!.key !== null;
  const lines = rows.map((row) => {
    const cells = row.filter(isKept).map((cell) => quote(plainText(cell)));
    return cells.join(separator);
  });
  return `${[columns.flatMap((column) => column.key ?? []).join(separator), ...lines].join('\n')}\n`;
}

function plainText(cell: Cell): string {
  if (cell.type === 'spark') return cell.values.join(' ');
  if (cell.type !== 'name' && cell.type !== 'word') return String(cell.value ?? '');
  const text = visibleText(cell.text);
  return FORMULA.test(text) ? `'${text}` : text;
}
