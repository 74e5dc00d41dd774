/** Programs of this machine by their names. */
import { access, constants } from 'node:fs/promises'
import { delimiter, join } from 'node:path'

/** The program's file on the search path `path`, or undefined. */
export const findOnPath = async (program: string, path: string): Promise<string | undefined> => {
  for (const folder of path.split(delimiter)) {
    if (folder === '') continue
    const file = join(folder, program)
    try {
      await access(file, constants.X_OK)
      return file
    } catch {
      // Not in this folder.
    }
  }
  return undefined
}
