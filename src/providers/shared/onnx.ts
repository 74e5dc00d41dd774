/** As much of the ONNX format as it takes to read a model's weights and to write a small model of our own. */

/** Floats of some shape, with a name. */
export interface Weights {
  readonly name: string
  readonly shape: readonly number[]
  readonly values: Float32Array
}

export type Attribute = number | string

/** One step: names in, names out. An empty name stands for an input that is left out. */
export interface Step {
  readonly operator: string
  readonly inputs: readonly string[]
  readonly outputs: readonly string[]
  readonly attributes?: Readonly<Record<string, Attribute>>
}

/** What `writeModel` writes. A dimension of −1 is any size. */
export interface Model {
  readonly inputs: Readonly<Record<string, readonly number[]>>
  readonly outputs: Readonly<Record<string, readonly number[]>>
  readonly weights: readonly Weights[]
  /** Whole numbers that steps take as inputs: shapes, pads, bounds. */
  readonly numbers: Readonly<Record<string, readonly number[]>>
  readonly steps: readonly Step[]
  /** Inputs that are whole numbers instead of floats, of so many bits. */
  readonly whole?: Readonly<Record<string, 32 | 64>>
  /** What else a model says of itself. */
  readonly metadata?: Readonly<Record<string, string>>
}

/** Of elements, as the format numbers them. */
const types = { float: 1, 32: 6, 64: 7 } as const

type Field = readonly [number: number, value: number | Uint8Array]

/** A message of Protocol Buffers as its fields; numbers beyond 2⁵³ lose digits, which nothing here has. */
const fieldsOf = (bytes: Uint8Array): readonly Field[] => {
  const fields: Field[] = []
  let at = 0
  const varint = (): number => {
    let value = 0
    for (let scale = 1; ; scale *= 128) {
      const byte = bytes[at++]
      if (byte === undefined) throw new RangeError('The model file ends too early.')
      value += (byte & 127) * scale
      if (byte < 128) return value
    }
  }
  while (at < bytes.length) {
    const key = varint()
    const width = { 0: 0, 1: 8, 5: 4, 2: -1 }[key & 7]
    if (width === undefined) throw new RangeError('The model file is not in the ONNX format.')
    if (width === 0) fields.push([key >>> 3, varint()])
    else {
      const length = width < 0 ? varint() : width
      fields.push([key >>> 3, bytes.subarray(at, at + length)])
      at += length
    }
  }
  return fields
}

const parts = (fields: readonly Field[], number: number): readonly Uint8Array[] =>
  fields.flatMap(([one, value]) => (one === number && typeof value !== 'number' ? [value] : []))

const dimensions = (fields: readonly Field[]): readonly number[] =>
  fields.flatMap(([one, value]) => (one === 1 && typeof value === 'number' ? [value] : []))

/** Tensors in a graph's initializers and constants, also those of graphs within its steps. */
const tensorsOf = (graph: readonly Field[]): readonly Uint8Array[] => [
  ...parts(graph, 5),
  ...parts(graph, 1).flatMap((node) =>
    parts(fieldsOf(node), 5).flatMap((bytes) => {
      const attribute = fieldsOf(bytes)
      return [...parts(attribute, 5), ...parts(attribute, 6).flatMap((inner) => tensorsOf(fieldsOf(inner)))]
    }),
  ),
]

/** All float tensors of a model that are stored as plain bytes. */
export const readWeights = (file: Uint8Array): readonly Weights[] =>
  parts(fieldsOf(file), 7)
    .flatMap((graph) => tensorsOf(fieldsOf(graph)))
    .flatMap((bytes) => {
      const tensor = fieldsOf(bytes)
      const raw = parts(tensor, 9)[0]
      if (!raw || !tensor.some(([number, value]) => number === 2 && value === 1)) return []
      const values = new Float32Array(new Uint8Array(raw).buffer)
      return [{ name: Buffer.from(parts(tensor, 8)[0] ?? []).toString(), shape: dimensions(tensor), values }]
    })

const varint = (value: number): Uint8Array => {
  const bytes: number[] = []
  // 64-bit two's complement: pads and the −1 of shapes.
  let left = BigInt.asUintN(64, BigInt(value))
  for (; left > 127n; left >>= 7n) bytes.push(Number(left & 127n) | 128)
  bytes.push(Number(left))
  return Uint8Array.from(bytes)
}

const integer = (field: number, value: number): Uint8Array => Buffer.concat([varint(field * 8), varint(value)])

const block = (field: number, ...content: readonly (Uint8Array | string)[]): Uint8Array => {
  const bytes = Buffer.concat(content.map((part) => (typeof part === 'string' ? Buffer.from(part) : part)))
  return Buffer.concat([varint(field * 8 + 2), varint(bytes.length), bytes])
}

const tensor = (name: string, type: 1 | 7, shape: readonly number[], values: ArrayBufferView): Uint8Array =>
  block(
    5,
    ...shape.map((size) => integer(1, size)),
    integer(2, type),
    block(8, name),
    block(9, new Uint8Array(values.buffer, values.byteOffset, values.byteLength)),
  )

const attribute = (name: string, value: Attribute): Uint8Array =>
  typeof value === 'number'
    ? block(5, block(1, name), integer(3, value), integer(20, 2))
    : block(5, block(1, name), block(4, value), integer(20, 3))

const step = ({ operator, inputs, outputs, attributes = {} }: Step): Uint8Array =>
  block(
    1,
    ...inputs.map((name) => block(1, name)),
    ...outputs.map((name) => block(2, name)),
    block(4, operator),
    ...Object.entries(attributes).map(([name, value]) => attribute(name, value)),
  )

/** The name and the shape of what goes in or out. */
const valueInfo = (field: number, name: string, shape: readonly number[], bits?: 32 | 64): Uint8Array => {
  const sizes = shape.map((size) => block(1, size < 0 ? block(2, 'any') : integer(1, size)))
  return block(
    field,
    block(1, name),
    block(2, block(1, integer(1, bits ? types[bits] : types.float), block(2, ...sizes))),
  )
}

/** The bytes of a model file, of operator set 16. */
export const writeModel = ({
  inputs,
  outputs,
  weights,
  numbers,
  steps,
  whole = {},
  metadata = {},
}: Model): Uint8Array =>
  Buffer.concat([
    integer(1, 8),
    block(
      7,
      ...steps.map(step),
      block(2, 'graph'),
      ...weights.map(({ name, shape, values }) => tensor(name, 1, shape, values)),
      ...Object.entries(numbers).map(([name, values]) =>
        tensor(
          name,
          7,
          [values.length],
          BigInt64Array.from(values, (value) => BigInt(value)),
        ),
      ),
      ...Object.entries(inputs).map(([name, shape]) => valueInfo(11, name, shape, whole[name])),
      ...Object.entries(outputs).map(([name, shape]) => valueInfo(12, name, shape)),
    ),
    block(8, block(1, ''), integer(2, 16)),
    ...Object.entries(metadata).map(([name, value]) => block(14, block(1, name), block(2, value))),
  ])
