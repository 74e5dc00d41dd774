/** Silero's network written anew, so that many windows at a time cost less: the same weights and sums in another order. */
import { readWeights, type Step, type Weights, writeModel } from '../shared/onnx.ts'

/**
 * The shipped graph convolves window by window, each a product of matrices that are too narrow for a processor's vector
 * units. Here a batch's windows lie one below the other and every layer is one product for all of them, which takes a
 * third of the time. The names are those that the weights have in Silero's own files.
 */
const shapes = {
  'stft.forward_basis_buffer': [258, 1, 256],
  'encoder.0.reparam_conv.weight': [128, 129, 3],
  'encoder.0.reparam_conv.bias': [128],
  'encoder.1.reparam_conv.weight': [64, 128, 3],
  'encoder.1.reparam_conv.bias': [64],
  'encoder.2.reparam_conv.weight': [64, 64, 3],
  'encoder.2.reparam_conv.bias': [64],
  'encoder.3.reparam_conv.weight': [128, 64, 3],
  'encoder.3.reparam_conv.bias': [128],
  'decoder.rnn.weight_ih': [512, 128],
  'decoder.rnn.weight_hh': [512, 128],
  'decoder.rnn.bias_ih': [512],
  'decoder.rnn.bias_hh': [512],
  'decoder.decoder.2.weight': [1, 128, 1],
  'decoder.decoder.2.bias': [1],
} as const

type Name = keyof typeof shapes

/** The weights for 16 kHz; undefined when one is missing. Those for 8 kHz have the same names and other shapes. */
const find = (file: Uint8Array): ((name: Name) => Float32Array) | undefined => {
  const all = readWeights(file)
  const found = new Map<string, Float32Array>()
  for (const [name, shape] of Object.entries(shapes)) {
    const fits = (one: Weights): boolean =>
      (one.name === name || one.name.endsWith(`.${name}`)) && one.shape.join() === shape.join()
    // The last: in files for both rates, layers whose shapes do not depend on the rate come for 8 kHz first.
    const values = all.findLast(fits)?.values
    if (!values) return undefined
    found.set(name, values)
  }
  return (name) => found.get(name) as Float32Array
}

/** Kernels [outputs, inputs, taps] as a matrix: a row for each tap's inputs, a column for each output. Some taps only see padding. */
const asMatrix = (kernels: Float32Array, [outputs, inputs, taps]: readonly number[], from = 0, to = taps): Weights => {
  const [outs, ins, all] = [outputs!, inputs!, taps!]
  const values = new Float32Array((to! - from) * ins * outs)
  for (let tap = from; tap < to!; tap++)
    for (let input = 0; input < ins; input++)
      for (let output = 0; output < outs; output++)
        values[((tap - from) * ins + input) * outs + output] = kernels[(output * ins + input) * all + tap]!
  return { name: '', shape: [(to! - from) * ins, outs], values }
}

/** Gates as ONNX orders them (in, out, forget, cell) from PyTorch's order (in, forget, cell, out). */
const reordered = (gates: Float32Array): Float32Array => {
  const quarter = gates.length / 4
  const values = Float32Array.from(gates)
  values.set(gates.subarray(3 * quarter), quarter)
  values.set(gates.subarray(quarter, 3 * quarter), 2 * quarter)
  return values
}

