/**
 * What sounds without words are made of. Laughter, its pace and its pitches, after J.-A. Bachorowski, M. J. Smoski and
 * M. J. Owren, “The acoustic features of human laughter”, J. Acoust. Soc. Am. 110 (3), 2001; coughs after J. Smith and
 * others, “The description of cough sounds by healthcare professionals”, Cough 2, 2006; the others by ear.
 */

/** One puff of air. */
export interface Puff {
  readonly ms: number
  /** How much of it is voice and how much hiss; 0 and 0: a gap. */
  readonly voice?: number
  readonly hiss?: number
  /** Against the voice's own pitch, at the beginning and at the end. */
  readonly pitch?: readonly [number, number]
  /** Against the voice's own level. */
  readonly level?: number
  /** Milliseconds in which it grows; the rest of its time it fades. */
  readonly grows?: number
  /** 0.95 is as dark as the voice itself, less is brighter. */
  readonly tilt?: number
  /** 0…1: how creaky it is. */
  readonly rough?: number
}

const gap = (ms: number): Puff => ({ ms })
/** “ha”, as often as there are pitches. */
const laughing = (pitches: readonly number[], { ms = 105, level = 0.8, breath = 75 } = {}): Puff[] =>
  pitches.flatMap((pitch, place) => {
    const fades = level * (1 - (0.55 * place) / pitches.length)
    return [
      { ms: breath, hiss: 1, level: fades * 0.22, grows: 30, tilt: 0.7 },
      { ms, voice: 1, hiss: 0.25, pitch: [pitch * 1.06, pitch * 0.9], level: fades, grows: 25 },
      gap(25),
    ]
  })
const breathIn = (ms: number, level: number): Puff => ({ ms, hiss: 1, level, grows: ms * 0.7, tilt: 0.35 })
const breathOut = (ms: number, level: number): Puff => ({ ms, hiss: 1, level, grows: ms * 0.15, tilt: 0.8 })
const coughing = (level: number): Puff[] => [
  { ms: 55, hiss: 1, level, grows: 4, tilt: 0.7 },
  { ms: 130, hiss: 1, voice: 0.15, pitch: [1.1, 0.8], level: level * 0.45, grows: 10, tilt: 0.85, rough: 0.7 },
  { ms: 70, voice: 0.8, hiss: 0.5, pitch: [1, 0.8], level: level * 0.35, grows: 10, rough: 0.5 },
]

