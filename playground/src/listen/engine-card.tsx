/** The honest card of the recognizer in use: what was measured of it, and what would be better. */
import { InCode } from '../components/in-code.tsx'
import type { ListedModel } from './models.ts'

export const EngineCard = ({ engine }: { readonly engine: ListedModel | undefined }) => (
  <section class="panel" aria-labelledby="engine-title">
    <div class="panel-head">
      <h2 id="engine-title">Recognizer</h2>
      {engine?.languages ? (
        <span class="tag">
          {engine.languages.length > 4 ? `${engine.languages.length} languages` : engine.languages.join(', ')}
        </span>
      ) : null}
    </div>
    {engine ? (
      <>
        <p class="engine-name">{engine.name}</p>
        {engine.accuracy ? (
          <p class="small">
            <InCode text={engine.accuracy} />
          </p>
        ) : null}
        {engine.better ? (
          <p class="small better">
            <InCode text={engine.better} />
          </p>
        ) : null}
      </>
    ) : (
      <p class="quiet">Not known yet.</p>
    )}
  </section>
)
