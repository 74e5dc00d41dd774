/** GTCRN (X. Rong et al., ICASSP 2024): a small network that filters spectra, frame by frame. Runs in a worker thread only. */
import { InferenceSession, Tensor } from 'onnxruntime-node'
import { Fourier, hann } from '../../signal/fourier.ts'
import type { FrameFilter } from '../shared/suppression.ts'

const size = 512
const hop = 256
const bins = hop + 1
/** What the network remembers, by the names of its inputs; its outputs are called the same with `_out`. */
const memories = {
  conv_cache: [2, 1, 16, 16, 33],
  tra_cache: [2, 3, 1, 1, 16],
  inter_cache: [2, 1, 33, 16],
} as const
const names = Object.keys(memories) as (keyof typeof memories)[]

const empty = (name: keyof typeof memories): Tensor => {
  const shape: number[] = [...memories[name]]
  return new Tensor('float32', new Float32Array(shape.reduce((product, count) => product * count, 1)), shape)
}

/** Gives what makes a filter. Throws where the file is no such model. */
export const loadGtcrn = async ({ modelFile }: { readonly modelFile: string }): Promise<() => FrameFilter> => {
  const session = await InferenceSession.create(modelFile, {
    intraOpNumThreads: 1,
    interOpNumThreads: 1,
    // Errors are thrown; warnings are about how a file was made.
    logSeverityLevel: 3,
  })
  const fourier = new Fourier(size)
  // Its root before and after: frames that overlap by half add up to what they were.
  const window = hann(size).map(Math.sqrt)
  const [real, imaginary] = [new Float64Array(size), new Float64Array(size)]
  const [outReal, outImaginary] = [new Float64Array(size), new Float64Array(size)]
  return () => {
    const input = new Float32Array(size)
    const overlap = new Float32Array(size)
    let memory: Record<string, Tensor> = Object.fromEntries(names.map((name) => [name, empty(name)]))
    return {
      sampleRate: 16_000,
      frame: hop,
      delay: hop,
      process: async (samples) => {
        input.copyWithin(0, hop)
        input.set(samples, hop)
        for (let i = 0; i < size; i += 1) real[fourier.order[i]!] = input[i]! * window[i]!
        imaginary.fill(0)
        fourier.turn(real, imaginary)
        const mix = Float32Array.from({ length: 2 * bins }, (_, at) => (at % 2 === 0 ? real : imaginary)[at >> 1]!)
        const { enh, ...after } = await session.run({ mix: new Tensor('float32', mix, [1, bins, 1, 2]), ...memory })
        memory = Object.fromEntries(names.map((name) => [name, after[`${name}_out`]!]))
        const enhanced = enh!.data as Float32Array
        for (let i = 0; i < size; i += 1) {
          const bin = i < bins ? i : size - i
          const place = fourier.order[i]!
          outReal[place] = enhanced[2 * bin]!
          outImaginary[place] = (i < bins ? 1 : -1) * enhanced[2 * bin + 1]!
        }
        // Back, by the same transform with its sides changed.
        fourier.turn(outImaginary, outReal)
        overlap.copyWithin(0, hop)
        overlap.fill(0, hop)
        for (let i = 0; i < size; i += 1) overlap[i]! += (outReal[i]! * window[i]!) / size
        return overlap.subarray(0, hop)
      },
    }
  }
}
