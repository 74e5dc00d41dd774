/** The thread that runs GTCRN. */
import { runFilters } from '../shared/suppressor.ts'
import { loadGtcrn } from './gtcrn.ts'

runFilters<{ readonly modelFile: string }>(loadGtcrn)
