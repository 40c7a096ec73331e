import type { ComponentProps } from 'react'
import { classNames } from './class-names.ts'

interface ButtonProps extends ComponentProps<'button'> {
  readonly look?: 'plain' | 'primary' | 'quiet'
}

const looks = {
  plain: 'border border-border-strong bg-surface text-text hover:bg-surface-2',
  primary: 'bg-accent text-on-accent hover:brightness-95',
  quiet: 'text-text-2 hover:bg-surface-2 hover:text-text',
} as const

export function Button({ look = 'plain', className, type = 'button', ...rest }: ButtonProps) {
  return (
    <button
      {...rest}
      type={type}
      className={classNames(buttonClass(look), 'disabled:opacity-50', className)}
    />
  )
}

/** The same look for links. */
export function buttonClass(look: keyof typeof looks): string {
  return classNames(
    'inline-flex h-8 max-md:h-11 shrink-0 items-center justify-center gap-2 rounded-control px-3 text-control font-medium whitespace-nowrap transition-colors duration-[120ms]',
    looks[look],
  )
}
