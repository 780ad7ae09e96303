import stringWidth from 'string-width';
import type { Cell, RenderOptions, ReportTree, TextPart, TreeLine } from '../document.js';
import { formatCell } from '../format.js';
import { visibleText } from '../untrusted-text.js';
import { cut } from './cut.js';

const GAP = '  ';
const LEAST_TEXT_WIDTH = 16;
/** Below this many columns only the columns of rank 0 are left. */
const NARROW = 60;

export type Paint = Readonly<Record<TextPart['style'], (text: string) => string>>;

interface DrawnLine {
  readonly line: TreeLine;
  readonly guides: string;
}

/** Numbers to the right, in columns; behind them the texts, with guides from each to those below it. */
export function renderTree(tree: ReportTree, width: number, options: RenderOptions, paint: Paint): string {
  const kept = tree.columns.map((_, k) => k).filter((k) => width >= NARROW || tree.columns[k]!.rank === 0);
  const lines = drawLines(tree.roots);
  const texts = lines.map(({ line }) => kept.map((k) => cellText(line.cells[k]!, options)));
  const titles = kept.map((k) => tree.columns[k]!.title);
  const widths = titles.map((title, k) =>
    texts.reduce((widest, row) => Math.max(widest, row[k]!.length), title.length),
  );
  const row = (cells: readonly string[]): string => cells.map((cell, k) => cell.padStart(widths[k]!) + GAP).join('');
  const head = `${row(titles)}${tree.title}`;
  const body = lines.map(({ line, guides }, i) => {
    const numbers = row(texts[i]!);
    const room = Math.max(LEAST_TEXT_WIDTH, width - numbers.length - guides.length);
    return `${numbers}${paint.faint(guides)}${renderText(line.text, room, paint)}`.trimEnd();
  });
  return [paint.faint(head.trimEnd()), ...body].join('\n');
}

function cellText(cell: Cell, options: RenderOptions): string {
  return visibleText(cell.type === 'name' ? cell.text : formatCell(cell, options));
}

/** All lines from the top, each with the guides in front of it. */
function drawLines(roots: readonly TreeLine[]): DrawnLine[] {
  const drawn: DrawnLine[] = [];
  const stack = roots.map((line) => ({ line, guides: '', below: '' })).toReversed();
  for (let top = stack.pop(); top !== undefined; top = stack.pop()) {
    const { line, guides, below } = top;
    drawn.push({ line, guides });
    const last = line.children.length - 1;
    // One by one: there may be more of them than a call takes arguments.
    for (let i = last; i >= 0; i--) {
      stack.push({
        line: line.children[i]!,
        guides: below + (i === last ? '└─ ' : '├─ '),
        below: below + (i === last ? '   ' : '│  '),
      });
    }
  }
  return drawn;
}

function renderText(parts: readonly TextPart[], width: number, paint: Paint): string {
  const texts = parts.map((part) => visibleText(part.text));
  let room = width;
  let painted = '';
  for (let i = 0; i < parts.length; i++) {
    const rest = texts.slice(i).join('');
    const needed = stringWidth(texts[i]!);
    // The mark of a cut takes a column of its own.
    if (needed > room - 1 && stringWidth(rest) > room) return painted + paint[parts[i]!.style](cut(rest, room));
    painted += paint[parts[i]!.style](texts[i]!);
    room -= needed;
  }
  return painted;
}
