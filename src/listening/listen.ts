/** listen(audio, settings) → AsyncIterable<Heard>. */
import { type AudioFrame, durationMs } from '../audio/frame.ts'
import { cutFrame } from '../audio/rechunk.ts'
import type { Work } from '../engines/engine.ts'
import type { VoiceActivity } from '../engines/voice-activity.ts'
import { VoiceError } from '../errors.ts'
import { forEach } from '../streams/for-each.ts'
import { Queue } from '../streams/queue.ts'
import { Tasks } from '../streams/tasks.ts'
import type { Heard } from './heard.ts'
import { enrol } from './known-speakers.ts'
import { Segments } from './segments.ts'
import type { ListenInput, ListenSettings } from './settings.ts'
import { Windows, windowLength } from './windows.ts'

/** Audio that may wait between two stages. */
const waitingLimitMs = 5000
/** Events that may wait for the reader; past that, audio waits. */
const heardLimit = 1000

/** Windows in the order of the input, with the marks and changes between them; and the windows for the voice activity engine. Several in a frame. */
interface Lines {
  readonly items: Queue<ListenInput>
  readonly judged: Queue<AudioFrame>
}

/**
 * What is heard in a stream of audio. Ends when the audio has ended and everything in it has been told. Takes audio only
 * as fast as the engines keep up: at most some seconds of it wait here. An engine's failure is thrown, after what was
 * heard before it; an aborted signal just ends it. Where speakers are known by name, their voices come first: throws
 * `invalid_request` where one cannot be told.
 */
export async function* listen(
  audio: AsyncIterable<ListenInput>,
  settings: ListenSettings & Work,
): AsyncIterable<Heard> {
  const { voiceActivity, speakerEncoder } = settings.engines
  const { knownSpeakers = [] } = settings
  const known = speakerEncoder ? await enrol(knownSpeakers, { voiceActivity, speakerEncoder }, settings) : []
  const tasks = new Tasks(settings.signal)
  const heard = new Queue<Heard>(heardLimit)
  const lines: Lines = {
    items: new Queue(waitingLimitMs, (item) => ('samples' in item ? durationMs(item) : 1)),
    judged: new Queue(waitingLimitMs, durationMs),
  }
  const segments = new Segments(settings, known, tasks, (event) => heard.push(event))
  const stop = (): void => {
    lines.items.abort()
    lines.judged.abort()
    if (settings.signal.aborted) heard.abort()
    else heard.close()
  }
  if (tasks.signal.aborted) stop()
  else tasks.signal.addEventListener('abort', stop, { once: true })

  tasks.start((signal) => take(audio, voiceActivity, lines, signal))
  tasks.start(async (signal) => {
    await judge(settings, lines, signal, (item, likelihood) => {
      let wait: Promise<void> | undefined
      if ('samples' in item) wait = segments.window(item, likelihood)
      else if ('mark' in item) segments.mark(item.mark)
      else if ('change' in item) segments.change(item.change)
      if (heard.weight <= heardLimit) return wait
      return Promise.all([wait, heard.drained()]).then(() => {})
    })
    if (!signal.aborted) await segments.end()
    heard.close()
  })
  try {
    yield* heard
  } finally {
    tasks.abort()
    await tasks.settled()
  }
}

/** Cuts the input into windows until it ends. */
const take = async (
  audio: AsyncIterable<ListenInput>,
  voiceActivity: VoiceActivity,
  { items, judged }: Lines,
  signal: AbortSignal,
): Promise<void> => {
  const windows = new Windows(voiceActivity)
  const send = (cut: ReturnType<Windows['flush']>): void => {
    for (const window of cut.windows) items.push(window)
    for (const window of cut.judged) judged.push(window)
  }
  await forEach(audio, signal, (input) => {
    if ('samples' in input) send(windows.push(input))
    else {
      if ('mark' in input) send(windows.flush())
      items.push(input)
    }
    return items.weight > waitingLimitMs ? items.drained() : undefined
  })
  send(windows.flush())
  items.close()
}

/** Brings each window together with its likelihood, 0 where it is an echo. What else is in the line comes at its place, with a likelihood of 0. Waits only where `each` says so. */
const judge = async (
  settings: ListenSettings & Work,
  { items, judged }: Lines,
  signal: AbortSignal,
  each: (item: ListenInput, likelihood: number) => Promise<void> | undefined,
): Promise<void> => {
  const { engines, log, observe } = settings
  const length = windowLength(engines.voiceActivity)
  const likelihoods = engines.voiceActivity
    .detect(judged, { signal, log, ...(observe ? { observe } : {}) })
    [Symbol.asyncIterator]()
  let echo = false
  try {
    for await (const item of items) {
      if (!('samples' in item)) {
        if ('echo' in item) echo = item.echo
        await each(item, 0)
        continue
      }
      for (const window of cutFrame(item, length)) {
        const next = await likelihoods.next()
        if (next.done) {
          if (signal.aborted) return
          throw new VoiceError('provider_failed', 'Voice activity ended before the audio did.')
        }
        const wait = each(window, echo ? 0 : next.value.likelihood)
        if (wait !== undefined) await wait
      }
    }
  } finally {
    judged.abort()
    await likelihoods.return?.()
  }
}