/** A model with the inputs and outputs of the file, save the sample rate, which is 16 kHz; undefined when it is no Silero as known here. */
export const batchedModel = (file: Uint8Array): Uint8Array | undefined => {
  const the = find(file)
  if (!the) return undefined
  const weights: Weights[] = []
  const numbers: Record<string, readonly number[]> = { one: [1] }
  const steps: Step[] = []
  let names = 0

  const add = (operator: string, inputs: readonly string[], attributes: Step['attributes'] = {}): string => {
    const output = `${operator}.${names++}`
    steps.push({ operator, inputs, outputs: [output], attributes })
    return output
  }
  const list = (values: readonly number[]): string => {
    const name = values.join()
    numbers[name] = values
    return name
  }
  const hold = (name: string, shape: readonly number[], values: Float32Array): string => {
    weights.push({ name, shape, values })
    return name
  }
  /** Stretches of each row, laid below each other as rows of their own. */
  const stretches = (rows: string, width: number, starts: readonly number[]): string => {
    const parts = starts.map((from) => add('Slice', [rows, list([from]), list([from + width]), 'one']))
    return add('Reshape', [add('Concat', parts, { axis: 1 }), list([-1, width])])
  }
  const pad = (rows: string, before: number, after: number, mode: string): string =>
    add('Pad', [rows, list([0, before, 0, after])], { mode })
  const layer = (rows: string, name: 0 | 1 | 2 | 3, from?: number, to?: number): string => {
    const kernels: Name = `encoder.${name}.reparam_conv.weight`
    const bias: Name = `encoder.${name}.reparam_conv.bias`
    const matrix = asMatrix(the(kernels), shapes[kernels], from, to)
    const inputs = [rows, hold(kernels, matrix.shape, matrix.values), hold(bias, shapes[bias], the(bias))]
    return add('Relu', [add('Gemm', inputs)])
  }

  const basis = asMatrix(the('stft.forward_basis_buffer'), shapes['stft.forward_basis_buffer'])
  const frames = stretches(pad('input', 0, 64, 'reflect'), 256, [0, 128, 256, 384])
  const spectrum = add('MatMul', [frames, hold('basis', [256, 258], basis.values)])
  steps.push({ operator: 'Split', inputs: [spectrum], outputs: ['real', 'imaginary'], attributes: { axis: 1 } })
  const energy = add('Add', [add('Mul', ['real', 'real']), add('Mul', ['imaginary', 'imaginary'])])
  const magnitudes = add('Reshape', [add('Sqrt', [energy]), list([-1, 4 * 129])])
  const first = layer(stretches(pad(magnitudes, 129, 129, 'constant'), 3 * 129, [0, 129, 258, 387]), 0)
  const second = layer(
    stretches(pad(add('Reshape', [first, list([-1, 4 * 128])]), 128, 0, 'constant'), 3 * 128, [0, 256]),
    1,
  )
  // Of these layers' kernels only the taps that do not lie on padding.
  const third = layer(add('Reshape', [second, list([-1, 2 * 64])]), 2, 1, 3)
  const fourth = layer(third, 3, 1, 2)

  const biases = new Float32Array(1024)
  biases.set(reordered(the('decoder.rnn.bias_ih')))
  biases.set(reordered(the('decoder.rnn.bias_hh')), 512)
  steps.push({ operator: 'Split', inputs: ['state'], outputs: ['hidden', 'cell'], attributes: { axis: 0 } })
  steps.push({
    operator: 'LSTM',
    inputs: [
      add('Reshape', [fourth, list([1, -1, 128])]),
      hold('inward', [1, 512, 128], reordered(the('decoder.rnn.weight_ih'))),
      hold('recurrent', [1, 512, 128], reordered(the('decoder.rnn.weight_hh'))),
      hold('biases', [1, 1024], biases),
      '',
      'hidden',
      'cell',
    ],
    outputs: ['', 'hiddenN', 'cellN'],
    attributes: { hidden_size: 128 },
  })
  steps.push({ operator: 'Concat', inputs: ['hiddenN', 'cellN'], outputs: ['stateN'], attributes: { axis: 0 } })
  const heard = add('Reshape', [add('Relu', ['hiddenN']), list([-1, 128])])
  const speech = add('Gemm', [
    heard,
    hold('speech', [128, 1], the('decoder.decoder.2.weight')),
    hold('speechBias', [1], the('decoder.decoder.2.bias')),
  ])
  steps.push({ operator: 'Sigmoid', inputs: [speech], outputs: ['output'] })
  return writeModel({
    inputs: { input: [-1, 576], state: [2, -1, 128] },
    outputs: { output: [-1, 1], stateN: [2, -1, 128] },
    weights,
    numbers,
    steps,
  })
}
