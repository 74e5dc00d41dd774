/** One model of one provider as a language model: time limits, one second try, and an end at once when it is not wanted. */
import type { GenerateOptions, GenerationEvent, LanguageModel, Message } from '../../engines/language-model.ts'
import { VoiceError } from '../../errors.ts'
import { Answer, isWork } from './answer.ts'
import { type Failure, failureOf } from './failures.ts'
import type { CallOptions, Kind, Model } from './kinds.ts'
import { callOf } from './options.ts'
import type { FetchedUrls } from './prompt.ts'

/** How long a second try waits, and the longest that a provider may ask it to wait; beyond that nobody waits. */
const backoffMs = { least: 100, most: 2000 }

interface Limits {
  readonly firstTokenMs: number
  readonly stallMs: number
}

class TooLong extends Error {}
class Unwanted extends Error {}

/** The work's result, or an error as soon as the time is over or the signal aborts, whatever the work does then. */
const within = <T>(work: PromiseLike<T>, ms: number, signal: AbortSignal): Promise<T> =>
  new Promise((resolve, reject) => {
    const done = (): void => {
      clearTimeout(timer)
      signal.removeEventListener('abort', abort)
    }
    const abort = (): void => {
      done()
      reject(new Unwanted())
    }
    const timer = setTimeout(() => {
      done()
      reject(new TooLong())
    }, ms)
    signal.addEventListener('abort', abort, { once: true })
    if (signal.aborted) abort()
    work.then(
      (value) => {
        done()
        resolve(value)
      },
      (error: unknown) => {
        done()
        reject(error)
      },
    )
  })

/** One try. Aborting drops the request; `working` is called at the first sign of an answer. */
async function* attempt(
  model: Model,
  call: CallOptions,
  provider: string,
  parts: { readonly signal: AbortSignal; readonly leftMs: () => number; readonly working: () => void },
): AsyncGenerator<GenerationEvent> {
  const request = new AbortController()
  try {
    const opening = model.doStream({ ...call, abortSignal: request.signal })
    const { stream } = await within(opening, parts.leftMs(), parts.signal)
    const reader = stream.getReader()
    const answer = new Answer(provider)
    for (;;) {
      const { done, value } = await within(reader.read(), parts.leftMs(), parts.signal)
      if (done) break
      if (isWork(value)) parts.working()
      const event = answer.take(value)
      if (event) yield event
    }
    yield* answer.end()
  } finally {
    request.abort()
  }
}

/** `id` as in `openai/gpt-4.1`. */
export const aiLanguageModel = (
  model: Model,
  names: { readonly provider: string; readonly model: string; readonly kind: Kind },
  limits: Limits,
): LanguageModel => {
  const { provider, kind } = names
  let fetched: FetchedUrls | undefined

  const explain = (error: unknown, begun: boolean): Failure => {
    if (!(error instanceof TooLong)) return failureOf(error, names)
    const [what, ms] = begun ? ['went silent', limits.stallMs] : ['said nothing', limits.firstTokenMs]
    const message = `${provider} ${what} for ${ms >= 1000 ? `${ms / 1000} s` : `${ms} ms`}.`
    return { error: new VoiceError('timeout', message, { param: 'model' }), again: false }
  }

  async function* generate(messages: readonly Message[], options: GenerateOptions): AsyncGenerator<GenerationEvent> {
    const { signal, log } = options
    if (signal.aborted) return
    const beganMs = performance.now()
    let begun = false
    const leftMs = (): number =>
      begun ? limits.stallMs : Math.max(0, limits.firstTokenMs - (performance.now() - beganMs))
    const working = (): void => {
      if (!begun) options.observe?.({ name: 'first-token-ms', value: performance.now() - beganMs })
      begun = true
    }
    fetched ??= await model.supportedUrls
    const call = callOf(messages, options, kind, fetched)
    for (let tries = 1; ; tries += 1) {
      try {
        yield* attempt(model, call, provider, { signal, leftMs, working })
        return
      } catch (error) {
        if (signal.aborted) return
        const failure = explain(error, begun)
        const waitMs = Math.max(failure.waitMs ?? 0, backoffMs.least * (1 + Math.random()))
        const final = begun || tries > 1 || !failure.again || waitMs > Math.min(backoffMs.most, leftMs())
        const { code } = failure.error
        log.info({ provider, model: names.model, code, status: failure.status, tries }, 'language model failed')
        if (final) throw failure.error
        await within(new Promise(() => {}), waitMs, signal).catch(() => {})
        if (signal.aborted) return
      }
    }
  }

  return { card: { name: `${kind.title}, ${names.model}` }, generate }
}
