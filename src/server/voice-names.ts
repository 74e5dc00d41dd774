/** The voice names of OpenAI and Inworld, and who speaks here where a client asks for one of them. */

/** A voice that clients know by name. */
export interface NamedVoice {
  readonly name: string
  readonly of: 'openai' | 'inworld'
  readonly gender: 'female' | 'male'
  /** Base code of the language that the name stands for; absent: English. */
  readonly language?: string
  /** The flite voice that comes nearest. */
  readonly flite: 'slt' | 'rms' | 'awb' | 'kal16'
}

type Row = readonly [of: NamedVoice['of'], flite: NamedVoice['flite'], names: string]

/** English names. There is one woman; the men are told apart as far as they go: deep, British or sharp. */
const english: readonly Row[] = [
  ['openai', 'slt', 'alloy coral marin nova sage shimmer'],
  ['openai', 'rms', 'ash cedar echo onyx'],
  ['openai', 'awb', 'ballad fable'],
  ['openai', 'kal16', 'verse'],
  [
    'inworld',
    'slt',
    'Abby Amina Anjali Ashley Celeste Chloe Claire Darlene Deborah Eleanor Elizabeth Evelyn Felicity Hana Jessica Julia Kayla Kelsey Lauren Loretta Luna Marlene Miranda Olivia Pippa Pixie Priya Saanvi Sarah Serena Sophie Tessa Veronica Victoria Vinny Wendy',
  ],
  [
    'inworld',
    'rms',
    'Alex Arjun Blake Brandon Brian Callum Carter Cedric Craig Dennis Derek Dominus Duncan Edward Elliot Ethan Evan Gareth Graham Grant Hades Hamish Hank Jake James Jason Jonah Liam Malcolm Mark Marcus Mortimer Nate Oliver Reed Ronald Rupert Sebastian Shaun Simon Theodore Timothy Trevor Tristan Tyler Victor',
  ],
  ['inworld', 'awb', 'Clive'],
]

/** Names that speak another language: base code, women, men. All are Inworld's. */
const foreign: readonly (readonly [language: string, women: string, men: string])[] = [
  ['ar', 'Nour', 'Omar'],
  ['de', 'Johanna', 'Josef'],
  ['es', 'Lupita', 'Diego Miguel Rafael'],
  ['fr', 'Hélène', 'Alain Étienne Mathieu'],
  ['he', 'Yael', 'Oren'],
  ['hi', 'Riya', 'Manoj'],
  ['it', 'Orietta', 'Gianni'],
  ['ja', 'Asuka', 'Satoshi'],
  ['ko', 'Minji Yoona', 'Hyunwoo Seojun'],
  ['nl', 'Katrien Lore Yvette', 'Erik Lennart'],
  ['pl', '', 'Szymon Wojciech'],
  ['pt', 'Maitê', 'Heitor'],
  ['ru', 'Elena Svetlana', 'Dmitry Nikolai'],
  ['zh', 'Jing Xiaoyin Xinyi', 'Yichen'],
]

const split = (names: string): readonly string[] => (names === '' ? [] : names.split(' '))

/** All of them, in the order in which they are listed. */
export const namedVoices: readonly NamedVoice[] = [
  ...english.flatMap(([of, flite, names]) =>
    split(names).map((name): NamedVoice => ({ name, of, flite, gender: flite === 'slt' ? 'female' : 'male' })),
  ),
  ...foreign.flatMap(([language, women, men]) => [
    ...split(women).map((name): NamedVoice => ({ name, of: 'inworld', gender: 'female', language, flite: 'slt' })),
    ...split(men).map((name): NamedVoice => ({ name, of: 'inworld', gender: 'male', language, flite: 'rms' })),
  ]),
]

/** A name as it is compared: case and accents do not count. */
const plain = (name: string): string => name.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase().trim()

const byName = new Map(namedVoices.map((voice) => [plain(voice.name), voice]))

/** The voice of that name, however it is written; undefined when nobody knows it. */
export const namedVoice = (name: string): NamedVoice | undefined => byName.get(plain(name))
