import { Chalk, type ChalkInstance } from 'chalk';
import Table from 'cli-table3';
import stringWidth from 'string-width';
import type { Cell, Finding, RenderOptions, ReportColumn, ReportDocument, ReportTable } from '../document.js';
import { formatCell } from '../format.js';
import { harmlessLines, visibleName, visibleText } from '../untrusted-text.js';
import { cut, cutStart } from './cut.js';
import { renderTree } from './tree.js';
import { wrapWords } from './wrap.js';

const GAP = '  ';
/** Columns of a line where the output is no terminal: the same everywhere, and a CI log stays readable. */
const PIPE_WIDTH = 120;
const LEAST_NAME_WIDTH = 16;
/** The library holds every cell against all those above it, and takes a table's rows as arguments of a call. */
const ROWS_AT_ONCE = 8;
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
  const blocks = [document.header.map((line) => paint.bold(visibleText(line))).join('\n')];
  const width = options.width ?? PIPE_WIDTH;
  if (document.findings && document.findings.length > 0) blocks.push(renderFindings(document.findings, width, paint));
  if (document.tree) {
    const styles = { plain: (text: string) => text, strong: paint.bold, faint: paint.dim };
    blocks.push(renderTree(document.tree, width, options, styles));
  }
  for (const table of document.tables) {
    const title = table.title === undefined ? '' : `${paint.bold(visibleText(table.title))}\n`;
    blocks.push(title + renderOne(table, width, options, paint));
  }
  blocks.push(document.notes.map(visibleText).join('\n'));
  return harmlessLines(`${blocks.filter((block) => block !== '').join('\n\n')}\n`);
}

function renderFindings(findings: readonly Finding[], width: number, paint: ChalkInstance): string {
  const isOne = findings.length === 1;
  const indent = isOne ? '' : ' '.repeat(String(findings.length).length + 2);
  const wrapped = (text: string): string[] => wrapWords(visibleText(text), width - indent.length - 2);
  const blocks = findings.map(({ text, details }, i) => {
    const number = isOne ? '' : `${i + 1}.`.padEnd(indent.length);
    const sentence = wrapped(text).map((line, k) => (k === 0 ? number : indent) + paint.bold(line));
    const rest = details.flatMap((detail) => {
      const lines = wrapped(detail);
      return lines.map((line, k) => (isOne ? '  ' : indent) + (k === 0 ? '' : '  ') + paint.dim(line));
    });
    return [...sentence, ...rest].join('\n');
  });
  return blocks.join('\n\n');
}

function renderOne(table: ReportTable, width: number, options: RenderOptions, paint: ChalkInstance): string {
  if (table.rows.length === 0) return table.title === undefined ? '(no rows)' : '(none)';
  const texts = table.rows.map((row) => row.map((cell) => cellText(cell, options)));
  const widths = table.columns.map((column, k) =>
    texts.reduce((widest, row) => Math.max(widest, stringWidth(row[k]!)), stringWidth(column.title)),
  );
  const { kept, nameWidths } = fit(table.columns, widths, width);
  const blocks: string[] = [];
  for (let start = 0; start < table.rows.length; start += ROWS_AT_ONCE) {
    const block = new Table({
      chars: NO_LINES,
      style: { head: [], border: [], 'padding-left': 0, 'padding-right': 0 },
      colAligns: kept.map((k) => table.columns[k]!.align),
      colWidths: kept.map((k) => nameWidths.get(k) ?? widths[k]!),
      head: start === 0 ? kept.map((k) => paint.dim(table.columns[k]!.title)) : [],
    });
    table.rows.slice(start, start + ROWS_AT_ONCE).forEach((row, offset) => {
      const r = start + offset;
      const isFaint = table.faintRows?.has(r) ?? false;
      block.push(
        kept.map((k) => {
          const isName = row[k]!.type === 'name';
          const text = isName ? cutName(table.columns[k]!, texts[r]![k]!, nameWidths.get(k)!) : texts[r]![k]!;
          if (isFaint) return paint.dim(text);
          return isName ? text : painted(row[k]!, text, paint);
        }),
      );
    });
    blocks.push(block.toString());
  }
  return blocks
    .join('\n')
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n');
}

/** The columns that fit, and how wide their names may be. Columns of a high rank give way first, then the names. */
function fit(
  columns: readonly ReportColumn[],
  widths: readonly number[],
  width: number,
): { kept: number[]; nameWidths: Map<number, number> } {
  let kept = columns.map((_, k) => k);
  const isName = (k: number): boolean => columns[k]!.align === 'left';
  const names = (): number[] => kept.filter(isName);
  /** What is left for the names. */
  const room = (): number => {
    const numbers = kept.reduce((sum, k) => sum + (isName(k) ? 0 : widths[k]! + GAP.length), 0);
    return width - numbers - GAP.length * (names().length - 1);
  };
  const wanted = (): number => names().reduce((sum, k) => sum + Math.min(widths[k]!, LEAST_NAME_WIDTH * 2), 0);
  for (let rank = Math.max(...columns.map((column) => column.rank)); rank > 0; rank--) {
    if (wanted() <= room()) break;
    kept = kept.filter((k) => columns[k]!.rank < rank);
  }
  return { kept, nameWidths: shareRoom(names(), widths, room()) };
}

/** Names that are shorter than their part leave the rest to the others. */
function shareRoom(names: readonly number[], widths: readonly number[], room: number): Map<number, number> {
  const shares = new Map<number, number>();
  let left = room;
  const shortFirst = names.toSorted((a, b) => widths[a]! - widths[b]!);
  shortFirst.forEach((k, i) => {
    const part = Math.max(LEAST_NAME_WIDTH, Math.floor(left / (names.length - i)));
    shares.set(k, Math.min(widths[k]!, part));
    left -= Math.min(widths[k]!, part);
  });
  return shares;
}

function cutName({ cutAt }: ReportColumn, text: string, width: number): string {
  return cutAt === 'start' ? cutStart(text, width) : cut(text, width);
}

function cellText(cell: Cell, options: RenderOptions): string {
  if (cell.type !== 'name') return visibleText(formatCell(cell, options));
  return visibleName(cell.text, cell.whenEmpty);
}

function painted(cell: Cell, text: string, paint: ChalkInstance): string {
  if (cell.type !== 'countChange' && cell.type !== 'bytesChange') return cell.type === 'share' ? paint.dim(text) : text;
  return cell.value > 0 ? paint.red(text) : cell.value < 0 ? paint.green(text) : text;
}
