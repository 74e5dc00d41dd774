/** Sounds of the engines → the International Phonetic Alphabet and the shapes of a mouth. */

/** Shapes of a mouth, each named by the letters that it stands for. */
export type Viseme = 'aei' | 'o' | 'ee' | 'bmp' | 'fv' | 'l' | 'r' | 'th' | 'qw' | 'chjsh' | 'cdgknstxyz'

/** What a sound looks and sounds like. */
export interface Sound {
  readonly symbol: string
  /** Empty where the mouth is at rest. */
  readonly viseme: Viseme | ''
}

/** flite's sounds: shape, then each sound with its symbol. */
const table: readonly (readonly [viseme: Viseme, sounds: string])[] = [
  ['aei', 'aa:ɑ ae:æ ah:ʌ ax:ə eh:ɛ ih:ɪ ey:eɪ ay:aɪ aw:aʊ hh:h'],
  ['o', 'ao:ɔ ow:oʊ oy:ɔɪ'],
  ['ee', 'iy:i'],
  ['bmp', 'b:b m:m p:p'],
  ['fv', 'f:f v:v'],
  ['l', 'l:l'],
  ['r', 'r:ɹ er:ɝ'],
  ['th', 'th:θ dh:ð'],
  ['qw', 'w:w uw:u uh:ʊ'],
  ['chjsh', 'ch:tʃ jh:dʒ sh:ʃ zh:ʒ'],
  ['cdgknstxyz', 'd:d g:ɡ k:k n:n ng:ŋ s:s t:t y:j z:z'],
]

const sounds = new Map(
  table.flatMap(([viseme, row]) =>
    row.split(' ').map((pair): [string, Sound] => {
      const [phone = '', symbol = ''] = pair.split(':')
      return [phone, { symbol, viseme }]
    }),
  ),
)

/** Letters of the alphabet itself, for engines that write it. */
const shapes: readonly (readonly [viseme: Viseme, letters: string])[] = [
  ['o', 'oɔɒɤø'],
  ['ee', 'iy'],
  ['bmp', 'bmpɓɱβɸ'],
  ['fv', 'fvʋ'],
  ['l', 'lɫɬʎɭ'],
  ['r', 'rɹɾʁʀɝɚɻ'],
  ['th', 'θð'],
  ['qw', 'uwʊʉɯɥ'],
  ['chjsh', 'ʃʒɕʑʂʐ'],
  ['aei', 'aæɑʌəɐɛeɪɜhɦœ'],
]

const silence: Sound = { symbol: '[silence]', viseme: '' }

/** What a phone of any engine is, as well as it is known. */
export const soundOf = (phone: string): Sound => {
  const bare = phone.toLowerCase().replace(/\d+$/, '')
  if (bare === '' || bare === 'pau' || bare === 'sil' || bare === 'ssil') return silence
  const known = sounds.get(bare)
  if (known) return known
  const [letter = ''] = phone.replace(/[ˈˌ]/g, '')
  const viseme = /^(tʃ|dʒ)/.test(phone) ? 'chjsh' : shapes.find(([, letters]) => letters.includes(letter))?.[0]
  return { symbol: phone, viseme: viseme ?? 'cdgknstxyz' }
}
