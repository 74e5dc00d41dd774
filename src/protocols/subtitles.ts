/** Subtitles: words with their times → SubRip and WebVTT. */
import { speakerName } from './speaker-runs.ts'

/** A stretch of text; with the times of its words it can be cut where they are spoken. */
export interface SubtitleSource {
  readonly text: string
  readonly startMs: number
  readonly endMs: number
  readonly words: readonly { readonly text: string; readonly startMs: number; readonly endMs: number }[]
  /** Named on every cue of it. */
  readonly speaker?: string
}

/** One or two lines of text, shown from `startMs` to `endMs`. */
export interface Cue {
  readonly startMs: number
  readonly endMs: number
  readonly lines: readonly string[]
  readonly speaker?: string
}

export interface SubtitleLimits {
  readonly lineLength: number
  readonly lines: number
  /** A silence of this length between two words begins a new cue. */
  readonly gapMs: number
}

const usual: SubtitleLimits = { lineLength: 42, lines: 2, gapMs: 1500 }

/** Words of a source; where their times are unknown, evenly spread over its length by their letters. */
const wordsOf = (source: SubtitleSource): SubtitleSource['words'] => {
  if (source.words.length > 0) return source.words
  const texts = source.text.split(/\s+/).filter((text) => text !== '')
  const letters = texts.reduce((sum, text) => sum + text.length + 1, 0)
  const msPerLetter = (source.endMs - source.startMs) / Math.max(1, letters)
  let startMs = source.startMs
  return texts.map((text) => {
    const word = { text, startMs, endMs: startMs + (text.length + 1) * msPerLetter }
    startMs = word.endMs
    return word
  })
}

/** Text as lines of at most `length`; a single longer word has a line of its own. */
const wrap = (texts: readonly string[], length: number): string[] => {
  const lines: string[] = []
  for (const text of texts) {
    const line = lines.at(-1)
    if (line !== undefined && line.length + 1 + text.length <= length) lines[lines.length - 1] = `${line} ${text}`
    else lines.push(text)
  }
  return lines
}

/** Cuts what was said into cues, at the times of its words. Cues never overlap. */
export const cuesOf = (sources: readonly SubtitleSource[], limits: SubtitleLimits = usual): readonly Cue[] => {
  const cues: Cue[] = []
  for (const source of sources) {
    let open: { text: string; startMs: number; endMs: number }[] = []
    const close = () => {
      const first = open[0]
      if (!first) return
      const startMs = Math.max(first.startMs, cues.at(-1)?.endMs ?? 0)
      const endMs = Math.max(open.at(-1)!.endMs, startMs + 1)
      cues.push({
        startMs,
        endMs,
        lines: wrap(
          open.map((word) => word.text),
          limits.lineLength,
        ),
        ...(source.speaker === undefined ? {} : { speaker: source.speaker }),
      })
      open = []
    }
    for (const { text, startMs, endMs } of wordsOf(source)) {
      const clean = text.replaceAll(/\s+/g, ' ').trim()
      if (clean === '') continue
      const last = open.at(-1)
      const texts = [...open.map((word) => word.text), clean]
      const full = wrap(texts, limits.lineLength).length > limits.lines
      if (last && (full || startMs - last.endMs >= limits.gapMs)) close()
      open.push({ text: clean, startMs, endMs })
    }
    close()
  }
  return cues
}

const clock = (ms: number, mark: ',' | '.'): string => {
  const whole = Math.max(0, Math.round(ms))
  const two = (value: number): string => String(Math.floor(value)).padStart(2, '0')
  const rest = String(whole % 1000).padStart(3, '0')
  return `${two(whole / 3_600_000)}:${two((whole / 60_000) % 60)}:${two((whole / 1000) % 60)}${mark}${rest}`
}

const said = (speaker: string | undefined): string => (speaker === undefined ? '' : `${speakerName(speaker)}: `)

/** SubRip. */
export const srt = (cues: readonly Cue[]): string =>
  cues
    .map(
      ({ startMs, endMs, lines, speaker }, index) =>
        `${index + 1}\n${clock(startMs, ',')} --> ${clock(endMs, ',')}\n${said(speaker)}${lines.join('\n')}\n`,
    )
    .join('\n')

const escaped = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')

const voiceTag = (speaker: string | undefined): string =>
  speaker === undefined ? '' : `<v ${escaped(speakerName(speaker))}>`

/** WebVTT. */
export const vtt = (cues: readonly Cue[]): string =>
  [
    'WEBVTT\n',
    ...cues.map(
      ({ startMs, endMs, lines, speaker }) =>
        `${clock(startMs, '.')} --> ${clock(endMs, '.')}\n${voiceTag(speaker)}${lines.map(escaped).join('\n')}\n`,
    ),
  ].join('\n')
