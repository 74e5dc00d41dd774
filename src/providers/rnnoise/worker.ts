/** The thread that runs RNNoise. */
import { runFilters } from '../shared/suppressor.ts'
import { loadRnnoise } from './rnnoise.ts'

runFilters<undefined>(loadRnnoise)
