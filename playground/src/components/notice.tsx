/** A line that says what is wrong, or what is needed. */
import type { ComponentChildren } from 'preact'
import { icons } from './icons.tsx'

export const Notice = ({
  tone = 'plain',
  children,
}: {
  readonly tone?: 'plain' | 'warning' | 'bad'
  readonly children: ComponentChildren
}) => (
  <div class={`notice notice-${tone}`} role={tone === 'bad' ? 'alert' : 'note'}>
    {tone === 'plain' ? null : icons.warning}
    <div>{children}</div>
  </div>
)
