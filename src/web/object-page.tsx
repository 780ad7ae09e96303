import type { ComponentChildren, JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { ObjectResult } from '../analysis/heap-browser.js';
import type { CollectionEntries } from '../analysis/inspect.js';
import type { Cell, ReportTable } from '../report/document.js';
import { nodeText } from '../report/node-text.js';
import { objectTables } from '../report/object-document.js';
import { visibleText } from '../report/untrusted-text.js';
import { formatCount } from '../util/bytes.js';
import { fetchObject, type ObjectPages } from './api.js';
import { DataTable, type TablePart } from './data-table.js';
import { classAddress, objectAddress, objectOf } from './links.js';
import { useTitle } from './titles.js';
import { useAnswer } from './use-answer.js';
import { WhyPart } from './why-part.js';

const FIRST: ObjectPages = { fieldsFrom: 0, entriesFrom: 0, retainersFrom: 0 };

/** One object: what it is, refers to, is referred to by, what dominates it and what it dominates. */
export function ObjectPage({ nodeId }: { readonly nodeId: number }): JSX.Element {
  const [pages, setPages] = useState(FIRST);
  const { answer, isWaiting, error } = useAnswer(`${nodeId} ${Object.values(pages).join(' ')}`, (signal) =>
    fetchObject(nodeId, pages, signal),
  );
  useTitle(`@${nodeId}`);
  if (error !== null) return <p class="error">{error}</p>;
  if (answer === null) return <p class="faint">Looking…</p>;
  return (
    <div aria-busy={isWaiting}>
      <Details result={answer} onPages={(changed) => setPages({ ...pages, ...changed })} />
    </div>
  );
}

function Details(props: {
  readonly result: ObjectResult;
  readonly onPages: (pages: Partial<ObjectPages>) => void;
}): JSX.Element {
  const { result, onPages } = props;
  const { node, fieldsFrom, entriesFrom, retainersFrom, pageRows } = result;
  const [isRaw, setIsRaw] = useState(false);
  const tables = objectTables(result, { exactBytes: false }, isRaw);
  const folded = node.fields.length - tables.fields.rows.length;
  const part = (from: number, count: number, onFrom: (from: number) => void): TablePart => ({
    from,
    count,
    size: pageRows,
    onFrom,
  });
  return (
    <>
      <h2>
        <span class="name">{visibleText(nodeText(node))}</span> <span class="faint">@{node.nodeId}</span>
      </h2>
      <p class="lead">
        All of <a href={classAddress(node.constructor)}>{visibleText(node.constructor)}</a>
      </p>
      <div class="columns">
        <TablePartOf title="What it is" table={tables.facts} />
        <TablePartOf title={tables.dominated.title!} table={tables.dominated} whenEmpty="It dominates nothing." />
      </div>
      <WhyPart key={node.nodeId} target={`@${node.nodeId}`} isEager />
      {tables.entries && node.entries && (
        <TablePartOf
          title={`Entries (${formatCount(node.entries.count)})`}
          table={tables.entries}
          addressOf={addressOfKeys(node.entries, tables.entries)}
          whenEmpty="It has no entries that the snapshot tells of."
          part={part(entriesFrom, node.entries.count, (from) => onPages({ entriesFrom: from }))}
        />
      )}
      <div class="columns">
        <TablePartOf
          title={`Fields (${formatCount(node.fieldCount - folded)})`}
          table={tables.fields}
          whenEmpty="It refers to nothing."
          part={part(fieldsFrom, node.fieldCount - folded, (from) => onPages({ fieldsFrom: from }))}
        >
          {node.entries && (
            <label class="raw">
              <input type="checkbox" checked={isRaw} onChange={(event) => setIsRaw(event.currentTarget.checked)} /> the
              table that its entries are in, too
            </label>
          )}
        </TablePartOf>
        <TablePartOf
          title={`Retainers (${formatCount(node.retainerCount)})`}
          table={tables.retainers}
          whenEmpty="Nothing refers to it."
          part={part(retainersFrom, node.retainerCount, (from) => onPages({ retainersFrom: from }))}
        />
      </div>
      <TablePartOf title={tables.dominators.title!} table={tables.dominators} />
    </>
  );
}

/** What a row's name leads to is the key; its id is the value's. */
function addressOfKeys({ first }: CollectionEntries, { rows }: ReportTable): AddressOf {
  const keys = new Map(rows.map((cells, i) => [cells, first[i]!.key]));
  return (cells) => {
    const key = keys.get(cells);
    return key ? objectAddress(key.nodeId) : undefined;
  };
}

type AddressOf = (cells: readonly Cell[]) => string | undefined;

function TablePartOf(props: {
  readonly title: string;
  readonly table: ReportTable;
  /** Where a row's name leads; to the row's object unless it is given. */
  readonly addressOf?: AddressOf;
  readonly whenEmpty?: string;
  readonly part?: TablePart;
  /** Stands between the title and the table. */
  readonly children?: ComponentChildren;
}): JSX.Element {
  const { title, children, ...rest } = props;
  return (
    <section class="part">
      <h3>{title}</h3>
      {children}
      <DataTable label={title} addressOf={objectOf} hasObjects {...rest} />
    </section>
  );
}
