// The part of the WebAssembly API that is used here: TypeScript declares it with the DOM only.
declare namespace WebAssembly {
  type Module = object;
  const Module: new (bytes: Uint8Array) => Module;
  interface Memory {
    readonly buffer: ArrayBuffer | SharedArrayBuffer;
  }
  const Memory: new (descriptor: { initial: number; maximum?: number; shared?: boolean }) => Memory;
  interface Instance {
    readonly exports: Record<string, unknown>;
  }
  const Instance: new (module: Module, imports: Record<string, Record<string, unknown>>) => Instance;
  interface Global {
    value: number;
  }
  const CompileError: new () => Error;
}
