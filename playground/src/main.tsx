/** The playground's beginning. */
import { render } from 'preact'
import { takeKeyFromAddress } from './access.ts'
import { App } from './app.tsx'
import { followTheme } from './theme.ts'

takeKeyFromAddress()
followTheme()
render(<App />, document.getElementById('app')!)
