/** Provider name → lazy import. */
import type { Provider } from '../engines/registry.ts'
import { languageProviderNames } from './language-providers.ts'

type Load = () => Promise<{ readonly default: Provider }>

// Settings differ by provider and are checked by each provider's own schema, so here they are one type.
const asProvider = (load: () => Promise<{ readonly default: unknown }>): Load => load as Load

/** The providers that are built in. */
const providers: Readonly<Record<string, Load>> = {
  echo: asProvider(() => import('../providers/echo/index.ts')),
  espeak: asProvider(() => import('../providers/espeak/index.ts')),
  flite: asProvider(() => import('../providers/flite/index.ts')),
  gtcrn: asProvider(() => import('../providers/gtcrn/index.ts')),
  onnx: asProvider(() => import('../providers/onnx/index.ts')),
  parley: asProvider(() => import('../providers/rules/index.ts')),
  pocketsphinx: asProvider(() => import('../providers/pocketsphinx/index.ts')),
  profile: asProvider(() => import('../providers/profile/index.ts')),
  pyannote: asProvider(() => import('../providers/pyannote/index.ts')),
  rnnoise: asProvider(() => import('../providers/rnnoise/index.ts')),
  sherpa: asProvider(() => import('../providers/sherpa/index.ts')),
  silero: asProvider(() => import('../providers/silero/index.ts')),
  'smart-turn': asProvider(() => import('../providers/smart-turn/index.ts')),
  speakers: asProvider(() => import('../providers/speakers/index.ts')),
  turns: asProvider(() => import('../providers/turns/index.ts')),
  yamnet: asProvider(() => import('../providers/yamnet/index.ts')),
}

/** Names of the providers that are built in. */
export const providerNames: readonly string[] = Object.keys(providers)

/** A provider of language models; a name that is not known stands for a server of the operator's own. */
const loadLanguageProvider = async (name: string): Promise<Provider> =>
  (await import('../providers/ai/index.ts')).languageProvider(name) as Provider<never> as Provider

/** The provider of that name; undefined when there is none. `address`: where a server of the operator's own is. */
export const loadProvider = async (name: string, address?: unknown): Promise<Provider | undefined> => {
  if (Object.hasOwn(providers, name)) return (await providers[name]!()).default
  return languageProviderNames.includes(name) || address !== undefined ? loadLanguageProvider(name) : undefined
}
