/** What is asked of the recognizer. */
import { signal } from '@preact/signals'

/** The name that clients use for whatever recognizer serves. */
export const usualModel = 'inworld/inworld-stt-1'

export const model = signal(usualModel)
/** Empty: whatever is spoken. */
export const language = signal('')
export const speakers = signal(true)
export const profile = signal(true)
/** Recordings are played while they are read, at the pace of speech; else they are read at once. */
export const aloud = signal(true)
/** Words that are likely to be said, as they were typed. */
export const vocabulary = signal('')

/** The first message of the wire. */
export const transcribeConfig = (sampleRate: number) => {
  const prompts = vocabulary.value
    .split(/[,\n]/)
    .map((word) => word.trim())
    .filter((word) => word !== '')
  return {
    modelId: model.value,
    audioEncoding: 'LINEAR16',
    sampleRateHertz: sampleRate,
    numberOfChannels: 1,
    ...(language.value === '' ? {} : { language: language.value }),
    includeWordTimestamps: true,
    ...(speakers.value ? { enableSpeakerDiarization: true } : {}),
    ...(profile.value ? { voiceProfileConfig: { enableVoiceProfile: true, topN: 5 } } : {}),
    ...(prompts.length > 0 ? { prompts } : {}),
  }
}
