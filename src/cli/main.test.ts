import { describe, expect, it } from 'vitest'
import { run } from '../../test/support/terminal.ts'

const commands = ['serve', 'transcribe', 'listen', 'talk', 'speak', 'profile', 'check', 'doctor', 'replay', 'models']
const modelCommands = ['list', 'pull', 'verify', 'rm', 'path']

describe('the command line', () => {
  it.each([...commands.map((name) => [name]), ...modelCommands.map((name) => ['models', name])])(
    'explains %s %s with an example',
    async (...names) => {
      const { code, out, err } = await run([...names, '--help'])
      expect(code).toBe(0)
      expect(err).toBe('')
      expect(out).toContain(`Usage: parley ${names.join(' ')}`)
      expect(out).toMatch(/\nExample:\n {2}\S/)
    },
  )

  it('lists every command', async () => {
    const { code, out } = await run(['--help'])
    expect(code).toBe(0)
    for (const name of commands) expect(out).toMatch(new RegExp(`^ {2}${name}\\b`, 'm'))
  })

  it('tells its version', async () => {
    expect(await run(['--version'])).toMatchObject({ code: 0, out: expect.stringMatching(/^\d+\.\d+\.\d+\n$/) })
  })

  it('takes who is known by name with a file, under a name that is no number', async () => {
    const ask = (...known: readonly string[]) => run(['transcribe', ...known.flatMap((one) => ['--known', one]), '-'])
    expect(await ask('Anna')).toMatchObject({ code: 2, err: expect.stringContaining('such as Anna=anna.wav') })
    expect(await ask('1=one.wav')).toMatchObject({ code: 2, err: expect.stringContaining('1 to 64 characters') })
    expect(await ask('Anna=not-there.wav')).toMatchObject({ code: 1, err: expect.stringContaining('no such file') })
  })

  it('names the nearest command or option on a typo, with exit code 2', async () => {
    expect(await run(['transcrib'])).toMatchObject({
      code: 2,
      err: expect.stringContaining('Did you mean transcribe?'),
    })
    expect(await run(['models', 'lst'])).toMatchObject({ code: 2, err: expect.stringContaining('Did you mean list?') })
    expect(await run(['serve', '--prot', '1'])).toMatchObject({
      code: 2,
      err: expect.stringContaining('Did you mean --port?'),
    })
  })

  it('shows its help and fails when called with nothing', async () => {
    const { code, out, err } = await run([])
    expect(code).toBe(2)
    expect(out + err).toContain('Usage: parley')
  })

  it.each(['listen', 'talk'])('says in one line that %s cannot read a file', async (command) => {
    for (const [file, why] of [
      ['/none/speech.wav', 'cannot be read'],
      ['/', 'is a folder'],
    ] as const) {
      const { code, err } = await run([command, '--file', file])
      expect(code).toBe(1)
      expect(err).toMatch(new RegExp(`(^|\\n)error: ${file} ${why}\\.\\n$`))
    }
  })

  it('takes a wrong setting for a wrong call, and says so in one line', async () => {
    for (const argv of [
      ['serve', '--port', 'http'],
      ['doctor', '--set', 'prot=1'],
      ['models', 'list', '--config', 'none.json'],
    ]) {
      const { code, out, err } = await run(argv)
      expect(code).toBe(2)
      expect(out).toBe('')
      expect(err).toMatch(/^error: [^\n]+\n$/)
    }
    expect((await run(['doctor'], { env: { PARLEY_LIMITS_SESSION_PER_KEY: '3' } })).err).toContain(
      'Did you mean PARLEY_LIMITS_SESSIONS_PER_KEY?',
    )
  })
})
