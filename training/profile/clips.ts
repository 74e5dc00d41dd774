/** Which recordings the voice profile is trained and tested on, with what is known of each: a folder of corpora → clips. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'

/** `train` and `held` may shape the models (held: calibration); `test` only measures. */
export type Split = 'train' | 'held' | 'test'

export interface Clip {
  readonly file: string
  readonly corpus: string
  readonly speaker: string
  readonly split: Split
  readonly emotion?: string
  readonly age?: 'kid' | 'adult'
  readonly vocalStyle?: 'normal' | 'shouting'
  /** Of a recording without speech. */
  readonly environment?: string
}

/** Kept for acceptance: neither trained, tuned nor measured on here. */
export const reserved: Readonly<Record<string, ReadonlySet<string>>> = {
  emodb: new Set(['09', '12', '14', '15', '16']),
  ravdess: new Set(['15', '16', '19', '20']),
  so762: new Set('0006 0092 0111 0594 0981 1037 2208 2252 2897 3014 3060 3423 5408 9118 9607 9612'.split(' ')),
  libri: new Set(['1089', '2414', '3080', '3331', '367', '533', '7902']),
}

/** Readers whose clips lie in `../shared/audio`: measured on by everybody, so never learnt. */
const shared = new Set('0001 0112 0133 0482 0739 0811 1181 1292 1502 2327 2451 3068 5195 5547 6401 9618'.split(' '))

const wavs = (folder: string): string[] =>
  existsSync(folder)
    ? readdirSync(folder)
        .filter((name) => /\.wav$/i.test(name))
        .sort()
        .map((name) => join(folder, name))
    : []

const emodbEmotions: Readonly<Record<string, string>> = {
  W: 'angry',
  F: 'happy',
  N: 'neutral',
  T: 'sad',
  A: 'fearful',
}

/**
 * Full recordings of four emotions from one carrier; and all five from another, which cuts at two seconds and has been through
 * another resampler: so that no emotion can be told by its carrier.
 */
const emodb = (folder: string): Clip[] => {
  const full = ['Angry', 'Happy', 'Neutral', 'Sad'].flatMap((name) => wavs(join(folder, 'emodb4/dataset', name)))
  return [...full, ...wavs(join(folder, 'emodb/wav'))].flatMap((file, place) => {
    const name = basename(file)
    const speaker = name.slice(0, 2)
    const emotion = emodbEmotions[name[5] ?? '']
    if (!emotion || reserved.emodb!.has(speaker)) return []
    const vocalStyle = emotion === 'angry' ? 'shouting' : 'normal'
    const corpus = place < full.length ? 'emodb' : 'emodb-cut'
    return [{ file, corpus, speaker, split: 'train', emotion, age: 'adult', vocalStyle }] as const
  })
}

const ravdessEmotions = ['', 'neutral', 'calm', 'happy', 'sad', 'angry', 'fearful', 'disgusted', 'surprised']

/** Non-commercial: measured on, never learnt from. Raised is anger acted with strong intensity. */
const ravdess = (folder: string): Clip[] =>
  wavs(join(folder, 'wav/ravdess')).flatMap((file) => {
    const [, , emotion, intensity, , , actor = ''] = basename(file, '.wav').split('-')
    if (reserved.ravdess!.has(actor)) return []
    const name = ravdessEmotions[Number(emotion)]!
    const vocalStyle =
      name === 'angry' && intensity === '02'
        ? ({ vocalStyle: 'shouting' } as const)
        : ['neutral', 'calm', 'sad'].includes(name)
          ? ({ vocalStyle: 'normal' } as const)
          : {}
    return [
      { file, corpus: 'ravdess', speaker: actor, split: 'test', emotion: name, age: 'adult', ...vocalStyle },
    ] as const
  })

const so762 = (folder: string): Clip[] => {
  const ages = new Map(
    ['train', 'test'].flatMap((part) => {
      const file = join(folder, 'so762', part, 'spk2age')
      if (!existsSync(file)) return []
      return readFileSync(file, 'utf8')
        .trim()
        .split('\n')
        .map((line) => {
          const [speaker = '', age] = line.trim().split(/\s+/)
          return [speaker.padStart(4, '0'), Number(age)] as const
        })
    }),
  )
  const root = join(folder, 'so762/WAVE')
  if (!existsSync(root)) return []
  return readdirSync(root)
    .sort()
    .flatMap((directory, place): Clip[] => {
      const speaker = directory.replace('SPEAKER', '')
      const years = ages.get(speaker)
      if (reserved.so762!.has(speaker) || years === undefined) return []
      const split = place % 5 === 0 || shared.has(speaker) ? 'test' : place % 5 === 1 ? 'held' : 'train'
      // Voices break between 13 and 18: neither.
      const age = years <= 12 ? ({ age: 'kid' } as const) : years >= 18 ? ({ age: 'adult' } as const) : {}
      // Every other of their twenty: enough to know a voice by.
      return wavs(join(root, directory))
        .filter((_, i) => i % 2 === 0)
        .map((file) => ({
          file,
          corpus: 'so762',
          speaker,
          split,
          ...age,
          vocalStyle: 'normal',
        }))
    })
}

