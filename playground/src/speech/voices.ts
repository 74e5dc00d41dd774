/** The voices at hand, as `GET /voices/v1/voices` lists them. */
import { signal } from '@preact/signals'
import { requestJson } from '../wire/request.ts'

export interface ListedVoice {
  readonly voiceId: string
  readonly displayName: string
  readonly description: string
  readonly langCode: string
  readonly tags: readonly string[]
}

export const voices = signal<readonly ListedVoice[]>([])

const mostVoices = 1000

export const loadVoices = async (): Promise<void> => {
  if (voices.value.length > 0) return
  const path = `/voices/v1/voices?pageSize=${mostVoices}`
  const { voices: found } = await requestJson<{ readonly voices: readonly ListedVoice[] }>(path, { quiet: true })
  voices.value = found
}

/** Engines first, as the server lists them, then the names of other houses. */
export const voiceGroups = (): readonly (readonly [group: string, voices: readonly ListedVoice[]])[] => {
  const groups = new Map<string, ListedVoice[]>()
  for (const voice of voices.value) {
    const [group = 'other'] = voice.tags
    groups.set(group, [...(groups.get(group) ?? []), voice])
  }
  return [...groups]
}
