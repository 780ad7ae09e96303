import type { Cell, ReportDocument } from '../document.js';
import { visibleText } from '../untrusted-text.js';

/** A cell that a spreadsheet would take for a formula. */
const FORMULA = /^[=+\-@]/;

/** RFC 4180, but for line ends of one newline. */
export function renderCsv(document: ReportDocument): string {
  return renderSeparated(document, ',', (text) => (/[",]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text));
}

export function renderTsv(document: ReportDocument): string {
  return renderSeparated(document, '\t', (text) => text);
}

/** Exact numbers, names in full. A name that begins like a formula gets an apostrophe in front, as spreadsheets want it. */
function renderSeparated(document: ReportDocument, separator: string, quote: (text: string) => string): string {
  const lines: string[] = [];
  for (const { columns, rows } of document.tables) {
    const isKept = (_: unknown, k: number): boolean => columns[k]!.key !== null;
    lines.push(columns.flatMap((column) => column.key ?? []).join(separator));
    for (const row of rows)
      lines.push(
        row
          .filter(isKept)
          .map((cell) => quote(plainText(cell)))
          .join(separator),
      );
  }
  return `${lines.join('\n')}\n`;
}

function plainText(cell: Cell): string {
  if (cell.type !== 'name') return String(cell.value ?? '');
  const text = visibleText(cell.text);
  return FORMULA.test(text) ? `'${text}` : text;
}