/** Read aloud, by adults, calmly. */
const libri = (folder: string): Clip[] =>
  wavs(join(folder, 'wav/libri')).flatMap((file, place) => {
    const speaker = basename(file).split('-')[0]!
    if (reserved.libri!.has(speaker)) return []
    const other = ['1688', '1998', '2033', '2609', '3005'].includes(speaker)
    const split = other ? 'test' : place % 5 === 1 ? 'held' : 'train'
    return [{ file, corpus: 'libri', speaker, split, emotion: 'neutral', age: 'adult', vocalStyle: 'normal' }] as const
  })

/** Recordings by what they are of: folder, name, environment. Those of `test` have no licence for training. */
const places: Readonly<Record<string, { readonly split: Split; readonly names: Readonly<Record<string, string>> }>> = {
  blanket: {
    split: 'train',
    names: {
      city: 'busy street',
      'coffee-shop': 'crowd',
      train: 'car',
      birds: 'outdoors',
      rain: 'outdoors',
      storm: 'outdoors',
      'summer-night': 'outdoors',
      waves: 'outdoors',
      wind: 'outdoors',
    },
  },
  ibm: {
    split: 'train',
    names: {
      train: 'car',
      crowd_cheering: 'crowd',
      arcade_music: 'music',
      cinematic: 'music',
      guitar: 'music',
      jazz_guitar: 'music',
      piano: 'music',
      birds1: 'outdoors',
      rain: 'outdoors',
      thunder: 'outdoors',
      typing: 'quiet room',
    },
  },
  berlin: {
    split: 'train',
    names: {
      '0619B0AD-7F6A-4CAB-BCCB-ABE0D71F43A9': 'busy street',
      '1CDCDA78-CA1D-449C-8294-E7C748BCAE99': 'busy street',
      '9a12b4b8-6310-43c5-8e36-8d38f22275c8': 'outdoors',
      '5B6DDD39-911B-4EDB-A227-46887E497740': 'crowd',
      'A7B4879B-6791-4E01-B612-F8F60193BC66': 'outdoors',
    },
  },
  'shared-env': {
    split: 'train',
    names: {
      bus: 'car',
      cafe: 'crowd',
      traffic: 'busy street',
      music: 'music',
      fridge: 'quiet room',
      keyboard: 'quiet room',
      office: 'quiet room',
      'office-long': 'quiet room',
    },
  },
  noice: {
    split: 'test',
    names: {
      electric_car_0: 'car',
      electric_car_1: 'car',
      moving_train: 'car',
      airplane_inflight: 'car',
      coffee_shop_0: 'crowd',
      quiet_conversation_0: 'crowd',
      office_0: 'quiet room',
      public_library_0: 'quiet room',
      birds_0: 'outdoors',
      moderate_rain: 'outdoors',
      soft_wind_0: 'outdoors',
      seaside: 'outdoors',
      wind_in_palm_trees_0: 'outdoors',
      morning_in_a_village: 'outdoors',
    },
  },
  moodist: {
    split: 'test',
    names: {
      'busy-street': 'busy street',
      traffic: 'busy street',
      highway: 'busy street',
      road: 'busy street',
      'inside-a-train': 'car',
      'rain-on-car-roof': 'car',
      cafe: 'crowd',
      'crowded-bar': 'crowd',
      crowd: 'crowd',
      restaurant: 'crowd',
      'subway-station': 'crowd',
      office: 'quiet room',
      library: 'quiet room',
      birds: 'outdoors',
      'wind-in-trees': 'outdoors',
      'light-rain': 'outdoors',
      river: 'outdoors',
      jungle: 'outdoors',
    },
  },
}

/** Recordings without speech of each environment. */
export const environments = (folder: string): readonly Clip[] => {
  const recorded = Object.entries(places).flatMap(([corpus, { split, names }]) =>
    wavs(join(folder, 'wav', corpus)).flatMap((file) => {
      const environment = names[basename(file, '.wav')]
      return environment ? [{ file, corpus, speaker: basename(file), split, environment }] : []
    }),
  )
  const played = ['freedoom', 'sonicpi'].flatMap((corpus) =>
    wavs(join(folder, 'wav', corpus)).map((file, place) => ({
      file,
      corpus,
      speaker: basename(file),
      split: place % 6 === 0 ? ('test' as const) : ('train' as const),
      environment: 'music',
    })),
  )
  return [...recorded, ...played]
}

/** Everything with speech in it. */
export const voices = (folder: string): readonly Clip[] => [
  ...emodb(folder),
  ...ravdess(folder),
  ...so762(folder),
  ...libri(folder),
]