/** Each sound by its name, as puffs in a row. */
export const recipes: Readonly<Record<string, readonly Puff[]>> = {
  laugh: [...laughing([1.7, 1.75, 1.65, 1.5, 1.35]), breathIn(260, 0.1)],
  chuckle: laughing([1.15, 1.1, 1], { ms: 85, level: 0.45 }),
  giggle: [...laughing([2.1, 2.25, 2.2, 2.1, 2, 1.9], { ms: 70, level: 0.55, breath: 50 }), breathIn(200, 0.08)],
  cackle: laughing([2.2, 2.3, 2.3, 2.1, 2, 1.8], { ms: 90, level: 1 }),
  snort: [{ ms: 260, hiss: 1, level: 0.4, grows: 40, tilt: 0.6, rough: 0.9 }],
  scoff: [
    { ms: 130, hiss: 1, level: 0.35, grows: 20, tilt: 0.75 },
    ...laughing([1.05], { ms: 90, level: 0.4, breath: 20 }),
  ],
  breathe: [breathIn(650, 0.16), gap(120), breathOut(750, 0.12)],
  sigh: [
    breathIn(380, 0.1),
    gap(60),
    { ms: 950, hiss: 1, voice: 0.3, pitch: [1.1, 0.75], level: 0.28, grows: 120, tilt: 0.85 },
  ],
  gasp: [breathIn(330, 0.4)],
  pant: Array.from({ length: 4 }, () => [breathIn(170, 0.2), breathOut(190, 0.25)]).flat(),
  huff: [breathOut(330, 0.4)],
  grunt: [{ ms: 190, voice: 1, hiss: 0.2, pitch: [0.95, 0.75], level: 0.6, grows: 20, rough: 0.5 }],
  groan: [{ ms: 850, voice: 1, hiss: 0.3, pitch: [0.95, 0.68], level: 0.5, grows: 130, rough: 0.35 }],
  moan: [{ ms: 950, voice: 1, hiss: 0.35, pitch: [1.15, 0.85], level: 0.45, grows: 220 }],
  'clear throat': [
    { ms: 140, voice: 1, hiss: 0.7, pitch: [0.75, 0.6], level: 0.5, grows: 15, rough: 1 },
    gap(70),
    { ms: 330, voice: 1, hiss: 0.7, pitch: [0.8, 0.55], level: 0.6, grows: 25, rough: 1 },
  ],
  cough: [breathIn(160, 0.08), gap(40), ...coughing(1), gap(190), ...coughing(0.75)],
  choke: [...coughing(0.8), gap(90), ...coughing(1), gap(80), breathIn(300, 0.3), ...coughing(0.7)],
  gag: [{ ms: 300, voice: 1, hiss: 0.6, pitch: [0.8, 0.6], level: 0.5, grows: 30, rough: 1 }],
  sneeze: [
    breathIn(420, 0.25),
    gap(60),
    { ms: 70, voice: 0.6, hiss: 0.7, pitch: [1.6, 1.3], level: 0.8, grows: 8 },
    { ms: 280, hiss: 1, level: 0.7, grows: 15, tilt: 0.1 },
  ],
  hiccup: [{ ms: 85, voice: 1, hiss: 0.3, pitch: [1.1, 2], level: 0.6, grows: 8 }, breathIn(60, 0.15)],
  yawn: [
    breathIn(750, 0.14),
    gap(60),
    { ms: 1050, voice: 0.8, hiss: 0.7, pitch: [1.35, 0.7], level: 0.4, grows: 260, tilt: 0.97 },
    breathOut(420, 0.1),
  ],
  burp: [{ ms: 380, voice: 1, hiss: 0.4, pitch: [0.55, 0.45], level: 0.5, grows: 30, rough: 1, tilt: 0.98 }],
  snore: [{ ms: 950, hiss: 1, level: 0.3, grows: 550, tilt: 0.9, rough: 1 }],
  cry: Array.from({ length: 3 }, (_, place): Puff[] => [
    { ms: 420, voice: 1, hiss: 0.3, pitch: [1.75 - place * 0.1, 1.3], level: 0.6, grows: 80, rough: 0.15 },
    gap(60),
    breathIn(180, 0.2),
  ]).flat(),
  sob: Array.from({ length: 4 }, (_, place): Puff[] => [
    { ms: 150, voice: 1, hiss: 0.4, pitch: [1.5, 1.25], level: 0.5 - place * 0.06, grows: 25, rough: 0.2 },
    breathIn(90, 0.15),
  ]).flat(),
  wail: [
    { ms: 500, voice: 1, hiss: 0.2, pitch: [1.4, 2.1], level: 0.7, grows: 250 },
    { ms: 800, voice: 1, hiss: 0.2, pitch: [2.1, 1.3], level: 0.7, grows: 20 },
  ],
  whimper: Array.from({ length: 3 }, (): Puff[] => [
    { ms: 170, voice: 1, hiss: 0.35, pitch: [1.9, 1.7], level: 0.25, grows: 50 },
    gap(70),
  ]).flat(),
  whine: [{ ms: 750, voice: 1, hiss: 0.15, pitch: [1.7, 1.45], level: 0.4, grows: 150 }],
  sniff: [breathIn(190, 0.25)],
  sniffle: [breathIn(150, 0.2), gap(60), breathIn(200, 0.25)],
  shriek: [{ ms: 650, voice: 1, hiss: 0.2, pitch: [2.6, 2.9], level: 0.9, grows: 40 }],
  squeal: [{ ms: 420, voice: 1, hiss: 0.15, pitch: [2.4, 3], level: 0.6, grows: 60 }],
  howl: [
    { ms: 500, voice: 1, hiss: 0.1, pitch: [1, 1.9], level: 0.7, grows: 300 },
    { ms: 900, voice: 1, hiss: 0.1, pitch: [1.9, 1.2], level: 0.7, grows: 20 },
  ],
  shush: [{ ms: 750, hiss: 1, level: 0.3, grows: 120, tilt: 0 }],
  hmm: [{ ms: 520, voice: 1, hiss: 0.03, pitch: [1, 0.86], level: 0.4, grows: 90, tilt: 0.99 }],
  growl: [{ ms: 800, voice: 1, hiss: 0.4, pitch: [0.65, 0.55], level: 0.6, grows: 120, rough: 1 }],
}
