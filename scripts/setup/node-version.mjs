/** Whether this Node is new enough. */
import { SetupFailure } from './failure.mjs'

const floor = [20, 19]

/** Throws a message that says what to install when Node is older than the floor. */
export const checkNode = (version = process.versions.node) => {
  const [major, minor] = version.split('.').map(Number)
  if (major > floor[0] || (major === floor[0] && minor >= floor[1])) return
  throw new SetupFailure(`Parley needs Node ${floor.join('.')} or newer, and this is Node ${version}.`)
}
