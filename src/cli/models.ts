/** `parley models`: list, fetch, check and remove models. */
import { availableParallelism, totalmem } from 'node:os'
import { join } from 'node:path'
import { Command } from 'commander'
import { VoiceError } from '../errors.ts'
import type { CatalogueEntry } from '../models/catalogue.ts'
import { type Context, commandWithSettings, interruptible, type SettingsOptions, settingsFor } from './command.ts'
import { pullBars } from './progress.ts'
import { bytes, columns } from './terminal.ts'

interface ListOptions extends SettingsOptions {
  readonly kind?: string
  readonly installed?: boolean
  readonly json?: boolean
}

interface PullOptions extends SettingsOptions {
  readonly mirror?: string
  readonly offline?: boolean
  readonly again?: boolean
}

/** At most `length` characters of a text. */
const short = (text: string, length: number): string => (text.length <= length ? text : `${text.slice(0, length - 1)}…`)

/** Traits of a voice for which a kind of model is made; see `models.voiceTraits`. */
const traitsOfKind: Readonly<Record<string, readonly string[]>> = {
  'audio-tagging': ['vocalStyle', 'environment'],
  'language-id': ['language'],
}

/** The setting by which a model tells something of voices; empty for those that do not. */
const voiceSetting = ({ id, kind, sherpa }: CatalogueEntry): string => {
  if (kind === 'speaker-encoder') return `models.speakerEncoder=sherpa/${id}`
  const traits = sherpa?.family === 'senseVoice' ? ['emotion', 'language'] : (traitsOfKind[kind] ?? [])
  return traits.length > 0 ? `models.voiceTraits=${traits.map((name) => `${name}=sherpa/${id}`).join(',')}` : ''
}

const commands = () => import('../models/commands.ts')

const list = async (options: ListOptions, { terminal }: Context): Promise<void> => {
  const { cacheDir } = settingsFor(options, terminal)
  const { listModels } = await commands()
  const models = await listModels({ cacheDir }, { kind: options.kind, installed: options.installed })
  if (options.json) {
    terminal.out(`${JSON.stringify(models, undefined, 2)}\n`)
    return
  }
  if (models.length === 0) {
    terminal.err(options.installed ? 'No model is installed.\n' : 'There are no such models.\n')
    return
  }
  const rows = models.map(({ entry, installed, installedBytes, downloadBytes }) => [
    installed ? '*' : ' ',
    entry.id,
    entry.kind,
    short(entry.languages.join(','), 16),
    installed ? bytes(installedBytes) : downloadBytes === undefined ? 'size unknown' : bytes(downloadBytes),
    short(entry.licence ?? 'licence unknown', 20),
    entry.goodFor ?? '',
  ])
  terminal.out(columns(rows, ''))
  terminal.err(
    `* is installed. Fetch one: parley models pull ${models.find((one) => !one.installed)?.entry.id ?? '<id>'}\n`,
  )
}

const pull = async (ids: readonly string[], options: PullOptions, { terminal, fail }: Context): Promise<void> => {
  const settings = settingsFor(options, terminal)
  const [{ pullModels }, { bestSet }, known] = await Promise.all([
    commands(),
    import('../models/best-set.ts'),
    import('../models/catalogue.ts').then(({ catalogue }) => catalogue()),
  ])
  const machine = { cores: availableParallelism(), memoryBytes: totalmem() }
  const wanted = ids.flatMap((id) => (id === 'default' ? bestSet(machine).ids : [id]))
  await interruptible(async (signal, exitCode) => {
    const bars = pullBars(terminal)
    try {
      const pulled = await pullModels(
        wanted,
        { cacheDir: settings.cacheDir },
        {
          mirror: options.mirror ?? settings.models.mirror,
          offline: options.offline ?? settings.models.offline,
          again: options.again,
          signal,
          onProgress: bars.update,
        },
      )
      bars.stop()
      for (const model of pulled) {
        if (model.type === 'failed') {
          const { error } = model
          if (!(error instanceof VoiceError)) throw error
          terminal.err(`${terminal.paint('red', 'error:')} ${model.id}: ${error.message}\n`)
          fail(1)
          continue
        }
        terminal.out(`${model.id} is ${model.type === 'present' ? 'here already' : 'installed'}: ${model.folder}\n`)
        if (model.licence) terminal.out(`  licence: ${model.licence}\n`)
        for (const url of model.pinned)
          terminal.out(`  no record tells the checksum of ${url}; it was pinned as it came\n`)
        const entry = known.find(({ id }) => id === model.id)
        const setting = entry ? voiceSetting(entry) : ''
        if (setting !== '') terminal.out(`  to tell voices by it: ${setting}\n`)
      }
    } catch (error) {
      if (!signal.aborted) throw error
      terminal.err('Stopped; the next pull goes on from here.\n')
      fail(exitCode())
    } finally {
      bars.stop()
    }
  })
}

