/** What comes from Debian packages, and how to see whether a package's files are there. */
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'

/**
 * What the server and its tests use of Debian. `shows` is a file whose presence means that the package is there: a
 * path below `usr`, or a library's name. Libraries named by `with` must lie in the same place, whoever brought them.
 */
export const parts = [
  {
    name: 'the PocketSphinx recognizer',
    packages: [
      { name: 'libpocketsphinx3', shows: 'libpocketsphinx.so.3' },
      { name: 'libsphinxbase3', shows: 'libsphinxbase.so.3', with: 'libpocketsphinx.so.3' },
      { name: 'pocketsphinx-en-us', shows: 'share/pocketsphinx/model/en-us/en-us.lm.bin' },
      { name: 'libblas3', shows: 'libblas.so.3' },
      { name: 'liblapack3', shows: 'liblapack.so.3' },
      { name: 'libgfortran5', shows: 'libgfortran.so.5' },
      { name: 'libquadmath0', shows: 'libquadmath.so.0' },
    ],
  },
  {
    name: 'the espeak-ng voices',
    packages: [
      { name: 'espeak-ng', shows: 'bin/espeak-ng' },
      { name: 'libespeak-ng1', shows: 'libespeak-ng.so.1' },
      { name: 'espeak-ng-data', shows: 'espeak-ng-data/phontab' },
      { name: 'libsonic0', shows: 'libsonic.so.0' },
      { name: 'libpcaudio0', shows: 'libpcaudio.so.0' },
    ],
  },
  {
    name: 'the MP3 encoder',
    packages: [
      { name: 'lame', shows: 'bin/lame' },
      { name: 'libmp3lame0', shows: 'libmp3lame.so.0' },
      { name: 'libsndfile1', shows: 'libsndfile.so.1' },
      { name: 'libflac12', shows: 'libFLAC.so.12' },
      { name: 'libmpg123-0', shows: 'libmpg123.so.0' },
      { name: 'libvorbis0a', shows: 'libvorbis.so.0' },
      { name: 'libvorbisenc2', shows: 'libvorbisenc.so.2' },
      { name: 'libopus0', shows: 'libopus.so.0' },
      { name: 'libogg0', shows: 'libogg.so.0' },
    ],
  },
  {
    name: 'recorded speech to warm up with',
    packages: [{ name: 'pocketsphinx-testdata', shows: 'share/pocketsphinx/test/data/librivox/fileids' }],
  },
]

/** What only the tests use: a WebSocket client in Python, as users of the wires have. */
export const testParts = [
  {
    name: "Python's websockets",
    packages: [{ name: 'python3-websockets', shows: 'lib/python3/dist-packages/websockets/__init__.py' }],
  },
]

/** Whether a package's files are below one of the roots, such as `/` and the cache's `debian`. */
export const isThere = ({ shows, with: other = shows }, roots) =>
  roots.some((root) => found(root, shows) && found(root, other))

/** Whether an unpacked file is the one that shows its package. */
export const shownBy = ({ shows }, path) => path === join('usr', shows) || path.endsWith(`/${shows}`)

const found = (root, shows) =>
  existsSync(join(root, 'usr', shows)) || libraryFolders(root).some((folder) => existsSync(join(folder, shows)))

const libraryFolders = (root) => {
  const below = (folder) => ['', 'blas', 'lapack'].map((name) => join(folder, name))
  const lib = join(root, 'usr', 'lib')
  let triplets = []
  try {
    triplets = readdirSync(lib).filter((name) => /^[a-z0-9_]+-linux-gnu/.test(name))
  } catch {
    // No such folder, so no libraries in it.
  }
  return [
    ...triplets.map((name) => join(lib, name)),
    lib,
    join(root, 'usr', 'lib64'),
    join(root, 'usr', 'local', 'lib'),
  ].flatMap(below)
}
