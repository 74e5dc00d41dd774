/** Inworld's markup in text: pauses are made, tags of style and sounds that no voice here can follow are not read out. */
import type { SpeakInput } from '../../speaking/speak.ts'

const longestPauseMs = 10_000
const breaks = /<break\s+time\s*=\s*["']\s*(\d+(?:\.\d+)?)\s*(ms|s)\s*["']\s*\/?>(?:<\/break>)?/gi
/** Longer ones are text in brackets. */
const tags = /\[[^[\]]{0,200}\]/g

/** The text as it is to be spoken. */
export const scriptOf = (text: string): readonly SpeakInput[] => {
  const script: SpeakInput[] = []
  const add = (part: string): void => {
    const read = part.replace(tags, '')
    if (read !== '') script.push(read)
  }
  let at = 0
  for (const found of text.matchAll(breaks)) {
    add(text.slice(at, found.index))
    const ms = Number(found[1]) * (found[2]!.toLowerCase() === 's' ? 1000 : 1)
    if (ms > 0) script.push({ type: 'pause', pauseMs: Math.min(longestPauseMs, ms) })
    at = found.index + found[0].length
  }
  add(text.slice(at))
  return script
}