const verify = async (ids: readonly string[], options: SettingsOptions, { terminal, fail }: Context): Promise<void> => {
  const { cacheDir } = settingsFor(options, terminal)
  const { verifyModels } = await commands()
  const verified = await verifyModels({ cacheDir }, ids.length > 0 ? ids : undefined)
  if (verified.length === 0) terminal.err('No model is installed.\n')
  for (const { id, bad } of verified) {
    if (bad.length === 0) terminal.out(`${id}: ${terminal.paint('green', 'all files are as they came')}\n`)
    else {
      terminal.out(`${id}: ${terminal.paint('red', `changed or missing: ${bad.join(', ')}`)}\n`)
      fail(1)
    }
  }
}

const remove = async (ids: readonly string[], options: SettingsOptions, { terminal }: Context): Promise<void> => {
  const { cacheDir } = settingsFor(options, terminal)
  const { removeModel } = await commands()
  for (const id of ids) terminal.out(`${id} is removed; ${bytes(await removeModel({ cacheDir }, id))} are free.\n`)
}

const path = async (id: string | undefined, options: SettingsOptions, { terminal }: Context): Promise<void> => {
  const { cacheDir } = settingsFor(options, terminal)
  const { modelPath } = await commands()
  terminal.out(`${id === undefined ? join(cacheDir, 'models') : await modelPath({ cacheDir }, id)}\n`)
}

/** `parley models`. */
export const modelsCommand = (context: Context): Command =>
  new Command('models')
    .description('list, fetch, check and remove models')
    .addHelpText('after', '\nExample:\n  parley models pull default\n')
    .addCommand(
      commandWithSettings('list', 'the models there are', 'parley models list --kind speech-to-text')
        .option('--kind <kind>', 'only this kind, such as speech-to-text')
        .option('--installed', 'only those that are here')
        .option('--json', 'everything that is known of them, as JSON')
        .action((options: ListOptions) => list(options, context)),
    )
    .addCommand(
      commandWithSettings('pull', 'fetch models', 'parley models pull default\nparley models pull kroko-en kroko-de')
        .argument('<id...>', 'what to fetch; `default` is the best set for this machine')
        .option('--mirror <place>', 'web address or folder that holds the files')
        .option('--offline', 'use no network')
        .option('--again', 'fetch even what is here')
        .action((ids: readonly string[], options: PullOptions) => pull(ids, options, context)),
    )
    .addCommand(
      commandWithSettings('verify', 'check the files of models', 'parley models verify')
        .argument('[id...]', 'which; all that are installed if none is named')
        .action((ids: readonly string[], options: SettingsOptions) => verify(ids, options, context)),
    )
    .addCommand(
      commandWithSettings('rm', 'remove models', 'parley models rm kroko-en')
        .argument('<id...>', 'which')
        .action((ids: readonly string[], options: SettingsOptions) => remove(ids, options, context)),
    )
    .addCommand(
      commandWithSettings('path', 'where models lie', 'ls "$(parley models path kroko-en)"')
        .argument('[id]', 'which; the folder of all if none is named')
        .action((id: string | undefined, options: SettingsOptions) => path(id, options, context)),
    )
