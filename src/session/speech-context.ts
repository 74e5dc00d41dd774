/** SpeechContext: one text, spoken while it is written, as one run of encoded audio. */
import { type AudioFrame, durationMs } from '../audio/frame.ts'
import { asVoiceError } from '../errors.ts'
import type { Log } from '../log.ts'
import { encodeAudio } from '../media/encode.ts'
import type { ContextSettings, SpeakEvent } from '../speaking/commands.ts'
import { HeldInstruction } from '../speaking/held-instruction.ts'
import { speak } from '../speaking/speak.ts'
import { TextBuffer } from '../speaking/text-buffer.ts'
import { forEach } from '../streams/for-each.ts'
import { orAborted } from '../streams/or-aborted.ts'
import { Queue } from '../streams/queue.ts'
import { Tasks } from '../streams/tasks.ts'
import type { ReplyEngines } from './reply.ts'
import { Stall } from './stall.ts'

/** Characters that may wait to be spoken. */
const waitingCharacters = 20_000
/** Audio that may wait for the encoder. */
const waitingAudioMs = 2_000
/** Text that came less than this ago is still being written: its last word may be half of one. */
const writingMs = 300

type Said = Extract<SpeakEvent, { type: 'speech.spoken' }>['said'][number]
/** What there is to do, in its order. */
type Job = { readonly text: string } | { readonly change: ContextSettings }
/** What becomes of it. */
type Line = AudioFrame | { readonly said: Said } | { readonly characters: number } | { readonly flushed: true }
type Told = SpeakEvent extends infer One ? (One extends SpeakEvent ? Omit<One, 'context'> : never) : never

export interface ContextParts {
  readonly settings: ContextSettings
  readonly engines: Pick<ReplyEngines, 'voice' | 'stallMs'>
  readonly cacheDir: string
  /** Tells the client; resolves when it may be told more. */
  readonly tell: (event: Told) => Promise<unknown> | undefined
  readonly tasks: Tasks
  readonly log: Log
}

/** Whoever makes one closes it. Its last event is `context.closed`. */
export class SpeechContext {
  readonly #engines: ContextParts['engines']
  readonly #cacheDir: string
  readonly #tell: ContextParts['tell']
  readonly #log: Log
  readonly #jobs = new Queue<Job>(waitingCharacters, (job) => ('text' in job ? job.text.length : 0))
  readonly #buffer: TextBuffer
  readonly #held = new HeldInstruction()
  readonly #stop = new AbortController()
  #settings: ContextSettings
  #delay: NodeJS.Timeout | undefined
  #lastTextAt = 0
  #audible = false
  /** Texts that have been asked for and not been spoken to their end. */
  #pending = 0
  /** All text that came was asked to be spoken. */
  #flushAsked = false
  #closing = false

