/** What goes between the server and the process in which sherpa-onnx tells what voices are like. */

/** What a model is to sherpa-onnx. */
export type ProfilerClass = 'AudioTagging' | 'SpokenLanguageIdentification' | 'OfflineRecognizer'

export interface ProfilerLoad {
  readonly id: string
  readonly class: ProfilerClass
  /** Goes to sherpa-onnx as it is. */
  readonly config: Readonly<Record<string, unknown>>
  /** Every file that the configuration names. */
  readonly files: readonly string[]
  /** Hz. */
  readonly sampleRate: number
}

export interface ToProfiler {
  readonly samples: Float32Array
}

/** What a look at some speech tells. */
export type Seen =
  /** Logarithms of the scores of groups of sounds; see `groupScores`. */
  | { readonly type: 'sounds'; readonly scores: ReadonlyMap<string, number> }
  /** Tags of SenseVoice without their brackets, such as `HAPPY` and `Laughter`, or the language alone. */
  | { readonly type: 'tags'; readonly language: string; readonly emotion: string; readonly event: string }
  | { readonly type: 'failed'; readonly message: string }
