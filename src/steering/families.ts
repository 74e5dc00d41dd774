/** What instructions are made of: words, and what each asks of a voice. */
import type { Style } from './style.ts'

/** Words that ask for the same thing. `*` at a word's end stands for any ending; a phrase is words with spaces. */
export interface Family {
  readonly name: string
  readonly words: string
  readonly style: Partial<Style>
}

/** Looked for in this order; a word that one has taken is not there for the next. */
export const families: readonly Family[] = [
  {
    name: 'monotone',
    words:
      'no pitch variation, without pitch variation, no inflection, monoton*, deadpan, robotic*, flat tone, flat voice, flatly, expressionless*',
    style: { range: 0.15 },
  },
  {
    name: 'low volume',
    words: 'low volume, lower your voice, lower volume, under your breath, under breath',
    style: { volumeDb: -9 },
  },
  {
    name: 'low pitch',
    words: 'low tone, low voice, low pitch*, lower pitch*, lower tone, deep*, bass, gravelly',
    style: { pitchSemitones: -3 },
  },
  {
    name: 'high pitch',
    words: 'high pitch*, higher pitch*, high voice, high tone, squeaky, shrill*, childlike',
    style: { pitchSemitones: 4 },
  },
  { name: 'pauses', words: 'deliberate pauses, with pauses', style: { rate: 0.8 } },
  { name: 'whisper', words: 'whisper*, hushed, sotto voce', style: { whisper: true, volumeDb: -3, rate: 0.95 } },
  {
    name: 'shout',
    words: 'shout*, yell*, scream*, top of your lungs, bellow*',
    style: { volumeDb: 7, pitchSemitones: 3, range: 1.3, emphasis: 0.6 },
  },
  {
    name: 'quiet',
    words: 'quiet*, soft*, gentl*, tender*, murmur*, faint*, timid*, shy*',
    style: { volumeDb: -8, breathiness: 0.1 },
  },
  { name: 'loud', words: 'loud*, boom*, project your voice', style: { volumeDb: 6 } },
  { name: 'fast', words: 'fast*, quick*, rapid*, hurr*, rush*, urgent*, speed*, brisk*', style: { rate: 1.35 } },
  { name: 'slow', words: 'slow*, unhurried*, deliberate*, drawn out, leisurely, drawl*', style: { rate: 0.72 } },
  {
    name: 'happy',
    words: 'happ*, joy*, cheer*, delight*, glad*, upbeat, laughing*, smil*, amus*, bright*, warm*',
    style: { pitchSemitones: 1.5, range: 1.4, rate: 1.05, volumeDb: 1 },
  },
  {
    name: 'excited',
    words: 'excit*, thrill*, enthusias*, ecstatic*, eager*, energetic*, passionate*',
    style: { pitchSemitones: 2.5, range: 1.6, rate: 1.15, volumeDb: 2.5, emphasis: 0.3 },
  },
  {
    name: 'sad',
    words:
      'sad*, sorrow*, melanchol*, depress*, griev*, mourn*, heartbroken, tearful*, gloom*, disappoint*, regret*, lonel*, crying',
    style: { pitchSemitones: -1.5, range: 0.6, rate: 0.82, volumeDb: -3, breathiness: 0.2 },
  },
  {
    name: 'angry',
    words: 'angr*, anger, furious*, fury, rage, irritat*, annoy*, frustrat*, stern*, harsh*, hostile*, outrage*, mad',
    style: { pitchSemitones: 1, range: 1.3, rate: 1.08, volumeDb: 4, emphasis: 0.6 },
  },
  {
    name: 'afraid',
    words: 'afraid, fear*, terrif*, terror, scared, frighten*, panic*, nervous*, anxious*, trembl*, horrif*',
    style: { pitchSemitones: 3, range: 1.3, rate: 1.15, breathiness: 0.3 },
  },
  {
    name: 'surprised',
    words: 'surpris*, amaz*, astonish*, shock*, wonder*, awe',
    style: { pitchSemitones: 3, range: 1.7 },
  },
  {
    name: 'disgusted',
    words: 'disgust*, contempt*, disdain*, sarcas*, sneer*, dry, dryly, bitter*',
    style: { pitchSemitones: -1, range: 0.8, rate: 0.9 },
  },
  {
    name: 'concerned',
    words: 'concern*, worr*, empath*, sympath*, compassion*, caring, apolog*',
    style: { range: 0.9, rate: 0.92, volumeDb: -2, breathiness: 0.1 },
  },
  {
    name: 'calm',
    words: 'calm*, sooth*, relax*, serene*, peaceful*, reassur*, patient*, mellow*, kind*, comfort*',
    style: { rate: 0.9, range: 0.8, volumeDb: -2 },
  },
  {
    name: 'tired',
    words: 'tired*, sleep*, bored, boredom, wear*, exhaust*, lazy, lazily, drows*, resign*',
    style: { pitchSemitones: -1.5, range: 0.6, rate: 0.84, volumeDb: -3, breathiness: 0.25 },
  },
  {
    name: 'playful',
    words: 'playful*, teas*, mischiev*, expressive*, animated*, livel*, singsong, flirt*',
    style: { range: 1.6 },
  },
  { name: 'breathy', words: 'breath*, pant*, winded, husky', style: { breathiness: 0.55 } },
  {
    name: 'force',
    words:
      'forc*, firm*, emphatic*, emphasis, emphasi*, confident*, assertive*, authoritative*, determin*, intens*, proud*, commanding*',
    style: { volumeDb: 2.5, emphasis: 0.6 },
  },
  { name: 'clear', words: 'articulat*, enunciat*, clearly, precise*', style: { rate: 0.88 } },
  {
    name: 'hesitant',
    words: 'hesita*, unsure, uncertain*, thoughtful*, pensive*, tentativ*',
    style: { rate: 0.85, volumeDb: -1.5 },
  },
  { name: 'mumble', words: 'mumbl*, mutter*', style: { volumeDb: -5, range: 0.6, rate: 1.1 } },
  {
    name: 'serious',
    words: 'serious*, solemn*, grave*, formal*, professional*, neutral*',
    style: { range: 0.85, rate: 0.95 },
  },
]

/** Words before a word that say how much of it. */
export const amounts: Readonly<Record<string, number>> = {
  ...{ very: 1.4, really: 1.4, extremely: 1.7, incredibly: 1.7, super: 1.5, so: 1.3, highly: 1.4, much: 1.3 },
  ...{ slightly: 0.5, somewhat: 0.6, bit: 0.5, little: 0.5, mildly: 0.5, subtly: 0.4, faintly: 0.4 },
}

/** Words before a word, or before the one before it, that ask for none of it. */
export const negations: ReadonlySet<string> = new Set([
  'not',
  'no',
  'never',
  'without',
  "don't",
  'dont',
  'less',
  'stop',
])
