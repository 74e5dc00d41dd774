/** Listen: the microphone or a recording becomes words, and shows what the voice is like. */
import { useEffect } from 'preact/hooks'
import { useDrop } from '../components/drop.ts'
import { Notice } from '../components/notice.tsx'
import { Snippets } from '../components/snippets.tsx'
import { Controls } from './controls.tsx'
import { EngineCard } from './engine-card.tsx'
import { VoiceOverTime, VoicePanel } from './gauges.tsx'
import { LatencyPanel } from './latency.tsx'
import { loadModels, models } from './models.ts'
import { model } from './options.ts'
import { listenToFile, trouble } from './session.ts'
import { listenSnippets } from './snippets.ts'
import { Timeline } from './timeline.tsx'
import { Transcript } from './transcript.tsx'

export const ListenView = () => {
  const over = useDrop((file) => void listenToFile(file))
  useEffect(() => {
    // Without the list there is no card; what keeps it from coming is told elsewhere.
    void loadModels().catch(() => undefined)
  }, [])
  return (
    <>
      {over ? (
        <div class="drop" aria-hidden="true">
          <p>Drop it here</p>
        </div>
      ) : null}
      <Controls />
      {trouble.value === '' ? null : <Notice tone="bad">{trouble.value}</Notice>}
      <section class="panel panel-timeline" aria-label="Timeline">
        <Timeline />
        <VoiceOverTime />
      </section>
      <div class="columns">
        <Transcript />
        <div class="stack">
          <LatencyPanel />
          <EngineCard engine={models.value.find(({ id }) => id === model.value)} />
        </div>
      </div>
      <VoicePanel />
      <Snippets snippets={listenSnippets()} />
    </>
  )
}