  constructor({ settings, engines, cacheDir, tell, tasks, log }: ContextParts) {
    this.#settings = settings
    this.#engines = engines
    this.#cacheDir = cacheDir
    this.#tell = tell
    this.#log = log
    this.#buffer = new TextBuffer(settings.buffer)
    tasks.start((session) => this.#run(session, settings))
  }

  /** False when too much waits already: it is not taken. */
  append(text: string): boolean {
    if (this.#closing) return true
    if (this.#jobs.weight + text.length > waitingCharacters) return false
    this.#lastTextAt = performance.now()
    this.#flushAsked = false
    const ready = this.#buffer.push(text)
    if (ready !== '') this.#say(ready)
    else this.#waitForMore()
    return true
  }

  flush(): void {
    if (this.#closing) return
    this.#flushAsked = true
    this.#say(this.#buffer.take('all'))
  }

  /** What waits is spoken as before. */
  change(settings: ContextSettings): void {
    if (this.#closing) return
    if (!this.#buffer.isEmpty) this.#say(this.#buffer.take('all'))
    this.#settings = settings
    this.#buffer.rules = settings.buffer
    this.#jobs.push({ change: settings })
  }

  /** True when it is to be silent at once. */
  close(): boolean {
    const isSpeaking = this.#pending > 0 && this.#audible
    const interrupts = this.#closing || (isSpeaking && !this.#flushAsked && this.#buffer.isEmpty)
    clearTimeout(this.#delay)
    if (!this.#closing && !this.#buffer.isEmpty) this.#say(this.#buffer.take('all'))
    this.#closing = true
    if (interrupts) this.#stop.abort()
    this.#jobs.close()
    return interrupts
  }

  #say(text: string): void {
    clearTimeout(this.#delay)
    this.#delay = undefined
    this.#pending += 1
    this.#jobs.push({ text })
    if (!this.#buffer.isEmpty) this.#waitForMore()
  }

  #waitForMore(): void {
    if (this.#buffer.isEmpty || this.#delay) return
    this.#delay = setTimeout(() => {
      this.#delay = undefined
      const isWriting = performance.now() - this.#lastTextAt < writingMs
      const ready = this.#buffer.take(isWriting ? 'words' : 'sure')
      if (ready === '') this.#waitForMore()
      else this.#say(ready)
    }, this.#settings.mostWaitMs)
  }

  async #run(session: AbortSignal, first: ContextSettings): Promise<void> {
    const end = (): void => {
      clearTimeout(this.#delay)
      this.#stop.abort()
    }
    session.addEventListener('abort', end, { once: true })
    this.#stop.signal.addEventListener('abort', () => this.#jobs.abort(), { once: true })
    try {
      await this.#tell({ type: 'context.opened' })
      for (let settings: ContextSettings | undefined = first; settings; ) settings = await this.#speakAs(settings)
    } catch (error) {
      this.#fail(error)
    } finally {
      session.removeEventListener('abort', end)
      end()
      this.#jobs.abort()
    }
    if (!session.aborted) await this.#tell({ type: 'context.closed' })
  }

  #fail(error: unknown): void {
    if (this.#stop.signal.aborted) return
    const { code, message, cause } = asVoiceError(error)
    if (code === 'internal') this.#log.error({ err: cause }, 'speaking failed')
    else this.#log.warn({ code, err: cause }, 'speaking failed')
    void this.#tell({ type: 'context.failed', code, message })
  }

  /** Speaks until the settings change, and gives the new ones; undefined at the end. */
  async #speakAs(settings: ContextSettings): Promise<ContextSettings | undefined> {
    const tasks = new Tasks(this.#stop.signal)
    const line = new Queue<Line>(waitingAudioMs, (item) => ('samples' in item ? durationMs(item) : 1))
    tasks.signal.addEventListener('abort', () => line.abort(), { once: true })
    let next: ContextSettings | undefined
    tasks.start(async (signal) => {
      const reader = this.#jobs[Symbol.asyncIterator]()
      for (let job = await reader.next(); !job.done && !signal.aborted; job = await reader.next()) {
        if ('change' in job.value) {
          next = job.value.change
          break
        }
        const { text } = job.value
        line.push({ characters: [...text].length })
        if (text.trim() !== '') await this.#speakText(text, settings, line, signal)
        if (!signal.aborted) line.push({ flushed: true })
      }
      line.close()
    })
    tasks.start((signal) => this.#encode(line, settings, signal))
    await tasks.settled()
    if (next) await this.#tell({ type: 'context.changed' })
    return next
  }

  async #speakText(text: string, settings: ContextSettings, line: Queue<Line>, signal: AbortSignal): Promise<void> {
    const { voice: wish, speed, expression } = settings
    const found = await orAborted(this.#engines.voice(wish), signal)
    if (!found) return
    const instruction = this.#held.words
    this.#held.after(text)
    async function* script(): AsyncGenerator<string> {
      yield text
    }
    const { language } = wish
    const spoken = speak(script(), {
      ...found,
      speed,
      expression,
      instruction,
      signal,
      log: this.#log,
      ...(language === '' ? {} : { language }),
    })
    const stall = new Stall(this.#engines.stallMs, 'The voice did not answer in time.')
    stall.arm()
    try {
      await Promise.race([
        stall.promise,
        forEach(spoken, signal, (event) =>
          stall.resting(() => {
            if (event.type === 'audio') return line.push(event.frame) ? undefined : line.drained()
            line.push({ said: event })
            return undefined
          }),
        ),
      ])
    } finally {
      stall.end()
    }
  }

  /** One encoder for all that is spoken in the same settings: its bytes are one file. */
  async #encode(line: Queue<Line>, settings: ContextSettings, signal: AbortSignal): Promise<void> {
    let said: Said[] = []
    let characters = 0
    const tell = async (bytes: Uint8Array): Promise<void> => {
      const now = said
      said = []
      if (bytes.length > 0) this.#audible = true
      if (bytes.length > 0 || now.length > 0) await this.#tell({ type: 'speech.spoken', bytes, said: now, characters })
    }
    const nothing = new Uint8Array(0)
    const take = this.#tell
    const flushed = (): void => {
      this.#pending -= 1
    }
    let hasAudio = false
    async function* frames(): AsyncGenerator<AudioFrame> {
      // The encoder asks for the next frame when it has given all that it could make of those before.
      for await (const item of line) {
        if ('samples' in item) {
          hasAudio = true
          yield item
        } else if ('said' in item) said.push(item.said)
        else if ('characters' in item) characters = item.characters
        else {
          await tell(nothing)
          flushed()
          await take({ type: 'text.flushed' })
        }
      }
    }
    const { format, sampleRate, bitRate } = settings
    const encoding = { format, sampleRate, bitRate, cacheDir: this.#cacheDir, signal }
    // What is said in no audio is not a file either.
    for await (const bytes of encodeAudio(frames(), encoding)) if (hasAudio) await tell(bytes)
  }
}
