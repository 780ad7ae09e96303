import type { Cell, RenderOptions, ReportDocument } from '../document.js';
import { formatCell } from '../format.js';
import { visibleName } from '../untrusted-text.js';

/** GitHub's tables. */
export function renderMarkdown(document: ReportDocument, options: RenderOptions): string {
  const blocks = document.header.map(escapeMarkdown);
  for (const { columns, rows } of document.tables) {
    const lines = [
      tableRow(columns.map((column) => column.title)),
      tableRow(columns.map((column) => (column.align === 'right' ? '---:' : '---'))),
      ...rows.map((row) => tableRow(row.map((cell) => cellText(cell, options)))),
    ];
    blocks.push(lines.join('\n'));
  }
  blocks.push(...document.notes.map(escapeMarkdown));
  return `${blocks.join('\n\n')}\n`;
}

function tableRow(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |`;
}

function cellText(cell: Cell, options: RenderOptions): string {
  return cell.type === 'name' ? escapeMarkdown(visibleName(cell.text)) : formatCell(cell, options);
}

/** Markup becomes text: Markdown's by backslashes, HTML's by entities; an address makes no link. */
export function escapeMarkdown(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replace(/[\\`*_{}[\]|#~@!]/g, '\\$&')
    .replaceAll('://', ':\\/\\/');
}
