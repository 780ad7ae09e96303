import type { GraphBase } from './base.js';
import { constructorName, isNamedType, type TypeClasses } from './constructor-name.js';
import { DETACHED_PREFIX } from './detachedness.js';
import type { InterfaceDefinition } from './interfaces.js';
import type { PlainObjects } from './plain-objects.js';
import { DETACHED_BIT, type NamedNodes } from './named-nodes.js';

/** The class of each node, as a name: nodes with equal names are of one class, wherever the name came from. */
export interface Classes {
  /** The distinct names. */
  readonly names: readonly string[];
  /** Uint32, length n: index into names. */
  readonly classIndex: Uint32Array;
  /** Whether objects or native nodes are named like what nodes of another type are filed under: `Function`. */
  readonly hasSharedNames: boolean;
}

/**
 * DevTools' class names: `(system)`, `(compiled code)`, `Function`, `RegExp`, `(type)`, and for objects and native
 * nodes their own name, an element's cut to its tag. Plain objects get the name of the interface that fits.
 * DevTools keeps the names of its own making apart from equal ones of the file, and loses rows by that; here they are one.
 * @param named becomes the classes' column
 */
export function computeClassNames(
  base: GraphBase,
  types: TypeClasses,
  named: NamedNodes,
  definitions: readonly InterfaceDefinition[],
  interfaceOfShape: Int32Array,
  renumbering: Renumbering,
): Classes {
  const { strings, schema } = base.columns;
  const { code: classIndex, names } = named;
  const table = new NameTable(types.names);
  const isOfType = new Set(schema.nodeTypes.flatMap((type, at) => (isNamedType(type) ? [] : [types.indexOf[at]!])));
  let hasSharedNames = false;
  let isSame = true;
  const classOfCode = new Uint32Array(types.names.length + names.length);
  classOfCode.forEach((_, code) => {
    let index = code;
    if (code >= types.names.length) {
      const name = names[code - types.names.length]!;
      const text = strings.get(name % DETACHED_BIT);
      index = table.intern(constructorName('object', name >= DETACHED_BIT ? DETACHED_PREFIX + text : text));
      if (isOfType.has(index)) hasSharedNames = true;
    }
    classOfCode[code] = index;
    if (index !== code) isSame = false;
  });
  if (!isSame) renumbering.renumber(classIndex, classOfCode);

  const classOfInterface = definitions.map(({ name }) => table.intern(name));
  const { plainObjects } = named;
  const plainClass = plainObjects.nodes.length > 0 ? classIndex[plainObjects.nodes[0]!]! : 0;
  renumbering.renumberPlain(
    classIndex,
    plainObjects,
    Uint32Array.from(interfaceOfShape, (match) => classOfInterface[match] ?? plainClass),
  );
  return { names: table.names, classIndex, hasSharedNames };
}

/** How numbers of a column are replaced. */
export interface Renumbering {
  /** Each by the one that it is the index of. */
  renumber(column: Uint32Array, numbers: Uint32Array): void;
  /** Those of plain objects by that of their shape. */
  renumberPlain(column: Uint32Array, objects: PlainObjects, ofShape: Uint32Array): void;
}

class NameTable {
  readonly names: string[] = [];
  readonly #index = new Map<string, number>();

  constructor(names: readonly string[]) {
    for (const name of names) this.intern(name);
  }

  intern(name: string): number {
    let index = this.#index.get(name);
    if (index === undefined) {
      index = this.names.length;
      this.names.push(name);
      this.#index.set(name, index);
    }
    return index;
  }
}
