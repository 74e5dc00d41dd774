/** PartTranscripts: audio that came inside items waits here to be heard, one part after the other. */
import type { AudioFrame } from '../audio/frame.ts'
import type { Effect } from '../conversation/effects.ts'
import type { Input } from '../conversation/inputs.ts'
import type { ListenSettings } from '../listening/settings.ts'
import type { Log } from '../log.ts'
import { Queue } from '../streams/queue.ts'
import type { Tasks } from '../streams/tasks.ts'
import { InputAudio } from './input-audio.ts'
import { transcribePart } from './transcribe-part.ts'

/** Audio that may wait before commands wait; one message holds no more. */
const waitingLimitBytes = 16 * 1024 * 1024
/** What a part counts for beside its audio. */
const plainBytes = 256

type PartAudio = Extract<Effect, { readonly type: 'transcribe' }>

export interface PartTranscriptsParts {
  readonly settings: () => Promise<ListenSettings>
  /** Given every frame of a part, before it is heard. */
  readonly keep: (itemId: string, partIndex: number, frame: AudioFrame) => void
  readonly tell: (heard: Input) => void
  readonly tasks: Tasks
  readonly log: Log
}

export class PartTranscripts {
  readonly #waiting = new Queue<PartAudio>(waitingLimitBytes, (part) => part.bytes.length + plainBytes)
  readonly #parts: PartTranscriptsParts

  constructor(parts: PartTranscriptsParts) {
    this.#parts = parts
    parts.tasks.start((signal) => this.#run(signal))
  }

  push(part: PartAudio): void {
    this.#waiting.push(part)
  }

  /** True when no more should be pushed before `eased` resolves. */
  get isFull(): boolean {
    return this.#waiting.weight > waitingLimitBytes
  }

  eased(): Promise<void> {
    return this.#waiting.drained()
  }

  async #run(signal: AbortSignal): Promise<void> {
    const { settings, tell, log } = this.#parts
    signal.addEventListener('abort', () => this.#waiting.abort(), { once: true })
    for await (const part of this.#waiting) {
      const heard = await transcribePart(part, this.#framesOf(part), settings(), { signal, log })
      if (heard) tell(heard)
    }
  }

  *#framesOf({ itemId, partIndex, bytes, format }: PartAudio): Generator<AudioFrame> {
    for (const frame of new InputAudio(format).read(bytes)) {
      this.#parts.keep(itemId, partIndex, frame)
      yield frame
    }
  }
}
