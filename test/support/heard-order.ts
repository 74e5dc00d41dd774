/** The order in which things are heard, as a check: see `Heard`. */
import type { Heard } from '../../src/listening/heard.ts'

/** Where each utterance is in its life. */
type Stage = 'open' | 'paused' | 'ended' | 'profiled' | 'final'

/** Throws where the order of what was heard breaks the contract; `manual` when turns were manual throughout. */
export const checkOrder = (heard: readonly Heard[], { manual = false } = {}): void => {
  const stages: Stage[] = []
  const promised: string[] = []
  const likely = new Set<number>()
  const marks = new Set<number>()
  let finals = 0
  for (const [index, event] of heard.entries()) {
    const refuse = (why: string): never => {
      throw new Error(`event ${index} (${event.type}): ${why} in ${JSON.stringify(heard.slice(0, index + 1))}`)
    }
    if (event.type === 'marked') {
      if (marks.has(event.mark)) refuse('answered twice')
      marks.add(event.mark)
      continue
    }
    if (event.type === 'speakers.settled') {
      if (index !== heard.length - 1) refuse('not told last')
      continue
    }
    const { utterance } = event
    const stage = stages[utterance]
    const open = stage === 'open' || stage === 'paused'
    const last = stages.length - 1
    if (stage === undefined) {
      if (utterance !== stages.length) refuse('the numbers have a gap')
      if (stages[last] === 'open' || stages[last] === 'paused') refuse('the utterance before is still open')
      if (manual ? event.type === 'voice.profiled' : event.type !== 'speech.started')
        refuse('an utterance does not begin so')
      stages.push(event.type === 'turn.ended' ? 'ended' : event.type === 'transcript.final' ? 'final' : 'open')
      promised.push('')
      if (event.type === 'transcript.final') finals += 1
      if (!manual) continue
    } else
      switch (event.type) {
        case 'speech.started':
          refuse('begun twice')
          break
        case 'speech.stopped':
          if (stage !== 'open') refuse(`stopped when ${stage}`)
          stages[utterance] = 'paused'
          break
        case 'speech.lasted':
          if (stage !== 'open') refuse(`lasted when ${stage}`)
          break
        case 'speech.resumed':
          if (stage !== 'paused') refuse(`resumed when ${stage}`)
          if (likely.has(utterance)) refuse('resumed, and the end not taken back')
          stages[utterance] = 'open'
          break
        case 'transcript.partial':
          if (!open) refuse(`a partial when ${stage}`)
          break
        case 'turn.likely':
          if (stage !== 'paused') refuse(`likely to end when ${stage}`)
          likely.add(utterance)
          break
        case 'turn.unlikely':
          if (stage !== 'paused' || !likely.delete(utterance)) refuse(`unlikely to end when ${stage}`)
          break
        case 'turn.ended':
          if (!open) refuse(`ended when ${stage}`)
          stages[utterance] = 'ended'
          break
        case 'voice.profiled':
          if (stage === 'ended' || stage === 'profiled') stages[utterance] = 'profiled'
          else if (!open) refuse(`profiled when ${stage}`)
          break
        case 'transcript.final':
          if (stage !== 'ended' && stage !== 'profiled') refuse(`final when ${stage}`)
          if (utterance !== finals) refuse('finals out of order')
          finals += 1
          stages[utterance] = 'final'
          break
        default:
          event satisfies never
      }
    if (manual && event.type.startsWith('speech.')) refuse('speech.* with manual turns')
    if (event.type !== 'transcript.partial') continue
    const kept = promised[utterance] as string
    if (!event.text.startsWith(kept) || event.stable < kept.length || event.stable > event.text.length)
      refuse(`it took back “${kept}”`)
    promised[utterance] = event.text.slice(0, event.stable)
  }
  if (finals !== stages.length) throw new Error(`${stages.length} utterances but ${finals} finals`)
}
