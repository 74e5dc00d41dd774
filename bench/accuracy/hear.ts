/** One clip through the listening pipeline, as a stream and as a file. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { AudioFrame } from '../../src/audio/frame.ts'
import { Rechunker } from '../../src/audio/rechunk.ts'
import type { Word } from '../../src/engines/speech-to-text.ts'
import type { ListenEvent, ListenStart } from '../../src/listening/commands.ts'
import type { Heard } from '../../src/listening/heard.ts'
import { listen } from '../../src/listening/listen.ts'
import { silentLog } from '../../src/log.ts'
import { decodeAudio } from '../../src/media/decode.ts'
import type { OpenEngines } from '../../src/server/engines.ts'
import { transcribe } from '../../src/server/transcribe.ts'
import type { BenchClip } from './clips.ts'

/** What came of one clip. */
export interface ClipHeard {
  readonly text: string
  readonly words: readonly Word[]
  /** Finals with words in them, by the pass that they came from. */
  readonly streaming: number
  readonly whole: number
  readonly audioMs: number
}

const chunkMs = 100
/** Quiet after a streamed clip, so that its last turn ends as turns do: by silence. */
const trailingMs = 1500
const budgetMs = 500

const startFor = (engine: string, clip: BenchClip): ListenStart => ({
  model: engine,
  format: clip.format,
  settings: { languages: clip.language ? [clip.language] : [] },
  voiceProfile: false,
  gapMs: 0,
  inactivityMs: 0,
})

const gathered = async (events: AsyncIterable<Heard | ListenEvent>, audioMs: () => number): Promise<ClipHeard> => {
  const finals: Extract<Heard, { type: 'transcript.final' }>[] = []
  for await (const event of events) if (event.type === 'transcript.final' && event.text !== '') finals.push(event)
  const whole = finals.filter(({ pass }) => pass === 'whole').length
  return {
    text: finals.map(({ text }) => text).join(' '),
    words: finals.flatMap(({ words }) => words),
    whole,
    streaming: finals.length - whole,
    audioMs: audioMs(),
  }
}

/** In chunks of 100 ms, `pace` times as fast as it was spoken; 0: as fast as the engine takes it. Throws what `listen` throws. */
export const hearStream = async (
  engines: OpenEngines,
  engine: string,
  clip: BenchClip,
  pace: number,
): Promise<ClipHeard> => {
  const { settings } = await engines.listenSettings(startFor(engine, clip))
  const cancel = new AbortController()
  const { signal } = cancel
  let audioMs = 0
  async function* chunks(): AsyncGenerator<AudioFrame> {
    let rechunker: Rechunker | undefined
    let sampleRate = 0
    let lastMs = 0
    const begun = performance.now()
    const due = async (): Promise<void> => {
      lastMs += chunkMs
      const waitMs = pace > 0 ? lastMs / pace - (performance.now() - begun) : 0
      if (waitMs > 0) await sleep(waitMs)
    }
    for await (const frame of decodeAudio(clip.bytes(), { format: clip.format, signal })) {
      sampleRate = frame.sampleRate
      audioMs += (frame.samples.length * 1000) / sampleRate
      rechunker ??= new Rechunker(sampleRate, (sampleRate * chunkMs) / 1000)
      for (const chunk of rechunker.push(frame)) {
        await due()
        yield chunk
      }
    }
    if (!rechunker) return
    const quiet = new Float32Array((sampleRate * trailingMs) / 1000)
    for (const chunk of [...rechunker.push({ samples: quiet, sampleRate, startMs: audioMs }), ...rechunker.flush()]) {
      await due()
      yield chunk
    }
  }
  try {
    const events = listen(chunks(), { ...settings, partials: true, finalBudgetMs: budgetMs, signal, log: silentLog })
    return await gathered(events, () => audioMs)
  } finally {
    cancel.abort()
  }
}

/** As a file: the best hearing of each turn, however long it takes. Throws what `transcribe` throws. */
export const hearFile = async (engines: OpenEngines, engine: string, clip: BenchClip): Promise<ClipHeard> => {
  const cancel = new AbortController()
  try {
    let audioMs = 0
    const { events } = await transcribe(clip.bytes(), {
      engines,
      start: startFor(engine, clip),
      signal: cancel.signal,
      log: silentLog,
    })
    async function* watched(): AsyncGenerator<ListenEvent> {
      for await (const event of events) {
        if (event.type === 'listen.ended') audioMs = event.audioMs
        yield event
      }
    }
    return await gathered(watched(), () => audioMs)
  } finally {
    cancel.abort()
  }
}
