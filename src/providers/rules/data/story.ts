/** What stories are made of: `{name}` is replaced by one of the list of that name. */

/** Openings, one of which begins a story. */
export const openings: readonly string[] = [
  'In {place}, there lived {hero} called {name}.',
  'Not long ago, {hero} called {name} came to {place}.',
  'This is the story of {name}, {hero} from {place}.',
]

/** Follows the opening of a story about something. */
export const subject = '{name} could think of nothing but {thing}.'

/** The middle: any number of these, in any order. */
export const middles: readonly string[] = [
  'One {daytime}, {name} found {thing} beside {spot}.',
  'The way led past {spot}, where {helper} was waiting.',
  '{helper} asked for {thing}, and {name} gave it gladly.',
  'It {weather} until {daytime}, so they sat down near {spot} and talked about {thing}.',
  '{name} heard {sound} and stood still.',
  'Was it {helper}, or only {sound}?',
  'They walked on, a little {manner} than before.',
  'At {spot}, somebody had left {thing}, still warm from the sun.',
  '{name} thought of {place} and smiled.',
  'Nobody had ever looked for {thing} there, so nobody had ever found it.',
  '“We should go on,” said {helper}, and pointed to {spot}.',
  '“I have seen {thing} like this before,” said {name}.',
  'By {daytime}, the wind had turned, and it {weather}.',
  'For a while there was nothing but {sound}.',
  '{helper} knew a song about {thing}, and sang it twice.',
  'That {daytime}, {name} slept beside {spot} and dreamed of {thing}.',
]

/** The end: one of these. */
export const endings: readonly string[] = [
  'In the end, {name} carried {thing} home to {place}, and that is the end of the story.',
  'And when {name} came home to {place}, there was a light in every window. That is the end.',
  'Since that day, {name} and {helper} meet once a year beside {spot}. And here the story ends.',
]

/** The lists. */
export const words: Readonly<Record<string, readonly string[]>> = {
  place: [
    'a town of nine bridges',
    'a village behind the hills',
    'a harbor at the edge of the map',
    'a house by a slow river',
  ],
  hero: ['a clockmaker', 'a young sailor', 'a patient fox', 'a baker with flour in every pocket', 'a letter carrier'],
  name: ['Mira', 'Tomas', 'Odile', 'Ravi', 'Juna', 'Pell'],
  helper: ['an old heron', 'a girl with a lantern', 'a talkative goat', 'the ferryman', 'a boy with a drum'],
  thing: [
    'a copper key',
    'a basket of pears',
    'a folded map',
    'a silver whistle',
    'a blue umbrella',
    'half a loaf of bread',
  ],
  spot: ['the stone gate', 'the last lamp of the road', 'an empty well', 'the crooked oak', 'the old mill'],
  daytime: ['morning', 'evening', 'afternoon', 'night'],
  weather: ['rained', 'snowed', 'stayed foggy', 'thundered far away'],
  sound: ['a bell', 'the river', 'footsteps in the leaves', 'a door in the wind'],
  manner: ['slower', 'faster', 'braver', 'quieter', 'merrier'],
}

/** How long a story is asked for → its words; the first that is said counts. */
export const lengths: readonly (readonly [RegExp, number])[] = [
  [/\b(?:endless|never ending|forever|longest)\b/, 10_000],
  [/\b(?:very|really) long\b/, 1200],
  [/\blong\b/, 400],
  [/\b(?:very short|tiny)\b/, 30],
  [/\b(?:short|little|quick)\b/, 60],
  [/./, 120],
]

/** How a story is asked for. */
export const asksStory =
  /\b(?:tell|read|say|make|invent|want|hear|give|another|long|short)\b.*\b(?:story|tale)\b|\b(?:story|tale) (?:of|about|with|please)\b|^(?:an? )?(?:story|tale)$/
