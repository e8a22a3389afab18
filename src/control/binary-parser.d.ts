/**
 * Types for the part of binary-parser that this project uses; add a method here when you need it.
 *
 * The package's own types are out of reach of an ES module (its `exports` do not name them), say `any` for
 * whatever is parsed, and bring in all of Node's types, which the core must not see. These instead grow
 * with the layout: each field declared adds its name and type to what `parse` returns. They are seen by
 * the compiler only and nothing of them may show in an exported signature.
 */
declare module 'binary-parser' {
  /** What a numeric field may be told: a value it must have, and what to make of it. */
  interface FieldOptions<Raw, Value> {
    assert?: Raw | string | ((value: Raw) => boolean);
    formatter?: (value: Raw) => Value;
  }

  interface TextOptions<Value> extends FieldOptions<string, Value> {
    encoding?: string;
    length?: number | string;
    zeroTerminated?: boolean;
    stripNull?: boolean;
    greedy?: boolean;
  }

  interface BytesOptions<Value> extends FieldOptions<Uint8Array, Value> {
    length?: number | string;
    readUntil?: 'eof';
  }

  interface NumberTypes {
    uint8: number;
    uint16le: number;
    uint32le: number;
    int8: number;
    int16le: number;
    int32le: number;
    uint64le: bigint;
    int64le: bigint;
    floatle: number;
    doublele: number;
  }

  interface ArrayOptions<Type> {
    type: Type;
    length?: number | string;
    lengthInBytes?: number | string;
    readUntil?: 'eof';
  }

  /** A parser that has gained the field `Name`. */
  type With<Fields extends object, Name extends string, Value> = Parser<Fields & { [N in Name]: Value }>;

  export class Parser<Fields extends object = object> {
    static start(): Parser;

    uint8<N extends string, V = number>(name: N, options?: FieldOptions<number, V>): With<Fields, N, V>;
    uint16<N extends string, V = number>(name: N, options?: FieldOptions<number, V>): With<Fields, N, V>;
    uint16le<N extends string, V = number>(name: N, options?: FieldOptions<number, V>): With<Fields, N, V>;
    uint32<N extends string, V = number>(name: N, options?: FieldOptions<number, V>): With<Fields, N, V>;
    uint32le<N extends string, V = number>(name: N, options?: FieldOptions<number, V>): With<Fields, N, V>;
    uint64<N extends string, V = bigint>(name: N, options?: FieldOptions<bigint, V>): With<Fields, N, V>;
    uint64le<N extends string, V = bigint>(name: N, options?: FieldOptions<bigint, V>): With<Fields, N, V>;
    int8<N extends string, V = number>(name: N, options?: FieldOptions<number, V>): With<Fields, N, V>;
    int16<N extends string, V = number>(name: N, options?: FieldOptions<number, V>): With<Fields, N, V>;
    int16le<N extends string, V = number>(name: N, options?: FieldOptions<number, V>): With<Fields, N, V>;
    int32<N extends string, V = number>(name: N, options?: FieldOptions<number, V>): With<Fields, N, V>;
    int32le<N extends string, V = number>(name: N, options?: FieldOptions<number, V>): With<Fields, N, V>;
    int64<N extends string, V = bigint>(name: N, options?: FieldOptions<bigint, V>): With<Fields, N, V>;
    int64le<N extends string, V = bigint>(name: N, options?: FieldOptions<bigint, V>): With<Fields, N, V>;
    floatle<N extends string, V = number>(name: N, options?: FieldOptions<number, V>): With<Fields, N, V>;
    doublele<N extends string, V = number>(name: N, options?: FieldOptions<number, V>): With<Fields, N, V>;

    string<N extends string, V = string>(name: N, options: TextOptions<V>): With<Fields, N, V>;
    buffer<N extends string, V = Uint8Array>(name: N, options: BytesOptions<V>): With<Fields, N, V>;
    array<N extends string, T extends keyof NumberTypes>(
      name: N,
      options: ArrayOptions<T>,
    ): With<Fields, N, NumberTypes[T][]>;
    array<N extends string, Inner extends object>(
      name: N,
      options: ArrayOptions<Parser<Inner>>,
    ): With<Fields, N, Inner[]>;
    nest<N extends string, Inner extends object, V = Inner>(
      name: N,
      options: { type: Parser<Inner>; formatter?: (value: Inner) => V },
    ): With<Fields, N, V>;
    /** Without a name, the inner fields become fields of this parser. */
    nest<Inner extends object>(options: { type: Parser<Inner> }): Parser<Fields & Inner>;
    saveOffset<N extends string>(name: N): With<Fields, N, number>;

    skip(length: number | string): this;
    seek(relativeOffset: number | string): this;
    endianness(order: 'little' | 'big'): this;

    /** The length in bytes of a layout that has a fixed one, otherwise NaN. */
    sizeOf(): number;
    /** Throws a `RangeError` where the bytes end too soon. */
    parse(bytes: Uint8Array): Fields;
  }
}
