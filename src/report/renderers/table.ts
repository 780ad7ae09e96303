import { Chalk, type ChalkInstance } from 'chalk';
import Table from 'cli-table3';
import stringWidth from 'string-width';
import type { Cell, RenderOptions, ReportColumn, ReportDocument, ReportTable } from '../document.js';
import { formatCell } from '../format.js';
import { visibleName } from '../untrusted-text.js';

const GAP = '  ';
/** Columns of a line where the output is no terminal: the same everywhere, and a CI log stays readable. */
const PIPE_WIDTH = 120;
const LEAST_NAME_WIDTH = 16;
const NO_LINES = {
  top: '',
  'top-mid': '',
  'top-left': '',
  'top-right': '',
  bottom: '',
  'bottom-mid': '',
  'bottom-left': '',
  'bottom-right': '',
  left: '',
  'left-mid': '',
  mid: '',
  'mid-mid': '',
  right: '',
  'right-mid': '',
  middle: GAP,
};

/** Plain columns without lines, so that they stay readable in a log and can be cut with awk. */
export function renderTable(document: ReportDocument, options: RenderOptions): string {
  const paint = new Chalk({ level: options.color ? 1 : 0 });
  const blocks = [document.header.map((line) => paint.bold(line)).join('\n')];
  for (const table of document.tables) blocks.push(renderOne(table, options, paint));
  blocks.push(document.notes.join('\n'));
  return `${blocks.filter((block) => block !== '').join('\n\n')}\n`;
}

function renderOne(table: ReportTable, options: RenderOptions, paint: ChalkInstance): string {
  if (table.rows.length === 0) return '(no rows)';
  const texts = table.rows.map((row) => row.map((cell) => cellText(cell, options)));
  const widths = table.columns.map((column, k) =>
    texts.reduce((widest, row) => Math.max(widest, stringWidth(row[k]!)), stringWidth(column.title)),
  );
  const { kept, nameWidth } = fit(table.columns, widths, options.width ?? PIPE_WIDTH);
  const rendered = new Table({
    chars: NO_LINES,
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 0 },
    colAligns: kept.map((k) => table.columns[k]!.align),
    head: kept.map((k) => paint.dim(table.columns[k]!.title)),
  });
  table.rows.forEach((row, r) => {
    rendered.push(
      kept.map((k) =>
        row[k]!.type === 'name' ? cut(texts[r]![k]!, nameWidth) : painted(row[k]!, texts[r]![k]!, paint),
      ),
    );
  });
  return rendered
    .toString()
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n');
}

/** The columns that fit, and how wide a name may be. On a terminal columns of a high rank give way first, then the names. */
function fit(
  columns: readonly ReportColumn[],
  widths: readonly number[],
  width: number,
): { kept: number[]; nameWidth: number } {
  let kept = columns.map((_, k) => k);
  const isName = (k: number): boolean => columns[k]!.align === 'left';
  const fixed = (): number => kept.reduce((sum, k) => sum + (isName(k) ? 0 : widths[k]! + GAP.length), 0);
  const widestName = Math.max(...widths.filter((_, k) => isName(k)));
  for (let rank = Math.max(...columns.map((column) => column.rank)); rank > 0; rank--) {
    if (fixed() + Math.min(widestName, LEAST_NAME_WIDTH * 2) <= width) break;
    kept = kept.filter((k) => columns[k]!.rank < rank);
  }
  return { kept, nameWidth: Math.max(LEAST_NAME_WIDTH, width - fixed()) };
}

function cellText(cell: Cell, options: RenderOptions): string {
  if (cell.type !== 'name') return formatCell(cell, options);
  return visibleName(cell.text);
}

function painted(cell: Cell, text: string, paint: ChalkInstance): string {
  if (cell.type !== 'countChange' && cell.type !== 'bytesChange') return cell.type === 'share' ? paint.dim(text) : text;
  return cell.value > 0 ? paint.red(text) : cell.value < 0 ? paint.green(text) : text;
}

/** At most `width` columns; what is cut off the end is marked. Never cuts inside a character. */
function cut(text: string, width: number): string {
  if (text.length <= width && stringWidth(text) <= width) return text;
  // Most names are plain, and Intl takes 10 ms to load.
  if (/^[ -~]*$/.test(text)) return `${text.slice(0, width - 1)}…`;
  let kept = '';
  let used = 0;
  for (const { segment } of new Intl.Segmenter('en').segment(text)) {
    const columns = stringWidth(segment);
    if (used + columns > width - 1) return `${kept}…`;
    kept += segment;
    used += columns;
  }
  return text;
}
