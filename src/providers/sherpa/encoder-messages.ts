/** What goes between the server and the process in which sherpa-onnx makes vectors of voices. */

export interface EncoderLoad {
  readonly id: string
  /** The network; what it was made with is written in it. */
  readonly file: string
  readonly threads: number
  /** Hz. */
  readonly sampleRate: number
}

export interface ToEncoder {
  readonly samples: Float32Array
}

export type FromEncoder =
  /** Of length 1. */
  { readonly type: 'encoded'; readonly vector: Float32Array } | { readonly type: 'failed'; readonly message: string }
