/** ask(model, messages) → the text of a short answer. */
import type { GenerateOptions, LanguageModel, Message } from '../../engines/language-model.ts'
import { VoiceError } from '../../errors.ts'

/** Characters of an answer that are waited for. */
const answerLimit = 32_000

/** The whole answer; empty when the signal aborts. Throws `timeout` after `deadlineMs`, and what the model throws. */
export const ask = async (
  model: Promise<LanguageModel>,
  messages: readonly Message[],
  { deadlineMs, signal, ...options }: GenerateOptions & { readonly deadlineMs: number },
): Promise<string> => {
  const stop = new AbortController()
  const abort = (): void => stop.abort()
  if (signal.aborted) return ''
  signal.addEventListener('abort', abort, { once: true })
  let late = (_: VoiceError): void => {}
  const deadline = new Promise<never>((_, reject) => {
    late = reject
  })
  const timer = setTimeout(() => {
    late(new VoiceError('timeout', 'The small model did not answer in time.'))
    abort()
  }, deadlineMs)
  const answer = async (): Promise<string> => {
    let text = ''
    for await (const event of (await model).generate(messages, { ...options, signal: stop.signal })) {
      if (stop.signal.aborted) return ''
      if (event.type === 'text') text += event.delta
      if (text.length > answerLimit) break
    }
    return text
  }
  try {
    const asked = answer()
    asked.catch(() => {})
    return await Promise.race([asked, deadline])
  } finally {
    clearTimeout(timer)
    signal.removeEventListener('abort', abort)
    abort()
  }
}
