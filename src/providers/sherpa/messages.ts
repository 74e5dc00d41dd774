/** What goes between the server and the process that runs a sherpa-onnx model. */

/** How sherpa-onnx is to load a model; paths are absolute. */
export interface RecognizerConfig {
  readonly class: 'OnlineRecognizer' | 'OfflineRecognizer'
  /** Goes to sherpa-onnx as it is. */
  readonly config: Readonly<Record<string, unknown>>
}

export interface EarLoad {
  readonly id: string
  readonly recognizer: RecognizerConfig
  /** Every file that the configuration names: their absence has a better message than sherpa-onnx's. */
  readonly files: readonly string[]
  /** Hz. */
  readonly sampleRate: number
  /** Silence after the end of the audio that pushes the last words out of a live model. */
  readonly tailMs: number
  /** How long audio may wait for other streams' to be decoded with it. */
  readonly batchMs: number
}

/** What a model heard: its tokens and, as far as it tells, when each began, in seconds from the start of the segment. */
export interface HeardTokens {
  readonly text: string
  readonly tokens: readonly string[]
  readonly timestamps: readonly number[]
  /** Seconds. */
  readonly durations?: readonly number[] | undefined
  /** Natural logarithms of likelihoods. */
  readonly logLikelihoods?: readonly number[] | undefined
  readonly language?: string | undefined
}

/** To a live model. */
export type ToLive =
  | { readonly type: 'begin'; readonly language: string | undefined; readonly partials: boolean }
  | { readonly type: 'audio'; readonly samples: Float32Array }
  /** Closes the segment; what follows belongs to the next. */
  | { readonly type: 'finish'; readonly segment: number }

export type FromLive =
  /** Audio that has been heard, and the segment's tokens so far when they have changed. */
  | { readonly type: 'taken'; readonly samples: number; readonly heard?: HeardTokens }
  /** Answers `finish`. */
  | { readonly type: 'final'; readonly segment: number; readonly heard: HeardTokens }

/** To a model of whole utterances. */
export type ToWhole = {
  readonly type: 'hear'
  readonly samples: Float32Array
  readonly language: string | undefined
  readonly terms: readonly string[]
}

export type FromWhole =
  | { readonly type: 'heard'; readonly heard: HeardTokens }
  | { readonly type: 'failed'; readonly message: string }
