/** A lock file, so that two set-ups started at once do not work on the same folder. */
import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { dirname } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

const beatMs = 2_000
const deadAfterMs = 30_000

/** Holds the lock `file` while `work` runs. Waits for another holder; takes over from one that died. */
export const withLock = async (file, work, { onWait = () => {} } = {}) => {
  mkdirSync(dirname(file), { recursive: true })
  for (let tries = 0; !acquire(file); tries++) {
    if (tries === 5) onWait()
    await sleep(200)
  }
  const heart = setInterval(() => beat(file), beatMs)
  const release = () => rmSync(file, { force: true })
  process.once('exit', release)
  try {
    return await work()
  } finally {
    clearInterval(heart)
    process.off('exit', release)
    release()
  }
}

const acquire = (file) => {
  try {
    writeFileSync(file, `${hostname()} ${process.pid}\n`, { flag: 'wx' })
    return true
  } catch (error) {
    if (error.code !== 'EEXIST') throw error
  }
  removeIfStale(file)
  return false
}

/** A holder shows that it lives by touching the file: process ids mean nothing across containers that share a folder. */
const beat = (file) => {
  try {
    utimesSync(file, new Date(), new Date())
  } catch {
    // The folder was removed under us; the work will find out.
  }
}

const removeIfStale = (file) => {
  try {
    const holder = readFileSync(file, 'utf8')
    if (!isStale(holder, Date.now() - statSync(file).mtimeMs)) return
    // Renamed first and looked at again: another waiter may have taken it over in between.
    const aside = `${file}.${process.pid}`
    renameSync(file, aside)
    if (readFileSync(aside, 'utf8') !== holder) linkSync(aside, file)
    rmSync(aside, { force: true })
  } catch (error) {
    if (!['ENOENT', 'EEXIST'].includes(error.code)) throw error
  }
}

const isStale = (holder, silentMs) => {
  if (silentMs > deadAfterMs) return true
  const [host, pid] = holder.trim().split(' ')
  // The file exists a moment before its content does.
  if (pid === undefined) return silentMs > beatMs
  return host === hostname() && !isAlive(Number(pid))
}

const isAlive = (pid) => {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return error.code === 'EPERM'
  }
}
