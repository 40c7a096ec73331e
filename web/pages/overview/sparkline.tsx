import { sparklineRuns } from '../../../src/display/sparkline.ts'

const width = 120
const height = 20

/** Decoration beside a figure that is written out, hence hidden from readers of text. */
export function Sparkline({ values }: { readonly values: readonly (number | null)[] }) {
  return (
    <svg
      viewBox={`0 -1 ${width} ${height + 2}`}
      preserveAspectRatio="none"
      aria-hidden="true"
      className="mt-1 block h-5 w-full text-accent"
    >
      {sparklineRuns(values, width, height).map((points) => (
        <polyline
          key={points}
          points={points}
          fill="none"
          stroke="currentColor"
          strokeWidth="1.5"
          strokeLinejoin="round"
          strokeLinecap="round"
          vectorEffect="non-scaling-stroke"
        />
      ))}
    </svg>
  )
}
