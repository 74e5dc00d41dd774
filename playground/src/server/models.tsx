/** The names that clients may ask for, and which engine answers to each. */
import { useEffect } from 'preact/hooks'
import { type ListedModel, loadModels, models } from '../listen/models.ts'

const tasks: Readonly<Record<string, string>> = {
  'speech-to-text': 'Speech to text',
  'language-model': 'Language model',
  realtime: 'Realtime',
  'text-to-speech': 'Voice',
}

/** Names that lead to the same engine for the same task, together. */
const grouped = (
  listed: readonly ListedModel[],
): readonly (readonly [first: ListedModel, ids: readonly string[]])[] => {
  const groups = new Map<string, ListedModel[]>()
  for (const model of listed) {
    const key = `${model.task} ${model.name}`
    const group = groups.get(key)
    if (group) group.push(model)
    else groups.set(key, [model])
  }
  return [...groups.values()].map((group) => [group[0]!, group.map(({ id }) => id)])
}

export const ModelNames = () => {
  useEffect(() => {
    // Without the list the section stays empty; that the server does not answer is told above.
    void loadModels().catch(() => undefined)
  }, [])
  return (
    <section class="panel" aria-labelledby="names-title">
      <div class="panel-head">
        <h2 id="names-title">Names that are answered</h2>
        <span class="quiet small">a client asks for one of these, and this engine serves</span>
      </div>
      <ul class="engines">
        {grouped(models.value).map(([{ task, name }, ids]) => (
          <li key={`${task} ${name}`} class="engine">
            <h3>{tasks[task] ?? task}</h3>
            <div>
              <p>{name}</p>
              <p class="names">
                {ids.map((id) => (
                  <code key={id} class="tag">
                    {id}
                  </code>
                ))}
              </p>
            </div>
          </li>
        ))}
      </ul>
    </section>
  )
}
