import type { GraphBase } from './base.js';
import { constructorName } from './constructor-name.js';
import { DETACHED, DETACHED_PREFIX } from './detachedness.js';
import type { InterfaceDefinition } from './interfaces.js';
import type { PlainObjects } from './plain-objects.js';

/** The class of each node, as a name: nodes with equal names are of one class, wherever the name came from. */
export interface Classes {
  /** The distinct names. */
  readonly names: readonly string[];
  /** Uint32, length n: index into names. */
  readonly classIndex: Uint32Array;
}

/**
 * DevTools' class names: `(system)`, `(compiled code)`, `Function`, `RegExp`, `(type)`, and for objects and native
 * nodes their own name, an element's cut to its tag. Plain objects get the name of the interface that fits.
 * DevTools keeps the names of its own making apart from equal ones of the file, and loses rows by that; here they are one.
 * @param classIndex length n, to be filled
 */
export function computeClassNames(
  base: GraphBase,
  detachedness: Uint8Array,
  objects: PlainObjects,
  definitions: readonly InterfaceDefinition[],
  interfaceOfShape: Int32Array,
  classIndex: Uint32Array,
): Classes {
  const { nodeCount, nodeType, nodeName, nodeDetachedness, strings, schema } = base.columns;
  const { object, native } = base.nodeKinds;
  const table = new NameTable();
  const classOfType = Uint32Array.from(schema.nodeTypes, (type) => table.intern(constructorName(type, '')));
  /** By string: 1 + class of objects of this name, 0 unread. */
  const classOfName = new Uint32Array(strings.length);
  const classOfDetached = new Map<number, number>();
  const renames = nodeDetachedness !== null;

  for (let node = 0; node < nodeCount; node++) {
    const type = nodeType[node]!;
    if (type !== object && type !== native) {
      classIndex[node] = classOfType[type]!;
      continue;
    }
    const name = nodeName[node]!;
    if (renames && type === native && detachedness[node] === DETACHED) {
      let known = classOfDetached.get(name);
      if (known === undefined) {
        known = table.intern(constructorName('native', DETACHED_PREFIX + strings.get(name)));
        classOfDetached.set(name, known);
      }
      classIndex[node] = known;
      continue;
    }
    if (classOfName[name] === 0) classOfName[name] = 1 + table.intern(constructorName('object', strings.get(name)));
    classIndex[node] = classOfName[name]! - 1;
  }

  const { nodes, shape } = objects;
  const classOfInterface = Uint32Array.from(definitions, ({ name }) => table.intern(name));
  for (let i = 0; i < nodes.length; i++) {
    const match = interfaceOfShape[shape[i]!]!;
    if (match >= 0) classIndex[nodes[i]!] = classOfInterface[match]!;
  }
  return { names: table.names, classIndex };
}

class NameTable {
  readonly names: string[] = [];
  readonly #index = new Map<string, number>();

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
