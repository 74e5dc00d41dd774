/** Chooses a voice. */
import { useEffect } from 'preact/hooks'
import { loadVoices, voiceGroups, voices } from './voices.ts'

const groupNames: Readonly<Record<string, string>> = {
  flite: 'flite',
  espeak: 'espeak-ng',
  sherpa: 'sherpa-onnx',
  openai: 'OpenAI’s names',
  inworld: 'Inworld’s names',
}

export const VoiceSelect = ({
  value,
  onChoose,
}: {
  readonly value: string
  readonly onChoose: (voice: string) => void
}) => {
  useEffect(() => {
    // The list is a convenience; a name that is there already will do.
    void loadVoices().catch(() => undefined)
  }, [])
  const known = voices.value.some(({ voiceId }) => voiceId === value)
  return (
    <label class="field">
      <span>Voice</span>
      <select value={value} onChange={(event) => onChoose(event.currentTarget.value)}>
        {known ? null : <option value={value}>{value}</option>}
        {voiceGroups().map(([group, members]) => (
          <optgroup key={group} label={groupNames[group] ?? group}>
            {members.map(({ voiceId, displayName, langCode }) => (
              <option key={voiceId} value={voiceId}>
                {displayName} ({langCode.toLowerCase().split('_')[0]})
              </option>
            ))}
          </optgroup>
        ))}
      </select>
    </label>
  )
}
