/** The recognizers at hand, as `GET /v1/models` lists them. */
import { signal } from '@preact/signals'
import { requestJson } from '../wire/request.ts'

/** A model and the card of the engine behind it. */
export interface ListedModel {
  readonly id: string
  readonly task: string
  readonly name: string
  readonly languages?: readonly string[]
  readonly accuracy?: string
  readonly better?: string
  /** Share of a core while somebody talks. */
  readonly cost?: number
}

/** Every model that serves, of all kinds. */
export const models = signal<readonly ListedModel[]>([])

export const loadModels = async (): Promise<void> => {
  const { data } = await requestJson<{ readonly data: readonly ListedModel[] }>('/v1/models', { quiet: true })
  models.value = data
}

/** One id for each recognizer: many names lead to the same one. */
export const recognizers = (): readonly ListedModel[] => {
  const hearing = models.value.filter(({ task }) => task === 'speech-to-text')
  return hearing.filter(({ name }, index) => hearing.findIndex((other) => other.name === name) === index)
}
