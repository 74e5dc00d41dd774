/** The engines in force, each with what was measured of it and what would be better. */
import { InCode } from '../components/in-code.tsx'
import type { EngineStatus } from './status.ts'

/** How people call the kinds of engine. */
const kindNames: Readonly<Record<string, string>> = {
  speechToText: 'Speech to text',
  voiceActivity: 'Voice activity',
  voiceProfiler: 'Voice profile',
  turnDetector: 'End of turn',
  languageModel: 'Language model',
  textToSpeech: 'Voice',
}

const cost = (share: number | undefined): string =>
  share === undefined ? '' : `${(share * 100).toFixed(share < 0.1 ? 1 : 0)} % of a core for each who talks`

const Engine = ({ engine }: { readonly engine: EngineStatus }) => (
  <li class="engine">
    <h3>{kindNames[engine.kind] ?? engine.kind}</h3>
    <div>
      <p>
        <code>{engine.id}</code> {engine.name}
      </p>
      {engine.problem === undefined ? null : <p class="missing">Missing: {engine.problem}</p>}
      {engine.accuracy === undefined ? null : (
        <p class="quiet small">
          <InCode text={engine.accuracy} />
        </p>
      )}
      {engine.cost === undefined ? null : <p class="quiet small">{cost(engine.cost)}</p>}
      {engine.better === undefined ? null : (
        <p class="small better">
          <InCode text={engine.better} />
        </p>
      )}
    </div>
  </li>
)

export const EngineTable = ({ engines }: { readonly engines: readonly EngineStatus[] }) => (
  <section class="panel" aria-labelledby="engines-title">
    <h2 id="engines-title">Engines in force</h2>
    {engines.length === 0 ? <p class="quiet">They are warming up.</p> : null}
    <ul class="engines">
      {engines.map((engine) => (
        <Engine key={engine.kind} engine={engine} />
      ))}
    </ul>
  </section>
)
