/** The few signs that the playground uses, drawn on 20 × 20. */
import type { ComponentChildren } from 'preact'

const Icon = ({ children }: { readonly children: ComponentChildren }) => (
  <svg class="icon" viewBox="0 0 20 20" fill="none" stroke="currentColor" aria-hidden="true" focusable="false">
    {children}
  </svg>
)

export const icons = {
  listen: (
    <Icon>
      <path d="M3 8.500v3M6.500 5.500v9M10 3v14M13.500 6.500v7M17 8.500v3" />
    </Icon>
  ),
  talk: (
    <Icon>
      <path d="M3 4.500h9v6.500H7L4.500 13.500V11H3zM14.500 8H17v6.200h-1.500V16.500L13 14.200H9.500V13" />
    </Icon>
  ),
  speak: (
    <Icon>
      <path d="M3 8v4h3l4 3.500v-11L6 8zM13 7.500c1.300 1.400 1.300 3.600 0 5M15.300 5.200c2.600 2.700 2.600 6.900 0 9.600" />
    </Icon>
  ),
  wire: (
    <Icon>
      <path d="M3 6.500h13M13 3.500l3 3-3 3M17 13.500H4M7 10.500l-3 3 3 3" />
    </Icon>
  ),
  compare: (
    <Icon>
      <path d="M3 5h8M3 8.300h5M3 11.700h11M3 15h7M16.500 3.500v13" />
    </Icon>
  ),
  server: (
    <Icon>
      <path d="M3.500 4h13v4.500h-13zM3.500 11.500h13V16h-13zM6.500 6.250h.01M6.500 13.750h.01M10 6.250h4M10 13.750h4" />
    </Icon>
  ),
  microphone: (
    <Icon>
      <path d="M10 2.500a2.500 2.500 0 0 1 2.500 2.500v4.500a2.500 2.500 0 0 1-5 0V5A2.500 2.500 0 0 1 10 2.500zM4.800 9.500a5.200 5.200 0 0 0 10.400 0M10 14.700v2.800" />
    </Icon>
  ),
  stop: (
    <Icon>
      <path d="M5.500 5.500h9v9h-9z" fill="currentColor" />
    </Icon>
  ),
  file: (
    <Icon>
      <path d="M10 13V3.500M6.500 7 10 3.500 13.500 7M3.500 12.500v4h13v-4" />
    </Icon>
  ),
  download: (
    <Icon>
      <path d="M10 3.500V13M6.500 9.500 10 13l3.500-3.500M3.500 12.500v4h13v-4" />
    </Icon>
  ),
  play: (
    <Icon>
      <path d="M6 4v12l10-6z" fill="currentColor" />
    </Icon>
  ),
  pause: (
    <Icon>
      <path d="M6.500 4.500v11M13.500 4.500v11" />
    </Icon>
  ),
  copy: (
    <Icon>
      <path d="M7 7h9v9.500H7zM13 7V3.500H4V13h3" />
    </Icon>
  ),
  check: (
    <Icon>
      <path d="m4 10.500 4 4 8-9" />
    </Icon>
  ),
  warning: (
    <Icon>
      <path d="M10 3 2.500 16.500h15zM10 8v4M10 14.300h.01" />
    </Icon>
  ),
  auto: (
    <Icon>
      <path d="M10 3a7 7 0 1 0 0 14zM10 3a7 7 0 0 1 0 14" />
      <path d="M10 3a7 7 0 0 1 0 14z" fill="currentColor" />
    </Icon>
  ),
  light: (
    <Icon>
      <path d="M10 6.500a3.500 3.500 0 1 1 0 7 3.500 3.500 0 0 1 0-7zM10 2v1.500M10 16.500V18M2 10h1.500M16.500 10H18M4.300 4.300l1.100 1.100M14.600 14.600l1.100 1.100M4.300 15.700l1.100-1.100M14.600 5.400l1.100-1.100" />
    </Icon>
  ),
  dark: (
    <Icon>
      <path d="M16.500 11.800A7 7 0 0 1 8.200 3.500a7 7 0 1 0 8.300 8.300z" />
    </Icon>
  ),
} as const
