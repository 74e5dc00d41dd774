/** RNNoise in WebAssembly: one module, a filter for each stream. Runs in a worker thread only. */
import { createRequire } from 'node:module'
import { pathToFileURL } from 'node:url'
import type { FrameFilter } from '../shared/suppression.ts'

/** What of the module is used here. */
interface Module {
  readonly HEAPF32: Float32Array
  _malloc(bytes: number): number
  _free(at: number): void
  _rnnoise_create(model: number): number
  _rnnoise_destroy(state: number): void
  _rnnoise_get_frame_size(): number
  _rnnoise_process_frame(state: number, to: number, from: number): number
}

/** RNNoise wants samples as large as 16-bit ones. */
const fullScale = 32_768

/** Gives what makes a filter. */
export const loadRnnoise = async (): Promise<() => FrameFilter> => {
  const file = createRequire(import.meta.url).resolve('@echogarden/rnnoise-wasm')
  const { default: load } = (await import(pathToFileURL(file).href)) as { default: () => Promise<Module> }
  const module = await load()
  const frame = module._rnnoise_get_frame_size()
  return () => {
    const state = module._rnnoise_create(0)
    const place = module._malloc(frame * 4)
    return {
      sampleRate: 48_000,
      frame,
      delay: frame,
      process: (samples) => {
        // Asked for anew: its memory may have grown, and moved.
        module.HEAPF32.set(
          samples.map((sample) => sample * fullScale),
          place / 4,
        )
        module._rnnoise_process_frame(state, place, place)
        return module.HEAPF32.subarray(place / 4, place / 4 + frame).map((sample) => sample / fullScale)
      },
      close: () => {
        module._rnnoise_destroy(state)
        module._free(place)
      },
    }
  }
}
