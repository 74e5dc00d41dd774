/** The texts that the turn detector learns from: whole turns of people, and the same cut off. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { wordsOf } from '../../src/providers/turns/text.ts'
import { scriptedExamples } from './scripted.ts'

/** Words up to a pause, and whether the speaker has finished. */
export interface Example {
  readonly words: readonly string[]
  readonly complete: boolean
  readonly source: string
}

/** Numbers in 0…1, the same for the same seed. */
export const randomNumbers = (seed: number): (() => number) => {
  let state = seed
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 32
  }
}

const fillers = [
  'um',
  'uh',
  'er',
  'so',
  'like',
  'you know',
  'i mean',
  'well',
  'let me see',
  'and um',
  'and then',
  'hmm',
]

/** A turn, and what could be heard of it before a pause inside it. */
const examplesOf = (text: string, source: string, random: () => number): readonly Example[] => {
  const words = wordsOf(text)
  if (words.length === 0 || words.length > 60) return []
  const examples: Example[] = [{ words, complete: true, source }]
  const add = (cut: readonly string[]): void => {
    if (cut.length > 0) examples.push({ words: cut, complete: false, source })
  }
  if (words.length > 1) add(words.slice(0, 1 + Math.floor(random() * (words.length - 1))))
  for (const comma of text.matchAll(/[,;:—]/g)) {
    const before = wordsOf(text.slice(0, comma.index))
    if (before.length < words.length && random() < 0.5) add(before)
  }
  if (random() < 0.12) {
    const upTo = Math.floor(random() * words.length)
    add([...words.slice(0, upTo), ...fillers[Math.floor(random() * fillers.length)]!.split(' ')])
  }
  return examples
}

const unique = (texts: readonly string[]): readonly string[] => [...new Set(texts.map((text) => text.trim()))]

const commands = (folder: string, part: 'train' | 'test'): readonly string[] => {
  if (part === 'train') return unique(readFileSync(join(folder, 'slurp-train.txt'), 'utf8').split('\n'))
  return unique(
    ['slurp-devel.jsonl', 'slurp-test.jsonl']
      .flatMap((name) => readFileSync(join(folder, name), 'utf8').trim().split('\n'))
      .map((line) => (JSON.parse(line) as { sentence: string }).sentence),
  )
}

const banking = (folder: string, part: 'train' | 'test'): readonly string[] =>
  unique(
    readFileSync(join(folder, `banking-${part}.csv`), 'utf8')
      .split('\n')
      .slice(1)
      .map((line) => line.replace(/,[a-z_?A-Z]+\s*$/, '').replaceAll('"', '')),
  )

const restaurant = (folder: string, part: 'train' | 'test'): readonly string[] =>
  unique(
    (part === 'train' ? [0, 1, 2, 3, 4].map((index) => `r8k-train_${index}.json`) : ['r8k-test.json']).flatMap((name) =>
      (JSON.parse(readFileSync(join(folder, name), 'utf8')) as { userInput: { text: string } }[]).map(
        ({ userInput }) => userInput.text,
      ),
    ),
  )

/** Sentences of a novel: the last tenth of it is for the test. */
const prose = (folder: string, part: 'train' | 'test'): readonly string[] => {
  const text = readFileSync(join(folder, '1661.txt'), 'latin1').replaceAll(/\s+/g, ' ')
  const sentences = text.split(/(?<=[.?!]["']?) (?=[A-Z"'])/).filter((one) => !/Gutenberg|\d\d/i.test(one))
  const from = Math.floor(sentences.length * 0.9)
  return part === 'train' ? sentences.slice(100, from) : sentences.slice(from, -300)
}

/** All examples of a part; test texts that are also in the training part are left out. */
export const examples = (folder: string, part: 'train' | 'test'): readonly Example[] => {
  const random = randomNumbers(part === 'train' ? 1 : 2)
  const sources = { commands, banking, restaurant, prose }
  const all: Example[] = []
  for (const [source, read] of Object.entries(sources)) {
    const known = new Set(part === 'test' ? read(folder, 'train').map((text) => wordsOf(text).join(' ')) : [])
    const texts = read(folder, part).filter((text) => !known.has(wordsOf(text).join(' ')))
    for (const text of texts) all.push(...examplesOf(text, source, random))
  }
  if (part === 'train') all.push(...scriptedExamples(random))
  // What is a whole turn elsewhere is no example of one that goes on, although it may.
  const whole = new Set(all.filter(({ complete }) => complete).map(({ words }) => words.join(' ')))
  return all.filter(({ words, complete, source }) => complete || source === 'scripted' || !whole.has(words.join(' ')))
}
