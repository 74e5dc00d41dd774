/** What goes between the server and the process that runs a voice of sherpa-onnx. */

/** How the process is to load it; paths are absolute. */
export interface VoiceLoad {
  readonly id: string
  /** As sherpa-onnx takes it. */
  readonly config: unknown
  /** Files and folders that must be there. */
  readonly files: readonly string[]
}

export type ToVoice =
  | { readonly type: 'describe' }
  | {
      readonly type: 'say'
      readonly text: string
      /** Number of the speaker. */
      readonly speaker: number
      readonly speed: number
      /** Base code, for a model that has to be told. */
      readonly language?: string
    }

export type FromVoice =
  | { readonly type: 'described'; readonly sampleRate: number; readonly speakers: number }
  | { readonly type: 'said'; readonly samples: Float32Array }
  | { readonly type: 'failed'; readonly message: string }
