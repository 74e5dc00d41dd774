/** `layers.mjs [FOLDER]`: holds every import below `src` against the layer rules of `.dependency-cruiser.mjs`. */
import { cruise } from 'dependency-cruiser'
import config, { rooms } from '../../.dependency-cruiser.mjs'
import { root } from '../setup/paths.mjs'

/** Fewer modules than this, and the rules were not really held against the code. */
const fewestModules = 40

/** dependency-cruiser names modules from the working folder, and the rules go by those names. */
const check = async () => {
  const { options, ...ruleSet } = config
  const { output } = await cruise(['src'], { ...options, ruleSet, validate: true })
  const modules = output.modules.map(({ source }) => source).filter((name) => /^src\/.*\.ts$/.test(name))
  const breaches = output.summary.violations.map(
    ({ rule, from, to, cycle }) => `${rule.name}: ${[from, ...(cycle?.map(({ name }) => name) ?? [to])].join(' → ')}`,
  )
  // A room that the table does not know would be under no rule.
  const found = new Set(modules.map((name) => name.split('/')[1]).filter((name) => !name.endsWith('.ts')))
  for (const room of found)
    if (!(room in rooms)) breaches.push(`unknown-room: src/${room} is not in the table of rooms`)
  for (const breach of breaches) console.log(breach)
  const few = modules.length < fewestModules ? `; that is too few to be all, there are at least ${fewestModules}` : ''
  console.log(`${modules.length} modules, ${breaches.length} breaches of the layer rules${few}`)
  return breaches.length === 0 && few === ''
}

// Another folder than the project's can be given.
process.chdir(process.argv[2] ?? root)
if (!(await check())) process.exitCode = 1
