/** Turns that no corpus here has enough of, made by script: numbers, spelled words, addresses, fillers, short answers. */
import type { Example } from './texts.ts'

const digits = ['zero', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine', 'oh']
const letters = [...'bcdefghjklmnopqrstuvwxyz']
const names = ['anna', 'peter', 'maria', 'john', 'lee', 'susan', 'omar', 'nina', 'walter', 'grace']
const sites = ['gmail', 'yahoo', 'work', 'school', 'mail', 'company', 'hotmail']
const streets = ['oak', 'main', 'park', 'river', 'lake', 'hill', 'church', 'elm', 'mill', 'king']
const streetKinds = ['street', 'road', 'avenue', 'lane', 'drive']
const towns = ['springfield', 'boston', 'leeds', 'dublin', 'austin', 'denver', 'york']
const phones = [
  'my phone number is',
  "it's",
  'the number is',
  'you can call me at',
  'my mobile is',
  'call me on',
  'my number is',
  'sure my phone number is',
  'phone number',
]
const codes = ['my zip code is', 'the postal code is', 'zip code']
const cards = ['my card number is', 'the card is', 'my account number is']
const short =
  'yes|no|yeah|yep|nope|okay|ok|sure|thanks|thank you|please|yes please|no thanks|no thank you|right|exactly|correct|that is all|that is correct|all right|alright|hello|hi|hi there|goodbye|bye|stop|cancel|help|repeat that|say that again|i do|i am|it is|not really|of course|sounds good|great|perfect|tomorrow|today|two|three|four people|seven thirty|maybe|never mind|uh huh|mm hmm|go ahead|i think so|me too|nothing|anything|both|what|why|how|who|when|where|thank you very much|yes it is|no it is not|that works|good morning'.split(
    '|',
  )
const open =
  'um|uh|er|hmm|so|and|but|because|so i|and i|i was|i want to|i want|can you|could you please|well|let me see|let me think|i think|i mean|you know|it is|the|my|my name is|what about the|how about|i need|i would like|i would like to|please|if|when i|okay so|yes but|no but|yeah and|and then|so um|well uh|the thing is|what i mean is|i was wondering if|i was thinking that|actually|actually i|hold on|wait|one moment|one second|let me check|give me a second|just a moment'.split(
    '|',
  )

const firsts = ['yes', 'no', 'okay', 'ok', 'sure', 'great', 'yeah', 'right', 'perfect', 'alright', 'fine', 'good']
const seconds = [
  'thanks',
  'thank you',
  'please',
  'sir',
  'that works',
  'that is fine',
  'i do',
  'i am',
  'that is all',
  'bye',
]

/** Each is a turn word by word; cut after any of `cuts` words it is not complete. */
interface Script {
  readonly words: readonly string[]
  readonly cuts: readonly number[]
}

/** Digits as recognizers write them that write numbers: up to three together. */
const written = (words: readonly string[]): readonly string[] => {
  const all: string[] = []
  let run = 0
  for (const word of words) {
    const digit = digits.indexOf(word) % 10
    if (digit < 0) all.push(word)
    else if (run % 3 === 0) all.push(String(digit))
    else all[all.length - 1] += String(digit)
    run = digit < 0 ? 0 : run + 1
  }
  return all
}

/** So many examples of each kind. */
const rounds = 400

/** The examples of all kinds. */
export const scriptedExamples = (random: () => number): readonly Example[] => {
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)]!
  const many = <T>(count: number, list: readonly T[]): T[] => Array.from({ length: count }, () => pick(list))
  const range = (from: number, to: number): number[] =>
    Array.from({ length: Math.max(0, to - from) }, (_, i) => from + i)
  const said = (before: string, run: readonly string[], after: readonly string[] = []): Script => {
    const head = before === '' ? [] : before.split(' ')
    const words = [...head, ...run, ...after]
    return { words, cuts: range(Math.max(1, head.length), words.length) }
  }
  const address = (): string[] => [...many(1 + Math.floor(random() * 3), digits), pick(streets), pick(streetKinds)]
  const kinds: readonly (() => Script)[] = [
    () => said(pick(phones), many(pick([10, 10, 10, 10, 11, 7]), digits)),
    () => said('', many(pick([10, 10, 11, 7]), digits)),
    () => said(pick(codes), many(5, digits)),
    () => said(pick(cards), many(16, digits)),
    () =>
      said(
        pick(['my code is', 'the pin is', 'confirmation code', 'the order number is']),
        many(pick([4, 4, 6]), digits),
      ),
    () =>
      said(pick(['my email is', 'my e mail address is', "it's", 'email', 'send it to']), [
        pick(names),
        'at',
        pick(sites),
        'dot',
        pick(['com', 'org', 'net']),
      ]),
    () => said(pick(['my email address is', '']), [pick(names), 'dot', pick(names), 'at', pick(sites), 'dot', 'com']),
    () =>
      said(
        pick(['my address is', 'i live at', "it's", 'deliver it to']),
        address(),
        random() < 0.5 ? ['in', pick(towns)] : [],
      ),
    () =>
      said(
        pick(["that's spelled", 'spelled', 'my name is spelled', "it's spelled"]),
        many(3 + Math.floor(random() * 6), letters),
      ),
    () => said(pick(['']), many(3 + Math.floor(random() * 6), letters)),
  ]
  const all: Example[] = []
  const add = (words: readonly string[], complete: boolean): void => {
    all.push({ words: random() < 0.3 ? written(words) : words, complete, source: 'scripted' })
  }
  for (const kind of kinds)
    for (let round = 0; round < rounds; round++) {
      const { words, cuts } = kind()
      add(words, true)
      if (cuts.length > 0) for (let cut = 0; cut < 2; cut++) add(words.slice(0, pick(cuts)), false)
    }
  for (let round = 0; round < 25; round++) {
    for (const text of short) add(text.split(' '), true)
    for (let pair = 0; pair < 10; pair++) add([pick(firsts), ...pick(seconds).split(' ')], true)
    for (const text of open) add(text.split(' '), false)
  }
  return all
}
