// The bar above long logs: the whole of the longest log, with the part that is in view.
import {html} from './html.js'
import {termFill} from './colour.js'

/**
 * @param {import('./logs_row.js').Context} c
 * @param {number} longest
 * @param {(first: number) => void} scroll
 */
export function barOf({cluster, grid}, longest, scroll) {
  if (!grid.moves) return null
  const width = grid.columns * grid.cell
  const scale = width / (longest + 1)
  const log = cluster.nodes.reduce((a, b) => (b.log.last > a.log.last ? b : a)).log
  const pieces = []
  const step = Math.max(Math.ceil(log.last / 200), 1)
  for (let i = 1; i <= log.last;) {
    const {term} = log.at(i)
    let to = i
    while (to + step <= log.last && log.at(to + step).term === term) to += step
    pieces.push(html`<rect x=${grid.left + (i - 1) * scale} y="8" width=${Math.max((to - i + step) * scale, 0.5)} height="8" fill=${termFill(term)} />`)
    i = to + step
  }
  const at = (/** @type {PointerEvent} */ e) => {
    if (!(e.buttons & 1)) return
    const svg = /** @type {Element} */ (/** @type {Element} */ (e.currentTarget).closest('svg'))
    scroll((e.clientX - svg.getBoundingClientRect().left - grid.left) / scale - grid.columns / 2)
  }
  const key = (/** @type {KeyboardEvent} */ e) => {
    const by = /** @type {Record<string, number>} */ ({ArrowLeft: -1, ArrowRight: 1, PageUp: -grid.columns, PageDown: grid.columns, Home: -Infinity, End: Infinity})[e.key]
    if (by === undefined) return
    e.preventDefault()
    e.stopPropagation()
    scroll(Math.min(Math.max(grid.first + by, 1), longest + 1))
  }
  return html`<g class="logs-bar" role="slider" tabindex="0" aria-label="First index in view" aria-valuemin="1" aria-valuemax=${longest} aria-valuenow=${grid.first} aria-valuetext=${`index ${grid.first} to ${grid.last} of ${longest}`}
      onPointerDown=${at} onPointerMove=${at} onKeyDown=${key}>
    <rect class="logs-bar-hit" x=${grid.left} y="2" width=${width} height="20" />${pieces}
    <rect class="logs-window" x=${grid.left + (grid.first - 1) * scale} y="5" width=${Math.max(grid.columns * scale, 6)} height="14" rx="2" />
    <text class="logs-note" x="12" y="16">${longest} entries</text></g>`
}
