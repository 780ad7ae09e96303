import type { Cell, Finding, RenderOptions, ReportDocument, ReportTree, TreeLine } from '../document.js';
import { formatCell } from '../format.js';
import { harmlessLines, visibleName, visibleText } from '../untrusted-text.js';

/** GitHub's tables and lists. */
export function renderMarkdown(document: ReportDocument, options: RenderOptions): string {
  const blocks = document.header.map(escapeLine);
  for (const [i, finding] of (document.findings ?? []).entries()) blocks.push(renderFinding(finding, i + 1));
  if (document.tree) blocks.push(renderList(document.tree, options));
  for (const { title, columns, rows } of document.tables) {
    if (title !== undefined) blocks.push(`**${escapeLine(title)}**`);
    const lines = [
      tableRow(columns.map((column) => column.title)),
      tableRow(columns.map((column) => (column.align === 'right' ? '---:' : '---'))),
      ...rows.map((row) => tableRow(row.map((cell) => cellText(cell, options)))),
    ];
    blocks.push(lines.join('\n'));
  }
  blocks.push(...document.notes.map(escapeLine));
  return harmlessLines(`${blocks.join('\n\n')}\n`);
}

function escapeLine(text: string): string {
  return escapeMarkdown(visibleText(text));
}

function renderFinding({ text, details }: Finding, number: number): string {
  const lines = details.map((detail) => `   - ${escapeLine(detail)}`);
  return [`${number}. **${escapeLine(text)}**`, ...lines].join('\n');
}

/** A nested list, which begins each line with its numbers. */
function renderList(tree: ReportTree, options: RenderOptions): string {
  const lines: string[] = [];
  const stack: { line: TreeLine; depth: number }[] = tree.roots.map((line) => ({ line, depth: 0 })).toReversed();
  for (let top = stack.pop(); top !== undefined; top = stack.pop()) {
    const { line, depth } = top;
    const numbers = line.cells.map((cell) => cellText(cell, options)).join(', ');
    const text = line.text.map((part) => escapeLine(part.text)).join('');
    lines.push(`${'  '.repeat(depth)}- ${numbers}: ${text.trimEnd()}`);
    // One by one: there may be more of them than a call takes arguments.
    for (const child of line.children.toReversed()) stack.push({ line: child, depth: depth + 1 });
  }
  return lines.join('\n');
}

function tableRow(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |`;
}

function cellText(cell: Cell, options: RenderOptions): string {
  if (cell.type === 'name') return escapeMarkdown(visibleName(cell.text, cell.whenEmpty));
  const text = formatCell(cell, options);
  return cell.type === 'word' || cell.type === 'id' ? escapeLine(text) : text;
}

/**
 * What GitHub and GitLab look for when Markdown has become text, so that no backslash helps: `@name` calls somebody, `#12`
 * links. An id of ours, `@123`, is one too.
 */
const REFERENCE = /(?<!\w)\\@(?<id>\d+)(?!\w)|\\[@#](?=\w)/g;

/** In code nobody is called, and an id can be copied; elsewhere a space of no width is as good. */
function withoutReference(found: string, id: string | undefined): string {
  return id === undefined ? `${found}&#8203;` : `\`@${id}\``;
}

/** Markup becomes text: Markdown's by backslashes, HTML's by entities; an address makes no link. For a single line. */
export function escapeMarkdown(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replace(/[\\`*_{}[\]|#~@!]/g, '\\$&')
    .replace(REFERENCE, withoutReference)
    .replaceAll('://', ':\\/\\/')
    .replaceAll(/(?<=www)\./gi, '\\.');
}
