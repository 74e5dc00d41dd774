/** Manner: how an answer is said to somebody who sounds so, by the note on what was said. */

/** A note such as `<voice emotion="angry:0.80" pitch="low"/>` behind the words. */
const note = /\s*<voice((?: [a-z]+="[^"<>]*")+)\/>\s*$/

/** What was said, without the note on how. */
export const withoutNote = (said: string): string => said.replace(note, '')

/** A tag that this agent has put before an answer, for a voice to follow. */
const ownTag = /^\[(?:whisper|speak softly|say playfully)\] /

/** An answer as it was written, without the tag before it. */
export const withoutTag = (answer: string): string => answer.replace(ownTag, '')

export type Manner = 'plain' | 'whisper' | 'calm' | 'playful'

const manners: Readonly<Record<string, Manner>> = {
  'style=whispering': 'whisper',
  'style=shouting': 'calm',
  'emotion=angry': 'calm',
  'emotion=frustrated': 'calm',
  'emotion=happy': 'playful',
}

/** A feeling that is less likely than this changes nothing. */
const sureFeeling = 0.6

/** How to answer this; a whisper is whispered to, whatever the feeling. */
export const mannerFor = (said: string): Manner => {
  const found = [...(note.exec(said)?.[1] ?? '').matchAll(/([a-z]+)="([^":]*)(?::([\d.]+))?/g)].flatMap(
    ([, name, label, likelihood = 1]) =>
      name === 'emotion' && Number(likelihood) < sureFeeling ? [] : (manners[`${name}=${label}`] ?? []),
  )
  return found.includes('whisper') ? 'whisper' : (found[0] ?? 'plain')
}

const tags: Readonly<Record<Manner, string>> = {
  plain: '',
  whisper: '[whisper]',
  calm: '[speak softly]',
  playful: '[say playfully]',
}

/** The answer with the tag that tells a voice how to say it. */
export const inManner = (answer: Iterable<string>, manner: Manner): Iterable<string> =>
  manner === 'plain' ? answer : withTag(tags[manner], answer)

function* withTag(tag: string, answer: Iterable<string>): Generator<string> {
  yield tag
  yield* answer
}

/** What to say to somebody who is upset: the first sentence, calmly. */
export const calmed = (answer: string): string => (/^.*?[.!?](?=\s|$)/s.exec(answer)?.[0] ?? answer).replace('!', '.')
