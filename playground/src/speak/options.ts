/** How a text is to be spoken. */
import { signal } from '@preact/signals'

export const text = signal(
  '[say playfully] Good morning! Here is what I can do. [whisper] I can tell you a secret, [reset] ' +
    'or <break time="600ms"/> wait a moment. [laugh] And I would NEVER read a tag aloud.',
)
export const voice = signal('flite/slt')
export const speed = signal(1)

export const formats = ['WAV', 'MP3', 'OGG_OPUS', 'FLAC'] as const
/** Of the file that the lines of code ask for; the page itself plays samples. */
export const format = signal<(typeof formats)[number]>('WAV')

/** Times of words come with every part of the text with the models of this name. */
const modelId = 'inworld-tts-2'

/** Most characters of one call. */
export const mostCharacters = 4000

export const sampleRate = 24_000

/** A call of Inworld's speech wire. */
export const speechCall = (audioEncoding: string) => ({
  text: text.value,
  voiceId: voice.value,
  modelId,
  audioConfig: {
    audioEncoding,
    sampleRateHertz: sampleRate,
    ...(speed.value === 1 ? {} : { speakingRate: speed.value }),
  },
  timestampType: 'WORD',
})
