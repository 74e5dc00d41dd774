/** What a reply has cost, in tokens as the wire counts them. */
import { textTokens } from './context.ts'
import type { Item } from './item.ts'
import type { ReplyStatus, Usage } from './reply.ts'

const outputMsPerToken = 50

/** As the model counted. */
export interface ReportedUsage {
  readonly inputTokens: number
  readonly outputTokens: number
  readonly cachedTokens?: number
}

/** Of a reply whose model was asked more than once. */
export const addedUsage = (before: ReportedUsage | undefined, more: ReportedUsage): ReportedUsage => ({
  inputTokens: more.inputTokens + (before?.inputTokens ?? 0),
  outputTokens: more.outputTokens + (before?.outputTokens ?? 0),
  cachedTokens: (more.cachedTokens ?? 0) + (before?.cachedTokens ?? 0),
})

const writtenTokens = (items: readonly Item[]): number =>
  items.reduce((sum, item) => {
    if ('arguments' in item) return sum + textTokens(item.arguments)
    if (item.type !== 'message') return sum
    return sum + item.parts.reduce((part, { ...of }) => part + ('text' in of ? textTokens(of.text ?? '') : 0), 0)
  }, 0)

/** As the model counted, else by length. Of a reply that came to nothing: zeros. `audioMs` is what was voiced. */
export const replyUsage = (
  status: ReplyStatus,
  said: { readonly items: readonly Item[]; readonly audioMs: number },
  given: { readonly reported: ReportedUsage | undefined; readonly inputAudioTokens: number },
): Usage => {
  const { reported, inputAudioTokens } = given
  const outputAudioTokens = Math.ceil(said.audioMs / outputMsPerToken)
  const written = writtenTokens(said.items)
  if (!reported && status === 'failed') {
    return { inputTextTokens: 0, inputAudioTokens: 0, cachedTokens: 0, outputTextTokens: written, outputAudioTokens }
  }
  return {
    inputTextTokens: reported?.inputTokens ?? 0,
    inputAudioTokens,
    cachedTokens: reported?.cachedTokens ?? 0,
    outputTextTokens: reported?.outputTokens ?? written,
    outputAudioTokens,
  }
}
